"""Interviews, transcripts, questions and answers: who speaks in which paragraphs. Start at ``turns``."""

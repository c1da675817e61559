"""Evaluation of Pullquote and its rivals."""

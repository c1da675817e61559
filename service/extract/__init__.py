"""Extractors: pure functions from text and scores to the nouns. They never load, await or mutate."""

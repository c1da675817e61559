"""A small corpus of our own articles, marked by hand: see README.md in this folder."""

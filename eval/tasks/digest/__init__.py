"""Tasks on what an article is about in short: summaries and their main points."""

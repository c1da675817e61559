"""Articles, analyses and their reviews: received, listed, saved, found, deleted."""

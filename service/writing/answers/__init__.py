"""What a model answers: read, and held against the article."""

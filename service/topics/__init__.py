"""The media topics of an article: the taxonomy, and which of its topics apply."""

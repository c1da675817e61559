"""The extractive summary."""

"""Metrics: pure functions over counts that add up."""

"""Analyses that callers of the API had kept, and answers remembered under an idempotency key."""

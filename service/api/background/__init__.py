"""What the routes of jobs are made of: taking jobs in, showing them, and following them as events."""

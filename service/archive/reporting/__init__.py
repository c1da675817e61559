"""What a job says of itself: progress, status, summary, chart."""

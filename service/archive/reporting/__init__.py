"""Reports on a job: its progress, its status, its final summary and chart, and the capacity it needs."""

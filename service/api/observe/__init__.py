"""What the service tells of itself: measurements, times of the phases, log lines, traces."""

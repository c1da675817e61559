"""Where shards are worked on: a pool of processes, or a Ray cluster."""

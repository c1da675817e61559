"""Engines run shards: in a pool of processes on this machine, or on a Ray cluster."""

"""The job itself: shards, manifest, output, verification."""

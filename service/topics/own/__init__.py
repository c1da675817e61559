"""A newsroom's own taxonomies: read from files, scored at once by their words, better with examples."""

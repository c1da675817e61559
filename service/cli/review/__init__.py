"""``pullquote review``: the command line of the editors' queue."""

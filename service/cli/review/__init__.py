"""``pullquote review``: the commands around the editors' queue, its accounts and its keys."""

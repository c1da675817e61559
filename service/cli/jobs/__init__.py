"""``pullquote worker`` and ``pullquote jobs …``."""

"""The product and its rivals, by name, behind one shape: ``analyse(article) -> Analysis``."""

"""The commands ``pullquote topics …``: check, fit and update taxonomies."""

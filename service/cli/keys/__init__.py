"""``pullquote keys``: who may call the API, and what for."""

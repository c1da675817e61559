"""The commands ``pullquote analyses …``: what callers of the API had kept, for whoever runs the service."""

"""Training of the attribution model."""

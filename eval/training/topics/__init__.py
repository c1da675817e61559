"""Training of the topic head."""

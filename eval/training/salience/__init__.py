"""Training of the salience head."""

"""What articles are read from."""

"""Training of the deletion head, by which headlines and standfirsts are made."""

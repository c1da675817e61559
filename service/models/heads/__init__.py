"""The trained heads: what the encoder's vectors are read for."""

"""The trained heads, which read the encoder's vectors: attribution, salience, support and topics."""

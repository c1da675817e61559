"""Fits who is chosen as the speaker of a quotation, and how sure that is."""

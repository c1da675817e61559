"""The patterns that propose who said a quotation, and what they read."""

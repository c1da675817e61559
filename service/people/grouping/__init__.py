"""Which mentions name one person or organisation: groups of them, and the records built from these."""

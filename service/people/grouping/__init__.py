"""Which mentions name one person or organisation. Groups grow here; what leaves are frozen records."""

"""What a summary says against what the article says. Pure: text in, evidence and faults out."""

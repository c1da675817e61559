"""Training of the support head and of the lexical scorer of support."""

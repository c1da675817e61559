"""Training of the shipped parameters and heads, each rerun with one command."""

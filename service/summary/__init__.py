"""The extractive summary: which sentences can stand in it, and which are chosen."""

"""Prompts: files, read, checked and rendered."""

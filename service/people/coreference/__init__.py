"""Whom pronouns, descriptions and phrases without a name mean."""

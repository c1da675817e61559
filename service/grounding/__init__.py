"""What a sentence rests on, and how well."""

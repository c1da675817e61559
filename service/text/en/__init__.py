"""The language pack for English: word lists as data, and the patterns of grammar built from them."""

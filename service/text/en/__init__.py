"""The language pack for English: word lists as data, and the little grammar built from them."""

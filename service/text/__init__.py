"""An article's text, read once: sentences, words, quotation marks."""

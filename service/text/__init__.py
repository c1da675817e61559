"""An article's text and what is read of it once: sentences, words, quotation marks, what may be shown."""

"""Rivals that summarise: baselines without a model, sumy, sentence embeddings, an encoder-decoder."""

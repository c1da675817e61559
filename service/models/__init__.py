"""Models: the only room that knows torch. Text and sentences in, NumPy arrays out; tensors stop here."""

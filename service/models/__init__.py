"""Models: the only room that uses torch. Text and sentences go in, NumPy arrays come out.

``encoder`` is the one contextual pass, ``heads`` are what its vectors are read for, and ``generating`` holds
the models that write.
"""

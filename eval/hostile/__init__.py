"""Articles that nobody writes but anybody can send: how long an analysis takes at worst, and how that grows.

``articles`` makes them, ``measure`` times them. Not here: whether the answers are good.
"""

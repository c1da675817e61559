"""The editors' page: an analysis beside its article, decided on piece by piece, every decision kept.

Nouns and rules are pure (``sheet``, ``actions``, ``carry``, ``corrected``); ``desk`` joins them to the store;
``queue``, ``items``, ``outputs`` and ``entrance`` are the routes. Nothing here analyses an article.
"""

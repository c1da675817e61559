"""The editors' review: an analysis beside its article, decided on piece by piece, every decision kept.

``rules`` says what an editor may do and what comes of it. ``review_service`` joins the rules to the store.
``pages`` has the routes and templates. ``access`` says who may do what. Nothing here analyses an article.
"""

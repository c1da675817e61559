"""Who is who in an article, read from the text with quoted words blanked out. Start at ``entity_index``.

Imports run one way: ``role_words`` and ``names`` find names, ``grouping`` makes a ``person`` of those that go
together, ``mention_index`` holds them all, ``coreference`` says whom pronouns and descriptions mean, and
``entity_index`` answers who a mention is.
"""

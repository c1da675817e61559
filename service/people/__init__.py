"""Who is who in an article, read from the text with quoted words blanked out.

Names are found (``names``, ``role_words``), their mentions grouped into records (``grouping``, ``person``), and
what isn't a name is traced to them (``coreference``); ``entity_index`` answers who a mention is.
"""

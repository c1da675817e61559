"""Who is who in an article, read from the text with quoted words blanked out.

Names are found (``names``, ``role_words``), then their mentions are grouped into records (``grouping``,
``person``). What is no name is traced to them (``coreference``); ``entity_index`` answers who a mention is.
"""

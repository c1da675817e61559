"""What becomes of an answer between the pipeline and the caller: cached, tagged, remembered, kept for a time.

Not here: routes (``service.api.routes``), tables (``service.store.analyses``).
"""

"""Who may call, and from where: what the API, the editors' pages and the store share. No HTTP, no SQL.

Not here: how keys are kept (``service.store.accounts``), how a request is admitted
(``service.api.admission``).
"""

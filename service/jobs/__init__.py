"""Jobs at work: what takes articles from the store one by one, analyses them, and tells of the end.

``service.jobs.wiring`` is the way in. Not here: how a job is kept (``service.store.jobs``), HTTP
(``service.api``).
"""

"""The HTTP service: one article in, its analysis out, errors as RFC 9457 problem documents.

``service.api.app.create_app`` is the way in. Nothing here knows how an article is analysed.
"""

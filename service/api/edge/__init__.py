"""What keeps the HTTP service standing: limits of connections, bodies and time, and an orderly end.

``server`` runs an application under them; ``gate`` is the part that is ASGI middleware.
"""

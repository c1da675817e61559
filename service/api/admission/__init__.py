"""How a request is admitted: by key, scope, rate and share; and what is done to every request and answer.

``wiring.build_admission`` makes the ``Admits`` of the running service.
"""

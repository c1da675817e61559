"""The door: every article comes in here, and becomes once the canonical text that all offsets refer to.

Plain text, HTML, ninjs and bytes of any of them go in. An ``Article`` with its furniture and warnings comes
out, or an error that names the value, the limit and the remedy. Nothing here fetches or stores anything, and
no model is loaded but the language detector's.
"""

from service.ingest.door import Declared, Door

__all__ = ["Declared", "Door"]

"""The door: every article comes in here, becomes canonical text once, and keeps its offsets ever after.

Plain text, HTML, ninjs and undecided bytes go in; an ``Article`` with its furniture and notices comes out, or
an error that names the value, the limit and the remedy. Nothing here fetches, stores or loads a model but
the language detector's.
"""

from service.ingest.door import Declared, Door

__all__ = ["Declared", "Door"]

"""Settings: one declaration gives the environment variable, the type, the default and the help text.

Read from the environment with the prefix ``PULLQUOTE_`` (``PULLQUOTE_PORT=9000``). ``Settings`` has them all;
those of the service under load are declared in ``serving``, those of jobs in ``jobs``.
"""

from service.settings.every import LogFormat, Settings, SignIn
from service.settings.summarizer import GENERATED, Summarizer, SummarizerKind

__all__ = ["GENERATED", "LogFormat", "Settings", "SignIn", "Summarizer", "SummarizerKind"]

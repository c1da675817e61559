"""The two forms of a log line: text for people, JSON for machines.

Not here: what is logged, and that it holds no article's text (``service.api.logs``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from service.settings import LogFormat

FIELDS = "fields"
"""The attribute of a log record that holds what its message tells, as a mapping: ``extra={FIELDS: …}``."""

_TEXT = "%(asctime)s %(levelname)s request_id=%(request_id)s%(trace)s %(name)s %(message)s"


def formatter(log_format: LogFormat) -> logging.Formatter:
    """Return the formatter for the setting ``log_format``."""
    return JsonLines() if log_format == "json" else TextLines(_TEXT)


class TextLines(logging.Formatter):
    """One line of words; a request's trace, if it has one, stands behind its id."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        trace_id = getattr(record, "trace_id", None)
        record.trace = f" trace_id={trace_id}" if trace_id else ""
        return super().format(record)


class JsonLines(logging.Formatter):
    """One JSON object a line: ts, level, logger, message, request_id, and what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object on one line, in ASCII."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "ts": when.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        if trace_id := getattr(record, "trace_id", None):
            line["trace_id"] = trace_id
        fields = getattr(record, FIELDS, None)
        if isinstance(fields, Mapping):
            line |= {name: value for name, value in fields.items() if value is not None and name not in line}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)

"""The service's log: one line an event, `key=value` or JSON, and never a secret: what is logged is a report's sentence."""

import json
import logging
import sys
from datetime import UTC, datetime

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; the rest was given with the event."""


class Lines(logging.Formatter):
    """Writes records as `at=… level=… practice=… event=…`, or as one JSON object each."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line; a traceback is a member of its own."""
        row: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="seconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
            "event": record.getMessage(),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        if self._as_json:
            return json.dumps(row, ensure_ascii=False, default=str)
        return " ".join(f"{name}={_plain(value)}" for name, value in row.items())


def set_up(*, as_json: bool) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(as_json=as_json))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _plain(value: object) -> str:
    text = str(value)
    return (
        json.dumps(text, ensure_ascii=False)
        if not text or any(c.isspace() or c in '="' for c in text)
        else text
    )

"""Structured logs: one JSON object a line, on standard error."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any, BinaryIO, cast

import orjson
import structlog


def configure(level: str) -> None:
    """Send structlog's and the libraries' records through one JSON renderer.

    Libraries log from WARNING on and without exception text: messages of theirs may hold values.
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(cast(BinaryIO, _Forgiving(sys.stderr.buffer))),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))


class _Forgiving:
    """A file whose failures are nobody's: a log on a full disk must not fail the requests."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, line: bytes) -> None:
        with suppress(OSError):
            self._file.write(line)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


class _Plain(logging.Formatter):
    """A library's record: where it comes from and what kind of failure, never its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        render = structlog.processors.JSONRenderer()
        event = {"event": str(record.msg), "logger": record.name, "level": record.levelname.lower()}
        if error:
            event["error"] = error
        return str(render(None, "", event))

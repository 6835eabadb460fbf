"""Logs: structured, one line an occurrence, without secrets, variables or addresses."""

import contextlib
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog

from persistence.database import forget_rows

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


_told: Callable[[str, dict[str, Any]], None] | None = None


def tell(event: str, **facts: Any) -> None:
    """Log at the level INFO what every request has, faster than through structlog's processors.

    Args:
        event: what happened.
        facts: about it.
    """
    if _told is None:
        structlog.get_logger().info(event, **facts)
    else:
        _told(event, facts)


def configure(*, level: str, json: bool, stream: TextIO | None = None) -> None:
    """Send every log, ours and the libraries', to one stream in one form.

    Args:
        level: the least level shown, like ``INFO``.
        json: one JSON object a line, rather than text for a terminal.
        stream: where to; standard error unless given.
    """
    rendering: list[Any] = [
        _without_rows,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(serializer=_to_json)
        if json
        else structlog.dev.ConsoleRenderer(colors=False),
    ]
    output = _Output(stream)
    global _told  # noqa: PLW0603 - logs are of the process
    _told = _json_teller(output, level) if json else None
    # Ours do not pass through the standard library: one is written for each request.
    structlog.configure(
        processors=[*_SHARED, *rendering],
        logger_factory=lambda *_names: output,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "uvicorn.access", "alembic", "celery", "strawberry"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # A traceback each time that a connection cannot be had; whoever wanted it says so in a line.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)


def _without_rows(_logger: Any, _level: str, event: dict[str, Any]) -> dict[str, Any]:
    """Log no row that the database has quoted in an error: "Failing row contains" all of it."""
    given = event.get("exc_info")
    error = given[1] if isinstance(given, tuple) else given
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        forget_rows(error)
    return event


def _json_teller(output: "_Output", level: str) -> Callable[[str, dict[str, Any]], None]:
    if logging.getLevelName(level) > logging.INFO:
        return lambda _event, _facts: None

    def tell(event: str, facts: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        output.msg(_to_json({**facts, "event": event, "level": "info", "timestamp": now}))

    return tell


class _Output:
    """Writes lines; one that cannot be written must not stop what it tells of."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write one line."""
        stream = self._stream or sys.stderr
        with contextlib.suppress(OSError, ValueError):
            stream.write(line + "\n")
            stream.flush()

    debug = info = warning = error = critical = msg


def _to_json(event: dict[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z).decode()

"""Structured logs on stderr, one JSON object a line, that never hold personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from changming.kernel.personal import SHOWN, Personal

_TOKEN_PATH = re.compile(r"(/(?:r|g|desk/sign-in)/)[^/?\s]+")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def redact_path(path: str) -> str:
    """The path without the token of a secret link."""
    return _TOKEN_PATH.sub(r"\1…", path)


def _closed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
    """Boxed data stays boxed; an exception leaves its type and place, not its text, which may quote input."""
    for key, value in event.items():
        if isinstance(value, Personal):
            event[key] = SHOWN
        elif isinstance(value, str):
            event[key] = redact_path(value)
    return event


def _without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        event["error"] = info[0].__name__
        places = []
        trace = info[2]
        while trace is not None:
            places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["places"] = places[-8:]
    return event


class _Bridge(logging.Handler):
    """Libraries' own log lines, reduced to who and how bad: their texts may quote input."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            info = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
            structlog.get_logger().log(record.levelno, "library", logger=record.name, error=info, line=record.lineno)


def configure_logs(level: str) -> None:
    """Set up logging for this process; call it once, before anything logs."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            _closed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Bridge()]
    root.setLevel(logging.WARNING)

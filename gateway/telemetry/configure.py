"""The form of the log: lines on standard error, from the gateway and from the libraries."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from gateway.telemetry.failure import describe_failure
from gateway.telemetry.log import bound_log, write
from gateway.telemetry.request import request_id


def configure_logging(log_format: str) -> None:
    """Send the log to standard error, as "json", as "text", or "auto": text on a terminal.

    To be called once, by the command; what libraries log becomes lines of the same form.
    """
    stream = sys.stderr
    structlog.configure(
        processors=[_stamp, _renderer(log_format, stream)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    bound_log.cache_clear()
    root = logging.getLogger()
    root.handlers = [_LibraryRecords(logging.WARNING)]
    root.setLevel(logging.WARNING)


def _stamp(_logger: object, level: str, event: EventDict) -> EventDict:
    """Put first what every line has."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"timestamp": now, "level": level, "event": event.pop("event"), **event}


def _renderer(log_format: str, stream: TextIO) -> Processor:
    is_terminal = stream.isatty()
    if log_format == "text" or (log_format == "auto" and is_terminal):
        return structlog.dev.ConsoleRenderer(colors=is_terminal, sort_keys=False, pad_event_to=0)
    return _to_json


def _to_json(_logger: object, _level: str, event: EventDict) -> str:
    try:
        return _encode(event).decode()
    except UnicodeEncodeError:  # of a lone surrogate, which a message may have
        return json.dumps(event, default=repr)


# structlog's own renderer makes an encoder for each line, which takes longer than the encoding.
_encode = msgspec.json.Encoder(enc_hook=repr).encode


class _LibraryRecords(logging.Handler):
    """Writes what libraries log, without the values: they may hold customer data.

    Of a message only the first line is written, and before its values are put in.
    """

    def emit(self, record: logging.LogRecord) -> None:
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        error = record.exc_info[1] if record.exc_info else None
        write(
            record.levelno,
            template.strip().partition("\n")[0],
            logger=record.name,
            **({"request_id": request_id()} if request_id() else {}),
            **({"failures": describe_failure(error)} if error else {}),
        )

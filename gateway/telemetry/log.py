"""Writing to the log."""

import logging
from contextlib import suppress
from functools import cache

import structlog
from structlog.typing import FilteringBoundLogger

from gateway.telemetry.failure import describe_failure
from gateway.telemetry.request import is_first_report, request_id


def log_failure(error: BaseException) -> None:
    """Log an unexpected failure, once in a request.

    Its message is left out: it may hold customer data.
    """
    if is_first_report(error):
        failures = describe_failure(error)
        write(logging.ERROR, "failure", request_id=request_id(), failures=failures)


def log_worker_end(
    *, process: int | None, exit_code: int | None, reason: str, next_in_seconds: float
) -> None:
    """Log that a process which served has ended, and when another takes its place."""
    write(
        logging.ERROR,
        "worker ended",
        process=process,
        exit_code=exit_code,
        **({"reason": reason} if reason else {}),
        next_in_seconds=next_in_seconds,
    )


def log_remark(sentence: str) -> None:
    """Log what an operator should know, though nothing failed."""
    write(logging.WARNING, "remark", message=sentence)


def write(level: int, event: str, **fields: object) -> None:
    """Write one line.

    A log that cannot be written (a full disk, a closed pipe) does not fail the request.
    """
    with suppress(OSError):
        bound_log().log(level, event, **fields)


@cache
def bound_log() -> FilteringBoundLogger:
    """The log as it was configured; structlog would put it together again for each line."""
    log: FilteringBoundLogger = structlog.get_logger()
    return log.bind()

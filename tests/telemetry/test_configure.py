"""The form of the log."""

import asyncio
import io
import logging
import sys

import pytest

from gateway.telemetry import configure_logging, log_failure, log_remark
from gateway.telemetry.request import answering
from tests.logs import Log


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return True


class FullDisk(io.StringIO):
    """A standard error that cannot be written."""

    def flush(self) -> None:
        """Fail as a full disk does."""
        raise OSError


@pytest.mark.parametrize(
    ("log_format", "stream", "beginning"),
    [
        ("json", Terminal(), '{"timestamp"'),
        ("auto", io.StringIO(), '{"timestamp"'),
        ("auto", Terminal(), "\x1b["),
        ("text", io.StringIO(), "2"),
    ],
)
def test_format(
    monkeypatch: pytest.MonkeyPatch, log_format: str, stream: io.StringIO, beginning: str
) -> None:
    """
    "auto" is text on a terminal, in colours, and JSON elsewhere.
    """
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging(log_format)

    log_failure(KeyError())

    assert stream.getvalue().startswith(beginning)
    assert "KeyError" in stream.getvalue()


def test_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A log that cannot be written fails nothing.
    """
    stream = FullDisk()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("json")

    log_failure(KeyError())

    assert "KeyError" in stream.getvalue()


def test_failure_outside_of_a_request(log: Log) -> None:
    """
    A failure between requests is logged each time, without an id.
    """
    error = KeyError()

    log_failure(error)
    log_failure(error)

    assert [(line["level"], line["request_id"]) for line in log()] == [("error", "")] * 2


def test_failure_in_a_request_is_logged_once(log: Log) -> None:
    """
    Two layers may log one failure; it stands in the log once.
    """
    with answering([(b"x-request-id", b"r1")]):
        for error in [KeyError()] * 2 + [OSError()]:
            log_failure(error)

    assert [line["failures"][0]["type"] for line in log()] == ["KeyError", "OSError"]


def test_record_of_a_library(log: Log) -> None:
    """
    What a library logs becomes a line, without the values in it.
    """
    with answering([(b"x-request-id", b"r1")]):
        logging.getLogger("library").warning("Lost %s\nof %s", "Bilbo", "the Shire")

    (line,) = log()
    line.pop("timestamp")
    assert line == {
        "level": "warning",
        "event": "Lost %s",
        "logger": "library",
        "request_id": "r1",
    }


def test_half_a_character(log: Log) -> None:
    """
    What UTF-8 cannot write is escaped, as JSON does.
    """
    log_remark("Lost \ud800")

    assert log()[0]["message"] == "Lost \ud800"


def test_failure_in_a_library(log: Log) -> None:
    """
    A failure that a library logs is described as ours are; its message is left out.
    """
    error = ValueError("Bilbo")

    logging.getLogger("library").error(error, exc_info=error)  # as GraphQL's does

    (line,) = log()
    assert (line["event"], line["failures"][0]["type"]) == ("ValueError", "ValueError")
    assert "Bilbo" not in str(line)


def test_failure_of_a_forgotten_task(log: Log) -> None:
    """
    What asyncio says about a task that nobody waited for repeats no message.
    """

    async def fail() -> None:
        message = "Bilbo"
        raise ValueError(message)

    async def forget() -> None:
        task = asyncio.create_task(fail())
        await asyncio.wait([task])

    asyncio.run(forget())

    (line,) = log()
    assert line["event"] == "Task exception was never retrieved"
    assert "Bilbo" not in str(line)


def test_small_talk_of_a_library_is_left_out(log: Log) -> None:
    """
    Only a library's warnings and errors are of interest.
    """
    logging.getLogger("library").info("Hello")

    assert log() == []

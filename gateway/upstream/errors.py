"""How an exchange with the upstream fails, and whether the request can have arrived."""

from typing import ClassVar


class UpstreamError(Exception):
    """An exchange failed; the message says how, and holds nothing of the request or the answer."""

    was_sent: ClassVar[bool]
    """Whether any byte of the request can have reached the upstream."""

    def __init__(self, message: str, *, answered: bool = False) -> None:
        """Say how it failed, and whether the head of an answer had arrived."""
        super().__init__(message)
        self.answered = answered


class NotConnected(UpstreamError):
    """No connection was made: refused, unknown host, TLS failure, or it took too long."""

    was_sent = False


class NoFreeConnection(UpstreamError):
    """All connections were busy for too long."""

    was_sent = False


class BrokenOff(UpstreamError):
    """The connection ended, or what came was no answer."""

    was_sent = True


class StaleConnection(BrokenOff):
    """A kept-alive connection ended before any byte of an answer.

    Most likely the upstream closed it as the request was sent; whether the request was carried out
    is not known, but what is safe to repeat may be sent again.
    """


class TimedOut(UpstreamError):
    """The upstream was silent for too long while it owed something, or the deadline passed."""

    was_sent = True

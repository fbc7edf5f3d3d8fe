"""What ASGI leaves out of the head of a request, and what passing it on byte for byte needs."""

from typing import NamedTuple, cast

from starlette.types import Scope

RAW_HEAD = "autospot.raw_head"
"""The ASGI extension by which the server hands it on."""


class RawHead(NamedTuple):
    """The target and the headers of a request, as they were sent."""

    target: bytes
    headers: list[tuple[bytes, bytes]]

    @property
    def size(self) -> int:
        """How many bytes it has, without the marks between them."""
        return len(self.target) + sum(len(name) + len(value) for name, value in self.headers)


def raw_head(scope: Scope) -> RawHead:
    """The head of a request that came in by the gateway's own server."""
    return cast("RawHead", scope["extensions"][RAW_HEAD])

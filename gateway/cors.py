"""What pages of other origins may ask of the gateway's own doors (Fetch, section 3.3)."""

from collections.abc import Collection, Mapping, Sequence

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EXPOSED = "X-Request-Id, Retry-After"
_SECONDS = "600"
_ANY = "*"


def cors(
    origins: str | None, methods: Mapping[str, Sequence[str]], api_key_header: str
) -> list[Middleware]:
    """Make what lets pages of some origins, separated by commas, call paths; nothing for none."""
    if not origins:
        return []
    return [Middleware(Cors, origins.split(","), methods, api_key_header)]


class Cors:
    """An ASGI application that has another answer, and tells browsers who may read the answer.

    Credentials that a browser adds by itself are never allowed: callers send an API key.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Collection[str],
        methods: Mapping[str, Sequence[str]],
        api_key_header: str,
    ) -> None:
        """Let these origins, of which `*` is any, call these paths by these methods."""
        self._app = app
        self._vary = {} if _ANY in origins else {"Vary": "Origin"}
        self._origins = origins
        self._methods = methods
        self._headers = f"Content-Type, X-Request-Id, {api_key_header}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is no door is left alone."""
        if scope.get("path") not in self._methods:
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope)
        allowed = self._allowed(sent.get("origin"))
        is_preflight = "access-control-request-method" in sent and scope["method"] == "OPTIONS"
        if allowed and is_preflight:
            told = allowed | self._vary | self._preflight(scope["path"])
            await Response(status_code=204, headers=told)(scope, receive, send)
            return
        told = allowed | self._vary
        added = [(name.lower().encode(), value.encode()) for name, value in told.items()]

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, send_readable)

    def _allowed(self, origin: str | None) -> dict[str, str]:
        """The headers that let a page of an origin read an answer; none when it may not."""
        if origin is None:
            return {}
        match = _ANY if _ANY in self._origins else origin
        if match not in self._origins:
            return {}
        return {
            "Access-Control-Allow-Origin": match,
            "Access-Control-Expose-Headers": _EXPOSED,
        }

    def _preflight(self, path: str) -> dict[str, str]:
        """The headers that let a page send a request that it could not send by itself."""
        return {
            "Access-Control-Allow-Methods": ", ".join(self._methods[path]),
            "Access-Control-Allow-Headers": self._headers,
            "Access-Control-Max-Age": _SECONDS,
            "Cache-Control": "no-store",
        }

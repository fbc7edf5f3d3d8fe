"""GraphiQL: the page that a browser gets at the GraphQL endpoint, served from here alone."""

import json
import re
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from fastapi import Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException

from gateway.graphql.introspection import Introspection

PAGE_FILE_PATH = "/-/graphiql/{name}"

_BUILT = Path(__file__).with_name("graphiql")
_NOT_BUILT = (
    "GraphiQL is not part of this installation: install Node.js 22 or newer, and the gateway again."
)
_FALLBACK = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>AutoSpot gateway</title>
<p>{reason}
<p>GraphQL itself is served here: send your requests with POST.
</html>
"""

# Monaco styles its elements in place, and its style sheet holds its fonts.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Of the files only the workers need anything: a worker has the policy that it is served with.
_FILE_POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'none'"

_SAFETY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


class PageFacts(NamedTuple):
    """What the page must know of its gateway; the key is one that everybody knows, or empty."""

    version: str
    mode: str
    introspection: Introspection
    api_key_header: str
    api_key: str


class GraphiQLPage:
    """The page and its files; a sentence instead, where they were not built."""

    def __init__(self, facts: PageFacts, folder: Path = _BUILT) -> None:
        """Take what was built from a folder."""
        self._html = _html(folder, facts)
        self._files = {path.name: path for path in folder.glob("*") if path.suffix in _MEDIA_TYPES}

    def page(self) -> HTMLResponse:
        """Answer with the page, which is never kept without asking again: it names its files."""
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _PAGE_POLICY,
            "Vary": "Accept",
            **_SAFETY,
        }
        return HTMLResponse(self._html, headers=headers)

    async def file(self, request: Request) -> Response:
        """Answer with a file, which stays the same for ever, since its hash is in its name."""
        path = self._files.get(request.path_params["name"])
        if path is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": _FILE_POLICY,
            "Vary": "Accept-Encoding",
            **_SAFETY,
        }
        media_type = _MEDIA_TYPES[path.suffix]
        for encoding in _accepted(request):
            packed = path.with_name(path.name + _ENCODINGS[encoding])
            if packed.is_file():
                headers["Content-Encoding"] = encoding
                return FileResponse(packed, headers=headers, media_type=media_type)
        return FileResponse(path, headers=headers, media_type=media_type)


def _html(folder: Path, facts: PageFacts) -> str:
    try:
        page = (folder / "index.html").read_text("utf-8")
    except FileNotFoundError:
        reason = folder / "not-built.txt"
        text = reason.read_text("utf-8") if reason.is_file() else _NOT_BUILT
        return _FALLBACK.format(reason=escape(text))
    return page.replace("{gateway}", escape(json.dumps(facts._asdict())))


def _accepted(request: Request) -> list[str]:
    """The encodings that the caller takes, smallest first."""
    sent = request.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
    taken = {offer for offer in sent if not re.search(r";q=0\.?0*$", offer)}
    names = {offer.partition(";")[0] for offer in taken}
    return [encoding for encoding in _ENCODINGS if encoding in names]

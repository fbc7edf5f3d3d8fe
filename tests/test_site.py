"""The application that both modes fill: plain paths are answered without the framework."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.site import Site
from tests.server import serving


async def _road(request: Request) -> Response:
    """Tell which road a request came: the framework puts itself into the scope."""
    return PlainTextResponse("framework" if "app" in request.scope else "straight")


def _site() -> Site:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[Mapping[str, object]]:
        site.routes.extend(
            [Route("/plain", _road, methods=["GET", "POST"]), Route("/any/{name}", _road)]
        )
        yield {}

    site = Site(lifespan, [])
    return site


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/plain", 200, "straight"),
        ("POST", "/plain", 200, "straight"),
        ("HEAD", "/plain", 200, ""),
        ("GET", "/any/name", 200, "framework"),
    ],
)
def test_road(method: str, path: str, status: int, text: str) -> None:
    """
    A route that was added as late as at the end of the start is answered straight.
    """
    with serving(_site()) as url:
        answer = httpx.request(method, f"{url}{path}")

    assert (answer.status_code, answer.text) == (status, text)
    assert "date" in answer.headers


def test_another_method() -> None:
    """
    What no route takes is left to the framework.
    """
    with serving(_site()) as url:
        answer = httpx.put(f"{url}/plain")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}

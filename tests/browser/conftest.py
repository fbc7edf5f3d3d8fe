"""A browser that reaches the gateway and nothing else, and whose complaints fail the test."""

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.server import running

_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
]
_BUILT = Path(__file__).parents[2] / "gateway/graphql/graphiql"

Visit = Callable[[str], Page]


def _missing(sentence: str) -> NoReturn:
    """Skip; in CI nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def browser(database: tuple[str, str]) -> Generator[Browser]:
    """
    Chromium, as the system has it.

    Playwright keeps an event loop in this thread, so the database, which needs one, comes first.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        _missing("Chromium is missing: install it, on Debian with apt-get install chromium.")
    # Chromium refuses to run as root in its sandbox.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*_ARGUMENTS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Generator[Visit]:
    """
    Opens an address in a window of its own; nothing may go wrong in it, nor leave its origin.
    """
    complaints: list[str] = []
    requests: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type in _COMPLAINTS else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
    context.on("request", lambda request: requests.append(request.url))
    origins: list[str] = []

    def goto(address: str) -> Page:
        origins.append("/".join(address.split("/")[:3]))
        page.goto(address)
        return page

    yield goto
    context.close()
    assert complaints == []
    foreign = [url for url in requests if not url.startswith((*origins, "data:"))]
    assert foreign == []


_COMPLAINTS = {"error", "warning"}


def _failure(request: Request) -> list[str]:
    """What was not loaded, unless the page was left while it came."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure}: {request.url}"]


@pytest.fixture
def demo(tmp_path: Path) -> Generator[str]:
    """
    The address of a fresh demo.
    """
    with running(demo=True, database_url=f"sqlite:///{tmp_path / 'demo.db'}") as address:
        yield address


@pytest.fixture(autouse=True)
def _built_page() -> None:
    if not (_BUILT / "index.html").is_file():
        _missing("GraphiQL's page was not built: install Node.js, then run make clean test.")

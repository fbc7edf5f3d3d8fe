"""The documents' site in a browser."""

import re
import threading
from collections.abc import Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.docs.site import build_site


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as it is named there
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """
    The address of the built site.
    """
    folder: Path = build_site(tmp_path_factory.mktemp("site")).folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_reading_and_searching(site: str, visit: Any) -> None:
    """
    A reader goes from page to page and searches, without any other host.
    """
    page = visit(f"{site}/")
    page.get_by_role("link", name="The GraphQL guide").first.click()
    expect(page).to_have_title("The GraphQL guide - AutoSpot gateway")

    page.get_by_role("button", name="Search").click()
    page.get_by_role("combobox", name="Search").fill("VACUUM")
    page.get_by_role("option", name="Backups").click()

    expect(page).to_have_url(re.compile("/operating/"))


def test_fits_a_phone(site: str, visit: Any) -> None:
    """
    On a phone a wide table is scrolled, and the page is not.
    """
    page = visit(f"{site}/operating/")
    page.set_viewport_size({"width": 390, "height": 844})

    expect(page.get_by_role("cell", name="GATEWAY_HOST")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Swagger UI in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect


def test_examples_run(demo: str, visit: Any) -> None:
    """
    With the demo's key the examples of both methods are sent as they stand, and saved.
    """
    page = visit(f"{demo}/-/docs")
    _authorize(page)

    _execute(page, "post")
    expect(_status(page, "post")).to_have_text("201")
    _execute(page, "patch")
    expect(_status(page, "patch")).to_have_text("200")


@pytest.mark.parametrize("width", [1440, 390])
def test_fits_the_window(demo: str, visit: Any, width: int) -> None:
    """
    On a wide window and on a phone nothing is wider than the window, answers neither.
    """
    page = visit(f"{demo}/-/docs")
    page.set_viewport_size({"width": width, "height": 900})
    _authorize(page)

    _execute(page, "post")

    expect(_status(page, "post")).to_have_text("201")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(
    ("scheme", "background", "text"),
    [
        ("light", "rgba(0, 0, 0, 0)", "rgb(59, 65, 81)"),
        ("dark", "rgb(28, 32, 34)", "rgb(228, 230, 230)"),
    ],
)
def test_follows_the_system(demo: str, visit: Any, scheme: Any, background: str, text: str) -> None:
    """
    The page is dark where the system is, as soon as that changes, and can be read there.
    """
    page = visit(f"{demo}/-/docs")
    page.locator(".opblock-post .opblock-summary-control").click()

    page.emulate_media(color_scheme=scheme)

    expect(page.locator("html")).to_have_css("background-color", background)
    expect(page.locator(".headers-wrapper td").first).to_have_css("color", text)


def _authorize(page: Page) -> None:
    """Give the demo's key, as a person does."""
    page.locator(".scheme-container .authorize").click()
    page.locator(".auth-container input").fill("demo-key")
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()


def _execute(page: Page, method: str) -> None:
    """Send the example of a method, as a person does."""
    operation = page.locator(f".opblock-{method}")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()


def _status(page: Page, method: str) -> Locator:
    """The status of the answer that a method got."""
    answer = f".opblock-{method} .live-responses-table .response"
    return page.locator(f"{answer} .response-col_status")

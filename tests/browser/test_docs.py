"""Swagger UI in a browser."""

from typing import Any

from playwright.sync_api import expect


def test_example_runs(demo: str, visit: Any) -> None:
    """
    The page shows both methods; with the demo's key the example is sent as it stands, and saved.
    """
    page = visit(f"{demo}/-/docs")
    expect(page.locator(".opblock-patch")).to_have_count(1)
    page.locator(".scheme-container .authorize").click()
    page.locator(".auth-container input").fill("demo-key")
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()

    page.locator(".opblock-post .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    status = page.locator(".live-responses-table .response .response-col_status")
    expect(status).to_have_text("201")

"""The documents as a site."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.docs.page import ROOT
from tests.docs.site import Site, build_site

# What a browser fetches by itself, unlike the links that a reader may click on.
_FETCHED = {
    "audio": {"src"},
    "embed": {"src"},
    "iframe": {"src"},
    "image": {"href"},
    "img": {"src", "srcset"},
    "input": {"src"},
    "link": {"href"},
    "object": {"data"},
    "script": {"src"},
    "source": {"src", "srcset"},
    "use": {"href"},
    "video": {"poster", "src"},
}
_STYLE_ADDRESS = re.compile(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]*)")
_OTHER_ORIGIN = re.compile(r"(?!data:)[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """
    The built site.
    """
    return build_site(tmp_path_factory.mktemp("site"))


class _Addresses(HTMLParser):
    """The addresses in a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.menu: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.fetched += [attributes[name] for name in _FETCHED.get(tag, set()) & attributes.keys()]
        self.fetched += _STYLE_ADDRESS.findall(attributes.get("style", ""))
        if tag == "a" and "md-nav__link" in attributes.get("class", ""):
            self.menu.append(attributes["href"])


def test_builds_without_a_warning(site: Site) -> None:
    """
    Every link and every anchor leads somewhere.
    """
    assert "No issues found" in site.said
    assert "Warning" not in site.said


def test_menu_lists_every_page(site: Site) -> None:
    """
    Every document, the decisions too, is a page, and is in the menu.
    """
    documents = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")]
    expected = {
        "./" if document.name == "index.md" else f"./{document.with_suffix('').as_posix()}/"
        for document in documents
    }

    menu = {f"./{a.removeprefix('./')}" for a in _Addresses(site.folder / "index.html").menu}

    assert {address.removesuffix(".") for address in menu} == expected
    assert [a for a in expected if not (site.folder / a / "index.html").is_file()] == []


def test_pages_need_no_other_host(site: Site) -> None:
    """
    Scripts, styles, fonts and images come with the site.
    """
    pages, styles = list(site.folder.rglob("*.html")), list(site.folder.rglob("*.css"))
    addresses = [address for page in pages for address in _Addresses(page).fetched]
    for sheet in [*pages, *styles]:
        addresses += _STYLE_ADDRESS.findall(sheet.read_text("utf-8"))

    assert len(pages) > 15
    assert any(address.endswith(".js") for address in addresses)
    assert any(address.endswith(".css") for address in addresses)
    assert [address for address in addresses if _OTHER_ORIGIN.match(address)] == []

"""The upstream's URL."""

import pytest

from gateway.upstream import UpstreamAddress, UpstreamUrlError


@pytest.mark.parametrize(
    ("url", "is_tls", "host", "port", "prefix", "host_header"),
    [
        ("http://autospot", False, "autospot", 80, b"", b"autospot"),
        ("HTTP://AutoSpot/", False, "autospot", 80, b"", b"autospot"),
        ("https://autospot.example", True, "autospot.example", 443, b"", b"autospot.example"),
        ("https://autospot.example:443", True, "autospot.example", 443, b"", b"autospot.example"),
        ("http://autospot:443", False, "autospot", 443, b"", b"autospot:443"),
        ("http://autospot:", False, "autospot", 80, b"", b"autospot"),
        ("http://auto_spot.:8080/", False, "auto_spot.", 8080, b"", b"auto_spot.:8080"),
        ("http://127.0.0.1:9/api", False, "127.0.0.1", 9, b"/api", b"127.0.0.1:9"),
        ("http://[::1]", False, "::1", 80, b"", b"[::1]"),
        (
            "https://[2001:DB8::1]:8443/a/b/",
            True,
            "2001:db8::1",
            8443,
            b"/a/b",
            b"[2001:db8::1]:8443",
        ),
        ("http://autospot/a%2Fb//", False, "autospot", 80, b"/a%2Fb", b"autospot"),
    ],
)
def test_a_url_is_read(  # noqa: PLR0913  # a column each
    url: str,
    *,
    is_tls: bool,
    host: str,
    port: int,
    prefix: bytes,
    host_header: bytes,
) -> None:
    """
    http and https, a port or none, IPv6, a path; slashes at the end do not count.
    """
    assert UpstreamAddress.parse(url) == UpstreamAddress(
        is_tls=is_tls, host=host, port=port, prefix=prefix, host_header=host_header
    )


def test_a_target_gets_the_prefix_and_nothing_else() -> None:
    """
    The rest of a target stays as it is, byte for byte.
    """
    address = UpstreamAddress.parse("http://autospot/api/")

    assert address.target(b"/%2f//../x;y?a=+&b") == b"/api/%2f//../x;y?a=+&b"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "ASCII"),
        ("http://autospot /", "ASCII"),
        ("http://autospot/\n", "ASCII"),
        ("http://autospöt", "ASCII"),
        ("autospot", "http:// or https://"),
        ("autospot:8080", "http:// or https://"),
        ("ftp://autospot", "http:// or https://"),
        ("unix:///run/autospot", "http:// or https://"),
        ("http:", "valid host"),
        ("http://", "valid host"),
        ("http:///path", "valid host"),
        ("http://:80", "valid host"),
        ("http://a..b", "valid host"),
        ("http://a,b", "valid host"),
        ("http://" + "a" * 64, "valid host"),
        ("http://[::1", "valid host"),
        ("http://[::g]", "valid host"),
        ("http://[fe80::1%25eth0]", "valid host"),
        ("http://autospot:0", "1 to 65535"),
        ("http://autospot:65536", "1 to 65535"),
        ("http://autospot:port", "1 to 65535"),
        ("http://user@autospot", "user name"),
        ("http://user:secret@autospot", "user name"),
        ("http://autospot?", "before any"),
        ("http://autospot/?a=secret", "before any"),
        ("http://autospot/#", "before any"),
    ],
)
def test_another_url_is_refused_with_one_sentence(url: str, why: str) -> None:
    """
    The sentence says what is wrong, and does not repeat the URL, which may hold a secret.
    """
    with pytest.raises(UpstreamUrlError, match=why) as caught:
        UpstreamAddress.parse(url)

    assert str(caught.value).endswith(".")
    assert "secret" not in str(caught.value)

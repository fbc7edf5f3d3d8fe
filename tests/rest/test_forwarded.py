"""Headers on their way through an intermediary."""

import pytest

from gateway.rest.forwarded import Forwarding, Headers, answer_headers

VIA = (b"Via", b"1.1 autospot-gateway")


def forwarded(sent: Headers, host: bytes | None = b"autospot") -> Headers:
    """The headers of a request by TLS from 10.0.0.9, as AutoSpot gets them."""
    return Forwarding(host, "X-API-Key").request_headers(sent, ("10.0.0.9", 1), "https")


def test_what_is_added() -> None:
    """
    Via and who called are added, and the host becomes AutoSpot's.
    """
    assert forwarded([(b"host", b"legacy"), (b"accept", b"*/*")]) == [
        (b"host", b"autospot"),
        (b"accept", b"*/*"),
        (b"X-Forwarded-For", b"10.0.0.9"),
        (b"X-Forwarded-Proto", b"https"),
        (b"X-Forwarded-Host", b"legacy"),
        VIA,
    ]


def test_what_an_earlier_intermediary_said_stays() -> None:
    """
    The caller is appended to a list that is there, and what is known already is not added.
    """
    sent = [
        (b"host", b"gateway"),
        (b"x-forwarded-for", b"1.1.1.1"),
        (b"x-forwarded-for", b"2.2.2.2"),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-host", b"legacy"),
        (b"via", b"1.0 first"),
    ]

    assert forwarded(sent, host=None) == [
        (b"host", b"gateway"),
        (b"x-forwarded-for", b"1.1.1.1"),
        (b"x-forwarded-for", b"2.2.2.2, 10.0.0.9"),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-host", b"legacy"),
        (b"via", b"1.0 first, 1.1 autospot-gateway"),
    ]


def test_caller_without_address_or_host() -> None:
    """
    A caller by a socket file has no address, and one by HTTP/1.0 may name no host.
    """
    headers = Forwarding(b"autospot", "X-API-Key").request_headers([], None, "http")

    assert headers == [(b"X-Forwarded-Proto", b"http"), VIA]


@pytest.mark.parametrize(
    "name", [b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade", b"x-named"]
)
def test_what_is_taken_out(name: bytes) -> None:
    """
    What is about the connection, or named by it, goes no further in either direction.
    """
    sent = [(b"connection", b"close, X-Named"), (name, b"x-named"), (b"x-kept", b"1")]

    assert answer_headers(sent) == [(b"x-kept", b"1")]
    assert [name for name, _ in forwarded(sent) if name == b"x-kept"] == [b"x-kept"]


@pytest.mark.parametrize("name", [b"host", b"content-length", b"authorization", b"x-api-key"])
def test_what_connection_cannot_take_out(name: bytes) -> None:
    """
    Without these a request would be another one, whatever Connection names.
    """
    sent = [(b"connection", name), (name, b"1")]

    assert name in dict(forwarded(sent))


def test_chunks_stay_chunks() -> None:
    """
    A body that came in chunks goes on in chunks.
    """
    assert forwarded([(b"transfer-encoding", b"chunked")])[-1] == (b"Transfer-Encoding", b"chunked")

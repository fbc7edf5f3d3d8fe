"""Whose address a request has, with and without proxies."""

from ipaddress import ip_network

import pytest

from gateway.rate_limits import Addresses


def scope(peer: str | None, *forwarded_for: str) -> dict[str, object]:
    """An ASGI request of a peer, with lines of X-Forwarded-For."""
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in forwarded_for]
    client = None if peer is None else (peer, 50_000)
    return {"client": client, "headers": [(b"host", b"gateway.example"), *headers]}


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_without_proxies(peer: str | None, address: str) -> None:
    """
    Who connects is who sends, whatever is said to be forwarded.
    """
    assert Addresses().of(scope(peer, "198.51.100.7")) == address


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [
        (("198.51.100.7",), "198.51.100.7"),
        (("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        (("203.0.113.9, 198.51.100.7, 10.1.2.3",), "198.51.100.7"),
        (("203.0.113.9, 198.51.100.7", "10.1.2.3, 10.0.0.1"), "198.51.100.7"),
        (("198.51.100.7:4711",), "198.51.100.7"),
        (("[2001:db8::7]:4711",), "2001:db8::/64"),
        (("2001:db8::7",), "2001:db8::/64"),
        (("::ffff:10.0.0.1, ::ffff:10.0.0.2",), "10.0.0.1"),
        (("10.0.0.4, 10.0.0.5",), "10.0.0.4"),
        (("198.51.100.7, unknown, 10.0.0.5",), "10.0.0.5"),
        (("unknown",), "10.0.0.9"),
        (("",), "10.0.0.9"),
        ((), "10.0.0.9"),
        (("198.51.100.7, \u00e4",), "10.0.0.9"),
    ],
)
def test_behind_proxies(forwarded_for: tuple[str, ...], address: str) -> None:
    """
    The last hop that is not a trusted proxy counts; what stands before it anybody may have sent.
    """
    addresses = Addresses([ip_network("10.0.0.0/8")])

    assert addresses.of(scope("10.0.0.9", *forwarded_for)) == address


def test_others_are_not_believed() -> None:
    """
    Who is no trusted proxy speaks for nobody else.
    """
    addresses = Addresses([ip_network("10.0.0.0/8"), ip_network("2001:db8::1")])

    assert addresses.of(scope("192.0.2.1", "198.51.100.7")) == "192.0.2.1"
    assert addresses.of(scope("2001:db8::1", "198.51.100.7")) == "198.51.100.7"
    assert addresses.of(scope(None, "198.51.100.7")) == ""

"""The address that a request comes from, also behind proxies."""

from collections.abc import Collection, Iterable, Iterator, MutableMapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Scope = MutableMapping[str, Any]

_FORWARDED_FOR = b"x-forwarded-for"
_IPV6_HOST_BITS = 64
_REMEMBERED = 10_000


class Addresses:
    """Tells addresses, believing in X-Forwarded-For only what trusted proxies have added."""

    def __init__(self, trusted: Collection[Network] = ()) -> None:
        """Trust the proxies in these networks."""
        self._trusted = trusted

    def of(self, scope: Scope) -> str:
        """Where an ASGI request comes from: the last hop that is not a trusted proxy.

        An IPv6 address stands for its /64 network, all of which one sender has.
        """
        peer = scope["client"][0] if scope["client"] else ""
        if self._trusted and self._is_trusted(peer):
            peer = self._before_proxies(peer, scope["headers"])
        return _one_sender(peer)

    def _before_proxies(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        for hop in _hops_backwards(headers):
            if _read(hop) is None:
                return peer
            peer = hop
            if not self._is_trusted(hop):
                return peer
        return peer

    def _is_trusted(self, text: str) -> bool:
        address = _read(text)
        return address is not None and any(address in network for network in self._trusted)


def _hops_backwards(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[str]:
    """What X-Forwarded-For lists, the hop that was added last first; ports are left out."""
    values = [value for name, value in headers if name.lower() == _FORWARDED_FOR]
    for part in reversed(b",".join(values).decode("latin-1").split(",")):
        hop = part.strip()
        if hop.startswith("["):
            hop = hop[1:].partition("]")[0]
        elif hop.count(":") == 1:
            hop = hop.partition(":")[0]
        yield hop


@lru_cache(_REMEMBERED)
def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(_REMEMBERED)
def _one_sender(text: str) -> str:
    address = _read(text)
    if isinstance(address, IPv6Address):
        network = int(address) >> _IPV6_HOST_BITS << _IPV6_HOST_BITS
        return str(IPv6Network((network, _IPV6_HOST_BITS)))
    return text if address is None else str(address)

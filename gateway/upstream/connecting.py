"""A new connection to the upstream."""

import asyncio
import os
import socket
import ssl

from gateway.upstream.address import UpstreamAddress
from gateway.upstream.connection import Connection
from gateway.upstream.errors import NotConnected
from gateway.upstream.limits import UpstreamLimits


async def connect(
    address: UpstreamAddress,
    tls: ssl.SSLContext | None,
    limits: UpstreamLimits,
    buffer: memoryview,
    deadline: float,
) -> Connection:
    """Connect, by a deadline of the event loop's clock at the latest. Raises NotConnected."""
    loop = asyncio.get_running_loop()
    latest = loop.time() + limits.connect_timeout
    try:
        async with asyncio.timeout_at(min(latest, deadline)):
            _, connection = await loop.create_connection(
                lambda: Connection(limits, buffer), address.host, address.port, ssl=tls
            )
    except OSError as error:
        raise NotConnected(f"The upstream cannot be reached: {_reason(error)}.") from error
    if connection.is_closing():
        raise NotConnected("The upstream cannot be reached: it closes connections at once.")
    return connection


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "connecting takes too long"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted, {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "it does not agree on TLS"
    if isinstance(error, socket.gaierror):
        return "its host is not known"
    return os.strerror(error.errno) if error.errno else "none of its addresses can be connected to"

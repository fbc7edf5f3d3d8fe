"""HTTP/1.1 as the gateway serves it: what uvicorn's own protocol would change passes unchanged."""

from gateway.http_server.protocol import HttpProtocol
from gateway.http_server.room import Room

__all__ = ["HttpProtocol", "Room"]

"""AutoSpot far away: batches sent to it, and its answers understood."""

from gateway.remote.autospot import RemoteApi, RemoteAutoSpot

__all__ = ["RemoteApi", "RemoteAutoSpot"]

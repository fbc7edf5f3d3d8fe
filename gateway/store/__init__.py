"""Where a gateway keeps shops, repair orders and API keys."""

from gateway.store.opening import open_store
from gateway.store.port import ApiKey, Decide, Decision, Store, Stored, StoreError, Wanted

__all__ = [
    "ApiKey",
    "Decide",
    "Decision",
    "Store",
    "StoreError",
    "Stored",
    "Wanted",
    "open_store",
]

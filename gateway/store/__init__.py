"""Where a gateway keeps shops, repair orders and API keys."""

from gateway.store.opening import database_revision, open_store, require_database_url
from gateway.store.port import (
    USE_PRECISION,
    ApiKey,
    Decide,
    Decision,
    OrderFilter,
    PoolLimits,
    Store,
    Stored,
    StoreError,
    Wanted,
)
from gateway.store.schema import Revision, require_newest

__all__ = [
    "USE_PRECISION",
    "ApiKey",
    "Decide",
    "Decision",
    "OrderFilter",
    "PoolLimits",
    "Revision",
    "Store",
    "StoreError",
    "Stored",
    "Wanted",
    "database_revision",
    "open_store",
    "require_database_url",
    "require_newest",
]

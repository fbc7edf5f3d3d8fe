"""The rows of API keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.port import ApiKey
from gateway.store.tables import api_key


def add_key(connection: Connection, key: ApiKey) -> bool:
    """Add a key; False when its name or digest is taken, and then nothing is written."""
    row = {
        "digest": key.digest,
        "name": key.name,
        "can_write": key.can_write,
        "shop_ids": None if key.shop_ids is None else sorted(key.shop_ids),
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }
    try:
        # PostgreSQL goes on after a failure only from a savepoint.
        with connection.begin_nested():
            connection.execute(insert(api_key), row)
    except IntegrityError:
        return False
    return True


def all_keys(connection: Connection) -> list[ApiKey]:
    """Every key, oldest first."""
    rows = connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.name))
    return [_key(row) for row in rows]


def revoke_key(connection: Connection, name: str, at: datetime) -> bool:
    """Revoke a key; False when no valid key has that name."""
    is_valid = (api_key.c.name == name) & api_key.c.revoked_at.is_(None)
    return connection.execute(update(api_key).where(is_valid).values(revoked_at=at)).rowcount == 1


def valid_key(connection: Connection, digest: bytes) -> ApiKey | None:
    """The valid key with a digest."""
    is_valid = (api_key.c.digest == digest) & api_key.c.revoked_at.is_(None)
    row = connection.execute(select(api_key).where(is_valid)).one_or_none()
    return None if row is None else _key(row)


def _key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    shop_ids = None if row.shop_ids is None else frozenset(row.shop_ids)
    return ApiKey(row.digest, row.name, row.can_write, shop_ids, row.created_at, row.revoked_at)

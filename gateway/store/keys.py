"""The rows of API keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.port import USE_PRECISION, ApiKey
from gateway.store.tables import api_key


def add_key(connection: Connection, key: ApiKey) -> bool:
    """Add a key; False when its name or digest is taken, and then nothing is written."""
    try:
        # PostgreSQL goes on after a failure only from a savepoint.
        with connection.begin_nested():
            connection.execute(insert(api_key), _row(key))
    except IntegrityError:
        return False
    return True


def succeed_key(connection: Connection, name: str, ends_at: datetime, successor: ApiKey) -> bool:
    """Give a key its end, and add its successor; False when there is no key, or no room for it."""
    is_ending = (api_key.c.name == name) & api_key.c.revoked_at.is_(None)
    ending = update(api_key).where(is_ending).values(expires_at=ends_at)
    try:
        with connection.begin_nested():
            if connection.execute(ending).rowcount != 1:
                return False
            connection.execute(insert(api_key), _row(successor))
    except IntegrityError:
        return False
    return True


def all_keys(connection: Connection) -> list[ApiKey]:
    """Every key, oldest first."""
    rows = connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.name))
    return [_key(row) for row in rows]


def revoke_key(connection: Connection, name: str, at: datetime) -> bool:
    """Revoke a key; False when no key of that name is left to be revoked."""
    is_valid = (api_key.c.name == name) & api_key.c.revoked_at.is_(None)
    return connection.execute(update(api_key).where(is_valid).values(revoked_at=at)).rowcount == 1


def unrevoked_key(connection: Connection, digest: bytes) -> ApiKey | None:
    """The key with a digest, unless it is revoked."""
    is_wanted = (api_key.c.digest == digest) & api_key.c.revoked_at.is_(None)
    row = connection.execute(select(api_key).where(is_wanted)).one_or_none()
    return None if row is None else _key(row)


def note_uses(connection: Connection, uses: Mapping[bytes, datetime]) -> None:
    """Note when keys were used last; what another gateway has hardly noted stays."""
    # In the order of the digests: two gateways that note the same keys wait in one direction.
    rows = [
        {"used": digest, "used_at": at, "long_ago": at - USE_PRECISION}
        for digest, at in sorted(uses.items())
    ]
    connection.execute(_NOTE_USE, rows)


def _row(key: ApiKey) -> dict[str, object]:
    return {
        "digest": key.digest,
        "name": key.name,
        "can_write": key.can_write,
        "shop_ids": None if key.shop_ids is None else sorted(key.shop_ids),
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    }


def _key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(
        row.digest,
        row.name,
        row.can_write,
        None if row.shop_ids is None else frozenset(row.shop_ids),
        row.created_at,
        row.revoked_at,
        row.expires_at,
        row.last_used_at,
    )


_last_used = api_key.c.last_used_at
_NOTE_USE = (
    update(api_key)
    .where(
        api_key.c.digest == bindparam("used"),
        _last_used.is_(None) | (_last_used <= bindparam("long_ago")),
    )
    .values(last_used_at=bindparam("used_at"))
)

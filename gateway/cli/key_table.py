"""API keys as a plain table."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from gateway.cli.moments import shown
from gateway.cli.shop_ids import listed
from gateway.cli.table import table
from gateway.store import ApiKey

_HEADINGS = ("NAME", "SHOPS", "RIGHTS", "CREATED", "LAST USED", "EXPIRES", "STATE")


def key_table(keys: Iterable[ApiKey], now: datetime) -> Iterator[str]:
    """One line of headings, then one for each key."""
    rows = [_HEADINGS, *(_row(key, now) for key in keys)]
    return table(rows)


def _row(key: ApiKey, now: datetime) -> tuple[str, ...]:
    return (
        key.name,
        "all" if key.shop_ids is None else listed(sorted(key.shop_ids)),
        "read and write" if key.can_write else "read only",
        shown(key.created_at),
        shown(key.last_used_at) if key.last_used_at else "never",
        shown(key.expires_at) if key.expires_at else "never",
        _state(key, now),
    )


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return f"revoked {shown(key.revoked_at)}"
    return "expired" if key.has_expired(now) else "valid"

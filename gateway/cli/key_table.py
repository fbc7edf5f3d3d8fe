"""API keys as a plain table."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from gateway.cli.shop_ids import listed
from gateway.store import ApiKey

_HEADINGS = ("NAME", "SHOPS", "RIGHTS", "CREATED", "STATE")


def key_table(keys: Iterable[ApiKey]) -> Iterator[str]:
    """One line of headings, then one for each key."""
    rows = [_HEADINGS, *map(_row, keys)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _row(key: ApiKey) -> tuple[str, ...]:
    return (
        key.name,
        "all" if key.shop_ids is None else listed(sorted(key.shop_ids)),
        "read and write" if key.can_write else "read only",
        _when(key.created_at),
        f"revoked {_when(key.revoked_at)}" if key.revoked_at else "valid",
    )


def _when(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"

"""The commands about API keys."""

import re
import sys
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Annotated

import typer

from gateway.auth import LOOKUP_SECONDS, digest, new_key
from gateway.cli.database import with_store
from gateway.cli.failure import PROGRAM, CommandFailed
from gateway.cli.help import show_help_when_alone
from gateway.cli.key_table import key_table
from gateway.cli.moments import later, shown
from gateway.cli.shop_ids import listed, shop_ids
from gateway.store import ApiKey, Store

keys = typer.Typer(
    rich_markup_mode=None,
    help="The API keys that callers send.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)

_MAX_NAME = 100
_OVERLAP = timedelta(days=7)
_WITHIN = f"within {LOOKUP_SECONDS} seconds"
_WHEN = "90d, 12h or 30m from now, or a date as 2031-01-31 (UTC)"

_Expiry = Annotated[
    datetime | None,
    typer.Option("--expires", parser=later, metavar="WHEN", help=f"When the key ends: {_WHEN}."),
]
_ListedName = Annotated[str, typer.Argument(metavar="NAME", help="The key's name, as listed.")]


def _name(text: str) -> str:
    """Read the name of a key: one line of a table, in which people tell it from others."""
    name = text.strip()
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        message = f"expected 1 to {_MAX_NAME} printable characters, not only blanks."
        raise typer.BadParameter(message)
    return name


@keys.command("create")
def create_key(
    *,
    name: Annotated[
        str, typer.Option(parser=_name, metavar="NAME", help="Who uses the key; unique.")
    ],
    shops: Annotated[
        frozenset[int] | None,
        typer.Option(parser=shop_ids, metavar="SHOP_ID,...", help="Shops it may use, e.g. 33,34."),
    ] = None,
    all_shops: Annotated[
        bool, typer.Option("--all-shops", help="It may use every shop, those to come too.")
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may read, and not write.")
    ] = False,
    expires: _Expiry = None,
) -> None:
    """Create an API key and print it, this once."""
    if (shops is None) is not all_shops:
        message = "Say which shops the key may use: either --shops 33,34 or --all-shops."
        raise typer.BadParameter(message, param_hint="--shops / --all-shops")
    key = new_key()
    row = ApiKey(
        digest(key),
        name,
        can_write=not read_only,
        shop_ids=shops,
        created_at=datetime.now(UTC),
        expires_at=expires,
    )

    async def add(store: Store) -> None:
        await _refuse_unknown_shops(store, shops or frozenset())
        if not await store.add_key(row):
            raise _name_is_taken(name)

    with_store(add)
    _show_once(key)


async def _refuse_unknown_shops(store: Store, wanted: frozenset[int]) -> None:
    if unknown := sorted(wanted.difference(await store.shops())):
        command = f"{PROGRAM} shops add {' '.join(map(str, unknown))}"
        message = f"No such shop: {listed(unknown)}; first add what is missing ({command})."
        raise CommandFailed(message)


def _name_is_taken(name: str) -> CommandFailed:
    return CommandFailed(f"There is, or was, a key named {name!r}: choose another name.")


def _show_once(key: str) -> None:
    typer.echo(key)
    typer.echo("Keep this key now: it is shown only this once.", file=sys.stderr)


@keys.command("list")
def list_keys() -> None:
    """Show every key's name, shops, rights, last use and end; never the key."""

    async def read(store: Store) -> list[ApiKey]:
        return await store.keys()

    for line in key_table(with_store(read), datetime.now(UTC)):
        typer.echo(line)


@keys.command("rotate")
def rotate_key(
    name: _ListedName,
    *,
    new_name: Annotated[
        str | None,
        typer.Option("--as", parser=_name, metavar="NAME", help="Name of the new key; unique."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=later, metavar="WHEN", help=f"When the old key ends: {_WHEN}. [7d]"),
    ] = None,
    expires: _Expiry = None,
) -> None:
    """Create a key with the rights of another, which ends later: until then both are valid.

    Without --expires the new key lasts as long as the old one was made for.
    """
    key, now = new_key(), datetime.now(UTC)

    async def rotate(store: Store) -> tuple[ApiKey, datetime]:
        known = await store.keys()
        old = _usable(known, name, now)
        ends_at = min(until or now + _OVERLAP, old.expires_at or datetime.max.replace(tzinfo=UTC))
        new = ApiKey(
            digest(key),
            new_name or _next_name(name, {one.name for one in known}),
            old.can_write,
            old.shop_ids,
            created_at=now,
            expires_at=expires or (old.expires_at and now + (old.expires_at - old.created_at)),
        )
        if not await store.succeed_key(name, ends_at, new):
            raise _name_is_taken(new.name)
        return new, ends_at

    new, ends_at = with_store(rotate)
    _show_once(key)
    end = f" and expires {shown(new.expires_at)}" if new.expires_at else ""
    typer.echo(
        f"It is named {new.name!r}{end}; {name!r} is valid until {shown(ends_at)}.", file=sys.stderr
    )


def _usable(known: Collection[ApiKey], name: str, now: datetime) -> ApiKey:
    """The key of a name. Raises CommandFailed when there is none, or none that may be used."""
    found = next((key for key in known if key.name == name), None)
    if found is None:
        raise _no_such_key(name)
    if found.revoked_at or found.has_expired(now):
        message = f"{name!r} is not valid any more: create a new key with {PROGRAM} keys create."
        raise CommandFailed(message)
    return found


def _next_name(name: str, taken: Collection[str]) -> str:
    """The next name in a row: partner, partner-2, partner-3."""
    numbered = re.fullmatch(r"(.+)-\d+", name)
    base = numbered[1] if numbered and numbered[1] in taken else name
    names = (f"{base}-{number}" for number in count(2))
    return next(new for new in names if new not in taken)


def _no_such_key(name: str) -> CommandFailed:
    return CommandFailed(f"There is no key named {name!r}; {PROGRAM} keys list shows all of them.")


@keys.command("revoke")
def revoke_key(name: _ListedName) -> None:
    """Revoke a key for good."""

    async def revoke(store: Store) -> str:
        if await store.revoke_key(name, datetime.now(UTC)):
            return f"{name!r} is revoked; a running gateway refuses it {_WITHIN}."
        if any(key.name == name for key in await store.keys()):
            return f"{name!r} was revoked before."
        raise _no_such_key(name)

    typer.echo(with_store(revoke))

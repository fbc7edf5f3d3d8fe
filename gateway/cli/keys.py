"""The commands about API keys."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.auth import LOOKUP_SECONDS, digest, new_key
from gateway.cli.database import with_store
from gateway.cli.failure import PROGRAM, CommandFailed
from gateway.cli.help import show_help_when_alone
from gateway.cli.key_table import key_table
from gateway.cli.shop_ids import listed, shop_ids
from gateway.store import ApiKey, Store

keys = typer.Typer(
    rich_markup_mode=None,
    help="The API keys that callers send.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)

_MAX_NAME = 100


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
) -> None:
    """Create an API key and print it, this once."""
    if (shops is None) is not all_shops:
        message = "Say which shops the key may use: either --shops 33,34 or --all-shops."
        raise typer.BadParameter(message, param_hint="--shops / --all-shops")
    key = new_key()
    row = ApiKey(
        digest(key), name, can_write=not read_only, shop_ids=shops, created_at=datetime.now(UTC)
    )

    async def add(store: Store) -> None:
        await _refuse_unknown_shops(store, shops or frozenset())
        if not await store.add_key(row):
            message = f"There is, or was, a key named {name!r}: choose another name."
            raise CommandFailed(message)

    with_store(add)
    typer.echo(key)
    typer.echo("Keep this key now: it is shown only this once.", file=sys.stderr)


async def _refuse_unknown_shops(store: Store, wanted: frozenset[int]) -> None:
    if unknown := sorted(wanted.difference(await store.shops())):
        command = f"{PROGRAM} shops add {' '.join(map(str, unknown))}"
        message = f"No such shop: {listed(unknown)}; first add what is missing ({command})."
        raise CommandFailed(message)


@keys.command("list")
def list_keys() -> None:
    """Show every key's name, shops and rights; never the key."""

    async def read(store: Store) -> list[ApiKey]:
        return await store.keys()

    for line in key_table(with_store(read)):
        typer.echo(line)


@keys.command("revoke")
def revoke_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The key's name, as listed.")],
) -> None:
    """Revoke a key for good."""

    async def revoke(store: Store) -> str:
        if await store.revoke_key(name, datetime.now(UTC)):
            return f"{name!r} is revoked; a running gateway refuses it {_WITHIN}."
        if any(key.name == name for key in await store.keys()):
            return f"{name!r} was revoked before."
        message = f"There is no key named {name!r}; {PROGRAM} keys list shows all of them."
        raise CommandFailed(message)

    typer.echo(with_store(revoke))


_WITHIN = f"within {LOOKUP_SECONDS} seconds"

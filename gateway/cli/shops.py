"""The commands about shops."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.database import with_store
from gateway.cli.help import show_help_when_alone
from gateway.cli.shop_ids import listed, read_shop_file, shop_id
from gateway.store import Store

shops = typer.Typer(
    rich_markup_mode=None,
    help="The shops that repair orders belong to.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)


@shops.command("add")
def add_shops(
    shop_ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="SHOP_ID...", parser=shop_id, help="Shops to add, e.g. 33 34."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A CSV file: one shop on each line, or a column named shop_id."),
    ] = None,
) -> None:
    """Add shops; those that are there already stay as they are."""
    wanted = {*(shop_ids or ()), *(read_shop_file(file) if file else ())}
    if not wanted:
        message = "Name the shops to add, or a file that lists them with --file."
        raise typer.BadParameter(message, param_hint="SHOP_ID")

    async def add(store: Store) -> list[int]:
        return await store.add_shops(wanted)

    added = with_store(add)
    if added:
        typer.echo(f"Added: {listed(added)}.")
    if known := sorted(wanted.difference(added)):
        typer.echo(f"Already there: {listed(known)}.")


@shops.command("list")
def list_shops() -> None:
    """Show every shop, one on each line."""

    async def read(store: Store) -> list[int]:
        return await store.shops()

    for shop in with_store(read):
        typer.echo(shop)

"""The commands about repair orders: requests to see or to erase what is kept of a person."""

import json
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import Annotated

import typer

from gateway.cli.database import with_store
from gateway.cli.failure import CommandFailed
from gateway.cli.help import show_help_when_alone
from gateway.cli.shop_ids import shop_id
from gateway.contract import OrderKey, StoredOrder, read_document
from gateway.store import OrderFilter, Store

orders = typer.Typer(
    rich_markup_mode=None,
    help="What is kept of a person: repair orders by customer, number or shop.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)


def _text(text: str) -> str:
    """Read a number or an address: text that could be in a repair order."""
    if not text.strip() or not text.isprintable():
        message = "expected printable characters, not only blanks."
        raise typer.BadParameter(message)
    return text


_Shop = Annotated[
    int | None,
    typer.Option(parser=shop_id, metavar="SHOP_ID", help="Those of this shop."),
]
_Number = Annotated[
    str | None,
    typer.Option(parser=_text, metavar="NUMBER", help="Those with this repair order number."),
]
_Email = Annotated[
    str | None,
    typer.Option(
        parser=_text, metavar="ADDRESS", help="Those whose customer has this e-mail address."
    ),
]


@orders.command("export")
def export_orders(*, shop: _Shop = None, number: _Number = None, email: _Email = None) -> None:
    """Print the repair orders that match everything given, as JSON."""
    which = _filter(shop, number, email)

    async def find(store: Store) -> list[StoredOrder]:
        return await store.find_orders(which)

    found = [_exported(order) for order in with_store(find)]
    typer.echo(json.dumps({"repair_orders": found}, indent=2, ensure_ascii=False))


@orders.command("delete")
def delete_orders(
    *,
    shop: _Shop = None,
    number: _Number = None,
    email: _Email = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Delete the repair orders that match everything given: all of them for good, or none."""
    which = _filter(shop, number, email)

    async def find(store: Store) -> list[StoredOrder]:
        return await store.find_orders(which)

    async def erase(store: Store) -> list[OrderKey]:
        return await store.erase_orders(which)

    if not yes:
        _ask([order.key for order in with_store(find)])
    erased = with_store(erase)
    if not erased:
        typer.echo("No repair order matches; nothing was deleted.")
        return
    typer.echo(f"Deleted {_counted(erased)}:")
    for line in _by_shop(erased):
        typer.echo(line)


def _filter(shop: int | None, number: str | None, email: str | None) -> OrderFilter:
    which = OrderFilter(shop, number, email)
    if which == OrderFilter():
        message = "Say which repair orders: by --email, --number, --shop, or several of them."
        raise typer.BadParameter(message, param_hint="--email / --number / --shop")
    return which


def _exported(order: StoredOrder) -> dict[str, object]:
    return {
        "shop_id": order.key.shop_id,
        "repair_number": order.key.repair_number,
        "created_at": order.created_at.isoformat(),
        "updated_at": order.updated_at.isoformat(),
        "repair_order": read_document(order.document),
    }


def _ask(found: list[OrderKey]) -> None:
    """Have a person agree; raises CommandFailed when nobody does."""
    if not found:
        return
    for line in _by_shop(found):
        typer.echo(line, file=sys.stderr)
    typer.echo(f"Delete {_counted(found)} for good? [y/N] ", nl=False, file=sys.stderr)
    answer = sys.stdin.readline()
    if not answer:
        message = "Nobody answered, so nothing was deleted: --yes deletes without asking."
        raise CommandFailed(message)
    if answer.strip().lower() not in {"y", "yes"}:
        raise CommandFailed("Nothing was deleted.")


def _counted(keys: list[OrderKey]) -> str:
    return "1 repair order" if len(keys) == 1 else f"{len(keys):,} repair orders"


def _by_shop(keys: Iterable[OrderKey]) -> Iterable[str]:
    """A line for each shop, with its numbers."""
    for shop, of_shop in groupby(keys, lambda key: key.shop_id):
        yield f"shop {shop}: {', '.join(key.repair_number for key in of_shop)}"

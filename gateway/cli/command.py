"""The command line: its groups, and each of its errors in one sentence."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer
from typer.main import get_command

from gateway.cli.config import config
from gateway.cli.db import db
from gateway.cli.failure import PROGRAM, database_sentence
from gateway.cli.help import show_help_when_alone
from gateway.cli.keys import keys
from gateway.cli.orders import orders
from gateway.cli.serve import serve
from gateway.cli.shops import shops
from gateway.contract import RequestError
from gateway.environment import SettingsError
from gateway.store import StoreError
from gateway.upstream import UpstreamTlsError, UpstreamUrlError

_FAILED = 1
_WRONGLY_USED = 2

_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="The AutoSpot gateway: GraphQL and REST in front of the AutoSpot Batch API. "
    "Its settings are environment variables whose names begin with GATEWAY_.",
)
_app.command()(serve)
_app.add_typer(keys, name="keys")
_app.add_typer(shops, name="shops")
_app.add_typer(orders, name="orders")
_app.add_typer(db, name="db")
_app.add_typer(config, name="config")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or the process's own; return its exit code.

    An error is one sentence on standard error: code 2 when the command was called or set up
    wrongly, 1 when it failed.
    """
    try:
        result = get_command(_app).main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as error:
        return _end(error.format_message(), error.exit_code)
    except (SettingsError, UpstreamUrlError, UpstreamTlsError) as error:
        return _end(str(error), _WRONGLY_USED)
    except StoreError as error:
        return _end(str(error), _FAILED)
    except RequestError as error:
        return _end(database_sentence(error), _FAILED)
    return result if isinstance(result, int) else 0


def _end(sentence: str, exit_code: int) -> int:
    line = " ".join(sentence.split())
    typer.echo(line if line.endswith((".", "?", "!")) else f"{line}.", file=sys.stderr)
    return exit_code


def _show_version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(version(PROGRAM))
        raise typer.Exit


@_app.callback(invoke_without_command=True)
def _command(
    context: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version."),
    ] = False,
) -> None:
    show_help_when_alone(context)


@_app.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from gateway.graphql import schema_text  # noqa: PLC0415  # slow, and only needed here

    typer.echo(schema_text().rstrip("\n"))

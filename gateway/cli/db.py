"""The commands about the tables of the database."""

import typer

from gateway.cli.database import revision, with_store
from gateway.cli.help import show_help_when_alone
from gateway.store import Store, require_newest

db = typer.Typer(
    rich_markup_mode=None,
    help="The tables of the database, which belong to a version of the gateway.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables up to date; an empty database is set up."""

    async def nothing_more(_: Store) -> None:
        pass

    with_store(nothing_more, may_upgrade=True)
    typer.echo(f"The database is up to date (revision {revision().current}).")


@db.command("current")
def show_revision() -> None:
    """Show the revision of the tables, and change nothing."""
    typer.echo(revision().current or "The database is empty.")


@db.command("check")
def check_database() -> None:
    """Fail unless this version of the gateway can use the tables as they are."""
    found = revision()
    require_newest(found)
    typer.echo(f"The database is up to date (revision {found.current}).")

"""The help of a group of commands that is called without one."""

import typer


def show_help_when_alone(context: typer.Context) -> None:
    """Show the help of a group when no command of it is given."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())

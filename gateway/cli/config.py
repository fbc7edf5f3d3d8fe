"""The commands about the settings."""

import os
from collections.abc import Iterator

import typer

from gateway.cli.help import show_help_when_alone
from gateway.cli.masked import masked
from gateway.cli.oddities import oddities
from gateway.cli.table import table
from gateway.environment import made_by_kubernetes
from gateway.settings import Settings, load_settings, secret_settings, setting_sources, variable
from gateway.store import require_database_url

config = typer.Typer(
    rich_markup_mode=None,
    help="The settings.",
    invoke_without_command=True,
    callback=show_help_when_alone,
)

_HEADINGS = ("SETTING", "VALUE", "SOURCE")


@config.command("check")
def check_config() -> None:
    """Show every setting and where it comes from, and check them; nothing is started."""
    settings = load_settings()
    for line in table([_HEADINGS, *_rows(settings)]):
        typer.echo(line)
    for sentence in remarks(settings):
        typer.echo(f"Warning: {sentence}")
    _require_usable(settings)
    typer.echo("The settings are valid.")


def remarks(settings: Settings) -> Iterator[str]:
    """What an operator should know, though nothing is wrong."""
    if ignored := made_by_kubernetes(os.environ):
        yield (
            f"Kubernetes made {', '.join(ignored)} of its Services; they are no settings "
            "(enableServiceLinks: false keeps them away)."
        )
    yield from oddities(settings)


def _rows(settings: Settings) -> Iterator[tuple[str, str, str]]:
    secrets = secret_settings()
    for field, source in setting_sources().items():
        value = _shown(getattr(settings, field))
        yield variable(field), masked(value) if field in secrets and value else value, source


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _require_usable(settings: Settings) -> None:
    """Raise what the start would, as far as it can be known without a connection."""
    from gateway.app import create_app  # noqa: PLC0415  # slow, and only needed here

    create_app(settings)
    if not settings.upstream_url:
        require_database_url(settings.database_url)

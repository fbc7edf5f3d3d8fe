"""Settings that are right each by itself, and odd together."""

import re
from collections.abc import Collection, Iterator

from gateway.settings import Settings, variable

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_is_local_url = re.compile(
    r"http://(?:127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]+)?(?:/.*)?"
).fullmatch


def oddities(settings: Settings) -> Iterator[str]:
    """One sentence for each; the gateway starts nevertheless."""
    yield from _of_proxy(settings) if settings.upstream_url else _of_embedded(settings)
    if settings.graphiql and settings.introspection == "off":
        yield (
            f"{variable('graphiql')} shows a page that cannot tell the schema, since "
            f"{variable('introspection')} is off."
        )


def _of_proxy(settings: Settings) -> Iterator[str]:
    url = settings.upstream_url or ""
    without_effect = _set_of(settings, "database_") + _set_of(settings, "max_waiting_batches")
    if without_effect:
        yield _no_effect(without_effect, f"with {variable('upstream_url')}")
    if url.startswith("http://"):
        if not _is_local_url(url):
            yield f"{variable('upstream_url')} is http://, so keys and orders travel unencrypted."
        if files := [f for f in _TLS_FILES if f in settings.model_fields_set]:
            yield _no_effect(files, f"with an http:// URL in {variable('upstream_url')}")
    if settings.upstream_timeout > settings.upstream_deadline:
        yield (
            f"{variable('upstream_timeout')} is longer than {variable('upstream_deadline')}, "
            "which ends a GraphQL call first."
        )


_TLS_FILES = ("upstream_ca_file", "upstream_client_certificate", "upstream_client_key")


def _of_embedded(settings: Settings) -> Iterator[str]:
    if without_effect := _set_of(settings, "upstream_"):
        yield _no_effect(without_effect, f"without {variable('upstream_url')}")
    is_file = settings.database_url.startswith("sqlite:")
    if is_file and (without_effect := _set_of(settings, *_OF_A_SERVER)):
        yield _no_effect(without_effect, "with an SQLite file")
    if settings.demo and settings.host not in _HERE:
        yield (
            f"{variable('demo')} takes a key that everybody knows, and {variable('host')} lets "
            "other machines in."
        )


_OF_A_SERVER = ("database_pool_", "database_timeout", "database_prepare")


def _set_of(settings: Settings, *prefixes: str) -> list[str]:
    return sorted(field for field in settings.model_fields_set if field.startswith(prefixes))


def _no_effect(fields: Collection[str], when: str) -> str:
    verb = "has" if len(fields) == 1 else "have"
    return f"{', '.join(map(variable, fields))} {verb} no effect {when}."

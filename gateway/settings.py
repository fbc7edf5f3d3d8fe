"""The settings of a gateway: one frozen class, read from GATEWAY_* variables."""

import os
import re
from dataclasses import fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from gateway.contract import ConnectionLimits, Limits
from gateway.environment import PREFIX, Found, SettingsError, found_variables
from gateway.setting_values import (
    HeaderName,
    LegacyPath,
    Networks,
    Origins,
    Rate,
    RedisUrl,
    read_networks,
)

DEMO_DATABASE_URL = "sqlite:///autospot-demo.db"


class Settings(BaseSettings):
    """What an operator decides. What is left out of its repr may hold a secret."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address or host name to listen on.")
    port: int = Field(
        8000, ge=0, le=65_535, description="TCP port to listen on; 0 takes any that is free."
    )
    workers: int = Field(
        1,
        ge=1,
        description="Processes that serve the port together. What other settings limit, such as "
        "connections, is for each of them.",
    )
    database_url: str = Field(
        "sqlite:///gateway.db",
        min_length=1,
        repr=False,
        description="Where shops, keys and repair orders are kept, as a URL: sqlite:///file, or "
        "postgresql://user@host/database with hosts and options as libpq writes them. "
        f"In demo mode the default is {DEMO_DATABASE_URL}.",
    )
    database_pool_size: int = Field(
        10, ge=1, description="Most connections to a PostgreSQL database."
    )
    database_pool_timeout: float = Field(
        5.0,
        gt=0,
        description="How long a request waits for a connection to PostgreSQL to be free, and for a "
        "new one to be made, in seconds.",
    )
    database_timeout: float = Field(
        30.0,
        gt=0,
        description="How long one statement in PostgreSQL may take, the wait for others' changes "
        "included, in seconds.",
    )
    database_prepare: bool = Field(
        default=True,
        description="Whether PostgreSQL keeps statements prepared for each connection; off behind "
        "a pooler that cannot, such as PgBouncer before 1.21 in transaction mode.",
    )
    batch_path: LegacyPath = Field(
        "/batch/repair_orders", description="Path of the REST batch API."
    )
    api_key_header: HeaderName = Field(
        "X-API-Key", description="Name of the HTTP header that carries the API key."
    )
    cors_origins: Origins | None = Field(
        None,
        description="Origins whose pages may call GraphQL and the REST batch API from a browser, "
        "such as https://app.example, separated by commas; * is any.",
    )
    max_repair_orders: int = Field(
        10_000, ge=1, description="Most repair orders that one request may carry, over all shops."
    )
    max_body_bytes: int = Field(
        16 * 1024 * 1024, ge=1, description="Largest body of a request, in bytes."
    )
    max_keyless_body_bytes: int = Field(
        256 * 1024,
        ge=1,
        description="Largest body of a GraphQL request without a valid API key, in bytes.",
    )
    max_json_depth: int = Field(
        100,
        ge=10,
        le=500,
        description="Most levels of lists and objects in the JSON of a request.",
    )
    max_reported_errors: int = Field(
        1_000, ge=1, description="Most problems that one answer lists; the others are counted."
    )
    max_document_characters: int = Field(
        256 * 1024, ge=1, description="Longest GraphQL document, in characters."
    )
    max_document_tokens: int = Field(
        10_000,
        ge=1,
        description="Most names, values and marks of a GraphQL document, and most lines of it.",
    )
    max_document_depth: int = Field(
        20, ge=1, description="Most levels of fields in a GraphQL document."
    )
    max_introspection_depth: int = Field(
        2,
        ge=1,
        description="Most levels of lists (fields, inputFields, interfaces, possibleTypes) in an "
        "introspection.",
    )
    max_document_fields: int = Field(
        1_000,
        ge=1,
        description="Most fields of a GraphQL operation, those of a fragment counted wherever it "
        "is spread; aliases and directives are counted so, too.",
    )
    max_document_root_fields: int = Field(
        50, ge=1, description="Most fields at the root of a GraphQL operation."
    )
    max_document_aliases: int = Field(50, ge=1, description="Most aliases of a GraphQL operation.")
    max_document_repeats: int = Field(
        5,
        ge=1,
        description="How often a GraphQL document may name one field, fragment or directive in one "
        "place.",
    )
    max_document_directives: int = Field(
        50, ge=1, description="Most directives of a GraphQL operation."
    )
    max_document_fragments: int = Field(
        50, ge=1, description="Most fragments of a GraphQL document."
    )
    max_document_variables: int = Field(
        50, ge=1, description="Most variables of a GraphQL operation."
    )
    max_waiting_batches: int = Field(
        1_000, ge=1, description="Most batches that wait to be written; one more is refused."
    )
    max_connections: int = Field(
        10_000,
        ge=1,
        description="Most connections of callers; when there are more, the one that has been "
        "waiting longest without a request is closed.",
    )
    head_timeout: float = Field(
        20.0, gt=0, description="How long the head of a request may take to come, in seconds."
    )
    body_timeout: float = Field(
        60.0,
        gt=0,
        description="How long the body of a GraphQL or batch request may take to come, in seconds, "
        "and a second more for each kB of it.",
    )
    answer_timeout: float = Field(
        60.0,
        gt=0,
        description="How long a caller may read less than 1 kB a second of an answer of the "
        "gateway's own, in seconds.",
    )
    idle_timeout: float = Field(
        75.0,
        gt=0,
        description="How long a connection may be idle between requests, in seconds; longer than "
        "whatever stands in front keeps its own.",
    )
    rate_limit: Rate = Field(
        "off",
        description="Most requests with one API key, such as 1000/minute; off is no limit. "
        "Legacy REST callers of a remote AutoSpot are not counted.",
    )
    rate_limit_failed_keys: Rate = Field(
        "100/minute",
        description="Most wrong API keys from one address; off is no limit. Keys that were used "
        "from it before still pass then.",
    )
    rate_limit_storage: RedisUrl | None = Field(
        None,
        repr=False,
        description="Where several gateways count together: the URL of a Redis, such as "
        "redis://host:6379/0. Without it each process counts for itself.",
    )
    trusted_proxies: Networks | None = Field(
        None,
        description="Addresses and networks of proxies, with commas between them, whose "
        "X-Forwarded-For tells the address of a caller; without them it tells nothing.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="json, text, or auto: text on a terminal and json elsewhere."
    )
    metrics: bool = Field(
        default=True, description="Whether /-/metrics tells Prometheus what the gateway counts."
    )
    grace_seconds: int = Field(
        10, ge=0, description="How long requests may finish after a signal to stop, in seconds."
    )
    upstream_url: str | None = Field(
        None,
        repr=False,
        description="URL of a remote AutoSpot, such as https://autospot.example. With it the "
        "gateway keeps nothing itself, and its GraphQL becomes calls of that API.",
    )
    upstream_timeout: float = Field(
        30.0,
        gt=0,
        description="How long the remote AutoSpot may be silent while it owes an answer, "
        "in seconds.",
    )
    upstream_connect_timeout: float = Field(
        5.0,
        gt=0,
        description="How long a connection to the remote AutoSpot may take, and how long a call "
        "waits for one to be free, in seconds.",
    )
    upstream_deadline: float = Field(
        60.0,
        gt=0,
        description="How long one call of the remote AutoSpot may take in all, in seconds.",
    )
    upstream_max_connections: int = Field(
        100, ge=1, description="Most connections to the remote AutoSpot for GraphQL calls."
    )
    upstream_max_legacy_connections: int = Field(
        2_000, ge=1, description="Most connections to the remote AutoSpot for legacy REST callers."
    )
    upstream_preserve_host: bool = Field(
        default=False,
        description="Whether legacy REST callers' Host reaches the remote AutoSpot as they sent "
        "it, in place of the URL's.",
    )
    upstream_keepalive: float = Field(
        4.0,
        ge=0,
        description="How long an idle connection to the remote AutoSpot is kept, in seconds; "
        "shorter than AutoSpot keeps it.",
    )
    upstream_ca_file: Path | None = Field(
        None, description="File of the CAs that are trusted in place of the system's."
    )
    upstream_client_certificate: Path | None = Field(
        None, description="File of a client certificate for the remote AutoSpot."
    )
    upstream_client_key: Path | None = Field(
        None, description="File of its key, when that is not in the same file."
    )
    graphiql: bool = Field(default=True, description="Whether a browser gets GraphiQL at /graphql.")
    introspection: Literal["on", "keyed", "off"] = Field(
        "keyed",
        description="Who is told the GraphQL schema, and names of it in errors: everybody (on), "
        "callers with an API key (keyed) or nobody (off). In demo mode the default is on.",
    )
    demo: bool = Field(
        default=False,
        description="Whether sample shops, repair orders and the key demo-key are made at start.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given: `load_settings` reads the environment."""
        return (init_settings,)

    @property
    def trusted_networks(self) -> list[IPv4Network | IPv6Network]:
        """The networks of the proxies that are trusted."""
        return read_networks(self.trusted_proxies) if self.trusted_proxies else []

    @property
    def limits(self) -> Limits:
        """How large a request and its answer may be."""
        return Limits(**{limit.name: getattr(self, limit.name) for limit in fields(Limits)})

    @property
    def connections(self) -> ConnectionLimits:
        """How many connections there may be, and how long they wait for their callers."""
        return ConnectionLimits(
            max_connections=self.max_connections,
            head_timeout=self.head_timeout,
            answer_timeout=self.answer_timeout,
            idle_timeout=self.idle_timeout,
        )


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an override wins over the environment, and None is no override.

    Raises SettingsError when a value is wrong, and as `found_variables` does.
    """
    given = {field: value for field, value in overrides.items() if value is not None}
    try:
        settings = Settings(**cast("dict[str, Any]", _from_environment() | given))
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    if settings.demo and settings.upstream_url:
        raise SettingsError(
            f"{variable('demo')} and {variable('upstream_url')} exclude each other: "
            "the demo's repair orders are kept here."
        )
    if not settings.demo:
        return settings
    defaults = {"database_url": DEMO_DATABASE_URL, "introspection": "on"}
    chosen = settings.model_fields_set
    return settings.model_copy(
        update={field: value for field, value in defaults.items() if field not in chosen}
    )


def setting_sources() -> dict[str, str]:
    """Where each setting has its value from: the environment, a file, or nowhere but here.

    Raises as `found_variables` does.
    """
    found, default = _found(), Found("", "default")
    return {field: found.get(variable(field), default).source for field in Settings.model_fields}


def secret_settings() -> list[str]:
    """The settings that may hold a secret, and can be in a file."""
    return [field for field, info in Settings.model_fields.items() if not info.repr]


def _from_environment() -> dict[str, object]:
    """What the environment and its files say, read as pydantic-settings reads it."""
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): found.value for name, found in _found().items()}
    return source()


def _found() -> dict[str, Found]:
    known = [variable(field) for field in Settings.model_fields]
    return found_variables(os.environ, known, [variable(field) for field in secret_settings()])


def _sentence(error: ValidationError) -> str:
    """Name every wrong setting and what it must be, without its value."""
    wrong = (
        f"{variable(str(problem['loc'][0]))} {_requirement(problem['msg'])}"
        for problem in error.errors(include_input=False, include_context=False, include_url=False)
    )
    return f"{'; '.join(wrong)}."


def _requirement(message: str) -> str:
    """Pydantic's message as what a variable must be: "must be a valid integer"."""
    return re.sub(r"^(?:Input|String) should", "must", message).partition(", unable to ")[0]

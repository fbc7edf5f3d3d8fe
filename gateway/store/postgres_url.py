"""The URL of a PostgreSQL database, as libpq writes it."""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from gateway.store.port import StoreError

SCHEMES = frozenset({"postgresql", "postgres"})
FORM = "postgresql://user@host/database"


def connect_arguments(url: str, *, wait: float) -> dict[str, Any]:
    """What the driver connects with; `wait` is how long that may take in all, over all hosts.

    A connect_timeout in the URL counts for each host instead, as libpq has it.

    The driver reads hosts, sockets, passwords, services and TLS options as libpq does, from the
    URL and from PG* variables, and hands the other options to the server.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    if unknown := sorted(_LIBPQ_ALONE.intersection(options)):
        raise StoreError(
            f"The database URL has an option that the gateway does not know: {', '.join(unknown)}."
        )
    # 0 is libpq's word for no limit, which the gateway always has.
    timeout = float(options.pop("connect_timeout", 0))
    if parts.path in {"", "/"} and "dbname" in options:
        # The driver takes an empty path for the name of a database.
        parts = parts._replace(path=f"/{quote(options.pop('dbname'), safe='')}")
    dsn = parts._replace(query=urlencode(options)).geturl()
    return {"dsn": dsn, "timeout": timeout or wait / len(one_host_each(dsn))}


def one_host_each(dsn: str) -> list[str]:
    """A URL for each host of one that names several, in their order."""
    parts = urlsplit(dsn)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," in hosts:
        return [parts._replace(netloc=f"{user}{at}{host}").geturl() for host in hosts.split(",")]
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    names, ports = (options.get(option, "").split(",") for option in ("host", "port"))
    if len(names) == 1:
        return [dsn]
    # One port is that of every host.
    each = zip(names, ports * len(names) if len(ports) == 1 else ports, strict=True)
    return [
        parts._replace(query=urlencode(options | {"host": name, "port": port})).geturl()
        for name, port in each
    ]


# Servers do not know these, and say so in words that help nobody.
_LIBPQ_ALONE = frozenset(
    {
        "channel_binding",
        "gssdelegation",
        "gssencmode",
        "hostaddr",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "requirepeer",
        "require_auth",
        "sslcertmode",
        "sslcompression",
        "sslcrldir",
        "sslsni",
        "tcp_user_timeout",
    }
)

"""The URL of a PostgreSQL database, as libpq writes it."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from gateway.store.port import StoreError

SCHEMES = frozenset({"postgresql", "postgres"})
FORM = "postgresql://user@host/database"


def connect_arguments(url: str, *, wait: float) -> dict[str, Any]:
    """What the driver connects with; `wait` is how long that may take when the URL does not say.

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
    timeout = float(options.pop("connect_timeout", 0)) or wait
    return {"dsn": parts._replace(query=urlencode(options)).geturl(), "timeout": timeout}


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

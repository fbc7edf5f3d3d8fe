"""Values that may hold a secret, as far as they can be shown."""

import re

MASK = "***"

# User, password, host with path, options: a character in an unusual place ends the match.
_url = re.compile(
    r"(?P<user>[a-z+]+://[^:@/?#]*)(?P<password>:[^@/?#]*(?=@))?"
    r"(?P<place>@?[^@?#]*)(?P<options>\?[^@#]*)?"
).fullmatch
_SHOWN_OPTIONS = frozenset(
    {"application_name", "connect_timeout", "host", "port", "sslmode", "target_session_attrs"}
)


def masked(value: str) -> str:
    """A URL without its password; what is no plain URL is hidden whole."""
    parts = _url(value)
    if parts is None:
        return MASK
    password = f":{MASK}" if parts["password"] else ""
    return parts["user"] + password + parts["place"] + _masked_options(parts["options"] or "")


def _masked_options(text: str) -> str:
    options = text.removeprefix("?").split("&") if text else []
    shown = [_masked_option(*option.partition("=")) for option in options]
    return f"?{'&'.join(shown)}" if shown else ""


def _masked_option(name: str, sign: str, value: str) -> str:
    return name + sign + value if name in _SHOWN_OPTIONS else f"{name if sign else ''}{sign}{MASK}"

"""The GATEWAY_* variables of the environment: what is set, and what is somebody else's."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

PREFIX = "GATEWAY_"
IN_FILE = "_FILE"

Environment = Mapping[str, str]


class SettingsError(Exception):
    """A setting is wrong; the message is one sentence that names its variable and no secret."""


class Found(NamedTuple):
    """What a variable is set to, and where that was found."""

    value: str
    source: str


def found_variables(
    environment: Environment, known: Collection[str], secret: Collection[str]
) -> dict[str, Found]:
    """What is set, by the names of the variables; a secret may be in a file that X_FILE names.

    An empty variable counts as one that is not set. Raises SettingsError when a file cannot be
    read, and when a GATEWAY_* variable is none of ours: it is most likely misspelt, and then
    another value than the operator's would be in use.
    """
    own = {name: environment[name] for name in environment if name.upper().startswith(PREFIX)}
    for name in made_by_kubernetes(environment):
        del own[name]
    _refuse_unknown(own, {*known, *(name + IN_FILE for name in secret)})
    values = {name.upper(): value for name, value in own.items() if value}
    found = {name: Found(values[name], "environment") for name in known if name in values}
    for name in secret:
        if path := values.get(name + IN_FILE):
            if name in found:
                both = f"{name} and {name}{IN_FILE}"
                raise SettingsError(f"{both} are both set: keep one of them.")
            found[name] = Found(_content(name + IN_FILE, path), f"file {path}")
    return found


def made_by_kubernetes(environment: Environment) -> list[str]:
    """The variables that Kubernetes makes of Services whose names begin with gateway.

    They are exactly those of "Docker links": a Service gateway has a GATEWAY_PORT, too.
    """
    return sorted(_of_services(environment)) if _CLUSTER in environment else []


_CLUSTER = "KUBERNETES_SERVICE_HOST"
_service_of = re.compile(rf"({PREFIX[:-1]}(?:_[A-Z0-9_]+)?)_SERVICE_HOST").fullmatch
_PROTOCOL = "TCP|UDP|SCTP"
_LINKS = (
    "SERVICE_HOST|SERVICE_PORT|SERVICE_PORT_[A-Z0-9_]+"
    f"|PORT_[0-9]+_(?:{_PROTOCOL})(?:_(?:PROTO|PORT|ADDR))?"
)
_is_address = re.compile(rf"(?:{_PROTOCOL.lower()})://.+").fullmatch


def _of_services(environment: Environment) -> Iterator[str]:
    services = {match[1] for match in map(_service_of, environment) if match}
    is_link = re.compile(f"(?:{'|'.join(services)})_(?:{_LINKS})").fullmatch
    for name, value in environment.items():
        is_port = name.endswith("_PORT") and name[: -len("_PORT")] in services
        if services and (is_link(name) or (is_port and _is_address(value))):
            yield name


def _refuse_unknown(own: Environment, known: Collection[str]) -> None:
    for name in sorted(own):
        if name.upper() not in known:
            nearest = get_close_matches(name.upper(), known, n=1, cutoff=0)[0]
            message = f"{name} is not a setting of the gateway: did you mean {nearest}?"
            raise SettingsError(message)


def _content(name: str, path: str) -> str:
    """What a file holds, without the line's end. A path is not repeated: it may be the secret."""
    try:
        text = Path(path).read_text("utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{name} names a file that cannot be read: {error.strerror}.") from None
    except ValueError:
        raise SettingsError(f"{name} names a file that is not UTF-8 text.") from None
    if not text:
        raise SettingsError(f"{name} names a file that is empty.")
    return text

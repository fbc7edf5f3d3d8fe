"""The part that the programs share: requests come in, one a line, and answers go out."""

import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

_LEFT_OUT = "<left out>"


class Asked(NamedTuple):
    """An operation to run against a gateway."""

    url: str
    headers: dict[str, str]
    operation: str
    variables: dict[str, Any]


def serve(run: Callable[[Asked], dict[str, Any]]) -> None:
    """Run what is asked for on standard input until it ends."""
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        answer = run(asked._replace(variables=_meant(asked.variables)))
        print(json.dumps(answer), flush=True)


def _meant(value: Any) -> Any:
    """The variables as a program has them: what is left out is not there."""
    if isinstance(value, list):
        return [_meant(part) for part in value]
    if isinstance(value, dict):
        return {name: _meant(part) for name, part in value.items() if part != _LEFT_OUT}
    return value

"""What is printed once the gateway listens."""

import json
import shlex
from importlib.metadata import version

from gateway.cli.failure import PROGRAM
from gateway.demo import DEMO_KEY, DEMO_SHOPS
from gateway.settings import Settings

_MUTATION = (
    "mutation Save($number: String!) { upsertRepairOrders(input: {onDuplicate: UPDATE, shops: "
    '[{shopId: 33, repairOrders: [{repairNumber: $number, status: "Active"}]}]}) '
    "{ __typename ... on UpsertRepairOrdersSuccess { saved { shopId repairNumber action } } "
    "... on GatewayError { code message } } }"
)
_REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, not bound


def announcement(settings: Settings, port: int) -> str:
    """The addresses of a gateway; in demo mode its key too, and a command to paste."""
    address = _address(settings.host, port)
    lines = [
        f"{PROGRAM} {version(PROGRAM)} is listening; Ctrl+C stops it.",
        f"  GraphQL  {address}/graphql",
        f"  REST     {address}{settings.batch_path}",
    ]
    if settings.upstream_url:
        lines.append("  All but /graphql and /-/ is passed through to AutoSpot.")
        return "\n".join(lines)
    lines.append(f"  Docs     {address}/-/docs")
    if settings.demo:
        shops = ", ".join(map(str, sorted(DEMO_SHOPS)))
        lines += [
            f"  API key  {DEMO_KEY} (header {settings.api_key_header}; shops {shops})",
            "",
            "Save a repair order, from another terminal:",
            "",
            _curl(address, settings.api_key_header),
        ]
    return "\n".join(lines)


def _address(host: str, port: int) -> str:
    reached_at = _REACHED_AT.get(host, host)
    return f"http://[{reached_at}]:{port}" if ":" in reached_at else f"http://{reached_at}:{port}"


def _curl(address: str, api_key_header: str) -> str:
    """A shell command that saves a repair order with a number of its own each second."""
    body = json.dumps({"query": _MUTATION, "variables": {"number": "|"}})
    before, after = map(shlex.quote, body.split("|"))
    arguments = [
        shlex.quote(f"{address}/graphql"),
        "-H 'Content-Type: application/json'",
        f"-H {shlex.quote(f'{api_key_header}: {DEMO_KEY}')}",
        f'-d {before}"$(date +%s)"{after}',
    ]
    return f"curl -s {' '.join(arguments)}"

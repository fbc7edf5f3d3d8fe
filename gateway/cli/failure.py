"""What the command says when it fails."""

import typer

from gateway.contract import BatchOutcome, RequestError
from gateway.telemetry import describe_failure

PROGRAM = "autospot-gateway"


class CommandFailed(typer.TyperException):
    """A command did not do what it was asked; the message is one sentence."""


def database_sentence(error: RequestError) -> str:
    """Say what a failure of the database means to an operator, who has no request to send again."""
    root = describe_failure(error)[-1]
    kind = root.get("code", root["type"])
    if error.outcome is BatchOutcome.UNKNOWN:
        return f"The database broke off ({kind}), and it is not known whether the change was made."
    return f"The database failed ({kind}), and nothing was changed."

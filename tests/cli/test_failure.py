"""What the command says when the database fails."""

import pytest

from gateway.cli.failure import database_sentence
from gateway.contract import InternalServerError, OutcomeUnknown, RequestError


def _caused(error: RequestError) -> RequestError:
    try:
        raise error from ConnectionResetError(104, "secret")
    except RequestError as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InternalServerError(), "The database failed (ECONNRESET), and nothing was changed."),
        (
            OutcomeUnknown(),
            "The database broke off (ECONNRESET), and it is not known whether the change was made.",
        ),
    ],
)
def test_failure_of_a_database(error: RequestError, sentence: str) -> None:
    """
    An operator reads the root of the failure, and whether the change may have been made.
    """
    assert database_sentence(_caused(error)) == sentence

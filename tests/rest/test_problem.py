"""Problem documents that a test cannot bring about at the door."""

import json
from typing import Any

from fastapi import Response

from gateway.contract import InvalidInput, InvalidInputReason, OutcomeUnknown, RateLimited
from gateway.contract.batch import refused
from gateway.rest.problem import error_response


def document_of(response: Response) -> Any:
    """The document of an answer."""
    return json.loads(bytes(response.body))


def test_retry_after() -> None:
    """
    Too many requests say when to try again, in the header and in the document.
    """
    response = error_response(RateLimited(retry_after_seconds=7))

    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert document_of(response)["retry_after_seconds"] == 7
    assert document_of(response)["retryable"] is True


def test_outcome_that_is_not_known() -> None:
    """
    A commit in doubt is said to be in doubt.
    """
    document = document_of(error_response(OutcomeUnknown()))

    assert (document["status"], document["outcome"]) == (504, "UNKNOWN")


def test_pointer_is_escaped() -> None:
    """
    A name of a field that holds a slash or a tilde is escaped, as RFC 6901 says, and any text fits.
    """
    error = refused(InvalidInputReason.UNKNOWN_FIELD, "")
    error.errors = [InvalidInput(place=(0, "a/b~c\ud800"), reason=InvalidInputReason.UNKNOWN_FIELD)]

    (problem,) = document_of(error_response(error))["errors"]

    assert problem["pointer"] == "/0/a~1b~0c\ud800"

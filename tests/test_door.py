"""What comes out of a door: only the contract's errors, each noted."""

import pytest
from starlette.requests import ClientDisconnect

from gateway.contract import InternalServerError, RateLimited
from gateway.door import only_request_errors


def test_errors_of_the_contract_come_out() -> None:
    """
    An error of the contract comes out as it is.
    """
    error = RateLimited(retry_after_seconds=1)

    with pytest.raises(RateLimited) as caught, only_request_errors():
        raise error

    assert caught.value is error


def test_what_nobody_foresaw_is_masked() -> None:
    """
    Another exception comes out as Internal Server Error, and stays its cause for the log.
    """
    unforeseen = ZeroDivisionError("Bilbo")

    with pytest.raises(InternalServerError) as caught, only_request_errors():
        raise unforeseen

    assert caught.value.__cause__ is unforeseen
    assert "Bilbo" not in str(caught.value)


def test_caller_who_hung_up_is_no_failure() -> None:
    """
    When nobody is left to be told, nothing is masked.
    """
    with pytest.raises(ClientDisconnect), only_request_errors():
        raise ClientDisconnect

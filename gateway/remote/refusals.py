"""The errors of whole requests that a remote AutoSpot's answer comes to, in our own words."""

from gateway.contract import Forbidden, OutcomeUnknown, UpstreamUnavailable, Verb


def outcome_unknown(verb: Verb) -> OutcomeUnknown:
    """The error after which nobody knows whether a batch was saved; it says what to do."""
    return OutcomeUnknown(
        message=f"Everything or nothing was saved, and it is not known which: {_WHAT_TO_DO[verb]}",
        retryable=verb is not Verb.CREATE,
    )


def wrong_address(status: int) -> UpstreamUnavailable:
    """The error of an answer that most likely is not AutoSpot's."""
    return UpstreamUnavailable(
        message=f"The remote API answered with status {status}, most likely because its address "
        "is wrong; nothing was saved.",
        upstream_status=status,
    )


def unavailable(status: int, retry_after: int | None) -> UpstreamUnavailable:
    """The error of an answer that the remote API is down for now."""
    return UpstreamUnavailable(
        message="The remote API is not available; nothing was saved. Send the same request again "
        "later.",
        retryable=True,
        upstream_status=status,
        retry_after_seconds=retry_after,
    )


def forbidden() -> Forbidden:
    """The error of a key that the remote API knows and turns away."""
    return Forbidden(message="The API key does not allow this operation.")


_WHAT_TO_DO = {
    Verb.CREATE: "send the repair orders again with onDuplicate: UPDATE.",
    Verb.UPDATE: "send the same patch again.",
    Verb.UPSERT: "send the same request again, with onDuplicate: UPDATE.",
}

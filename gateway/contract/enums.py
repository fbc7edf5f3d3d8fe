"""Enumerations of the contract whose values explain themselves."""

from enum import StrEnum
from typing import Self


class DescribedEnum(StrEnum):
    """An enumeration in which every value carries a description for people."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        """Make a member that is its value and knows its description."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class InvalidInputReason(DescribedEnum):
    """Why a value was refused."""

    REQUIRED = "REQUIRED", "The value is missing."
    BLANK = "BLANK", "The text is empty or only white space."
    TOO_LONG = "TOO_LONG", "The text or list is too long."
    TOO_MANY = "TOO_MANY", "More repair orders than one request may carry."
    OUT_OF_RANGE = "OUT_OF_RANGE", "The number is outside its limits."
    NOT_A_DATE_TIME = "NOT_A_DATE_TIME", "Not an ISO 8601 date and time."
    NULL_NOT_ALLOWED = (
        "NULL_NOT_ALLOWED",
        "null cannot be given here; leave the field out or send a value.",
    )
    EMPTY_LIST = "EMPTY_LIST", "The list needs at least one entry."
    WRONG_TYPE = "WRONG_TYPE", "The value has another type than the field."
    UNKNOWN_FIELD = "UNKNOWN_FIELD", "There is no such field."
    INVALID_CHARACTER = (
        "INVALID_CHARACTER",
        "The text holds a character that cannot be stored.",
    )
    NOT_JSON = "NOT_JSON", "The body is no JSON."
    TOO_LARGE = "TOO_LARGE", "The body is too large."
    TOO_SLOW = "TOO_SLOW", "The body did not come in time."
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE", "The body has another content type."
    REFUSED_BY_REMOTE = (
        "REFUSED_BY_REMOTE",
        "The remote API refused the batch without saying why.",
    )


class DuplicateOf(DescribedEnum):
    """Where the other repair order with this number is."""

    STORED = "STORED", "It is already stored."
    SAME_REQUEST = "SAME_REQUEST", "It appears earlier in the same request."


class BatchOutcome(DescribedEnum):
    """What happened to the data of the whole request."""

    SAVED = "SAVED", "Every repair order of the request was saved."
    NOTHING_SAVED = "NOTHING_SAVED", "Nothing of the request was saved."
    UNKNOWN = (
        "UNKNOWN",
        "Either everything or nothing was saved; which could not be found out.",
    )


class SavedAction(DescribedEnum):
    """What was done with one repair order."""

    CREATED = "CREATED", "It did not exist and was created."
    UPDATED = "UPDATED", "It existed and at least one field changed."
    UNCHANGED = "UNCHANGED", "It existed and already had every value that was sent."


class OnDuplicate(DescribedEnum):
    """What upsertRepairOrders does with a repair order number that already exists in its shop."""

    REJECT = (
        "REJECT",
        (
            "Report REPAIR_ORDER_NUMBER_IS_DUPLICATED and save nothing. "
            "Exactly what the REST POST does."
        ),
    )
    UPDATE = (
        "UPDATE",
        "Merge the sent fields into the existing repair order, as patchRepairOrders would.",
    )

"""Places in a batch as paths in a mutation's arguments."""

from functools import cache

from strawberry.utils.str_converters import to_camel_case

from gateway.contract import NOWHERE, Place


def graphql_path(place: Place) -> list[str]:
    """Write a place as a client sees it: the argument, then field names and list indexes."""
    if place is NOWHERE:
        return ["input"]
    return ["input", "shops", *(_segment(segment) for segment in place)]


def _segment(segment: str | int) -> str:
    return _camel_case(segment) if isinstance(segment, str) else str(segment)


_camel_case = cache(to_camel_case)  # of the fields' names, which are few

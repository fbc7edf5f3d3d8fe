"""Places in a batch as paths in a mutation's arguments."""

from functools import cache

from strawberry.utils.str_converters import to_camel_case

from gateway.contract import NOWHERE, Place


def graphql_path(place: Place) -> list[str]:
    """Write a place as a client sees it: the argument, then field names and list indexes."""
    if place is NOWHERE:
        return ["input"]
    return [
        "input",
        "shops",
        *[_camel_case(part) if isinstance(part, str) else str(part) for part in place],
    ]


_camel_case = cache(to_camel_case)  # of the fields' names, which are few

"""The media type of an answer, as its caller accepts it (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Mapping

from gateway.http_body import is_utf_8

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


def accepted(accept: str | None) -> str | None:
    """The media type of GraphQL's that a caller prefers; None when it takes neither.

    Who names neither but takes any gets JSON, which every client can read.
    """
    if not accept or accept == "*/*":
        return JSON
    weights = dict(_weights(accept))
    plain, named = _weight(JSON, weights), _weight(GRAPHQL_RESPONSE, weights)
    if not plain and not named:
        return None
    is_preferred = named >= plain if GRAPHQL_RESPONSE in weights else named > plain
    return GRAPHQL_RESPONSE if is_preferred else JSON


def _weights(accept: str) -> list[tuple[str, float]]:
    """The media ranges of a header, each with its weight; those of another charset weigh nothing.

    UTF-8 alone is spoken here.
    """
    ranges = (entry.replace(" ", "").partition(";") for entry in accept.lower().split(","))
    return [(name, _weight_of(parameters)) for name, _, parameters in ranges]


def _weight_of(parameters: str) -> float:
    if not is_utf_8(parameters):
        return 0.0
    weight = _WEIGHT.search(parameters)
    return float(weight[1]) if weight else 1.0


def _weight(media_type: str, weights: Mapping[str, float]) -> float:
    """The weight of a media type: that of the most specific range that it is in."""
    ranges = (media_type, "application/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)


_WEIGHT = re.compile(r"(?:^|;)q=([01](?:\.\d{0,3})?)(?:;|$)")

"""JSON pointers (RFC 6901) of a problem document as places in the batch."""

import re

from gateway.contract import Fields, Place, ShopRepairOrders, fields_of
from gateway.remote.mentions import BatchIndex


def place_of(pointer: object, index: BatchIndex) -> Place:
    """The place that a pointer leads to, as far as the batch goes there.

    It is () when that is nowhere. It holds nothing but indexes and names of fields.
    """
    place: list[str | int] = []
    for part in pointer.split("/")[1:] if isinstance(pointer, str) else ():
        if _INDEX.fullmatch(part):
            place.append(int(part))
        elif part in _FIELD_NAMES:
            place.append(part)
        else:
            break
    found = tuple(place)
    if index.shop_at(found) is None:
        return ()
    return found if len(found) <= _ENTRY_AND_FIELD or index.key_at(found) else found[:1]


def _names(model: type[Fields]) -> set[str]:
    """The names of a model's fields and of those of its objects."""
    names: set[str] = set()
    for name, shape in fields_of(model).items():
        names |= {name} | (_names(shape.of) if isinstance(shape.of, type) else set())
    return names


_ENTRY_AND_FIELD = 2
_INDEX = re.compile(r"[0-9]{1,9}")
_FIELD_NAMES = _names(ShopRepairOrders)

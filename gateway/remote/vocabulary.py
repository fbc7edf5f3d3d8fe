"""The keys that mean something in the JSON of an answer, in any case and punctuation."""

from collections.abc import Mapping
from typing import cast

from gateway.contract import Kind, RepairOrder, fields_of


def plain(key: str) -> str:
    """A key without case and punctuation: `shopId`, `shop_id` and `Shop-ID` are the same."""
    return key.replace("_", "").replace("-", "").replace(" ", "").lower()


def tells_of_errors(word: str) -> bool:
    """Whether what stands under a key may name an error, as under `errors` or `errorMessage`."""
    return word in _TELLING or word.startswith("error")


def is_part_of_order(word: str) -> bool:
    """Whether an object of a repair order stands under a key, such as its customer."""
    return word in _PARTS_OF_ORDER


def is_echo(word: str) -> bool:
    """Whether what stands under a key repeats the request, and so names no error."""
    return word in _ECHOES


def order_fields(entry: Mapping[str, object]) -> frozenset[str]:
    """The fields of a repair order that an object has, as AutoSpot spells them."""
    return _ORDER_FIELDS & entry.keys()


def repeats_request(entry: Mapping[str, object]) -> bool:
    """Whether an object is an entry of a batch with what was sent for its orders."""
    orders = as_list(entry.get("repair_orders")) or ()
    return "shop_id" in entry and any(
        order_fields(as_object(order) or {}) > {"repair_number"} for order in orders
    )


def as_object(value: object) -> dict[str, object] | None:
    """An object of JSON, or None."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """An array of JSON, or None."""
    return cast("list[object]", value) if isinstance(value, list) else None


def _plural(*words: str) -> frozenset[str]:
    return frozenset(words) | {f"{word}s" for word in words}


SHOP_KEYS = _plural("shop", "shopid")
NUMBER_KEYS = _plural(
    "repairnumber", "repairordernumber", "repairorder", "ordernumber", "order", "ronumber", "number"
)
POINTER_KEYS = _plural("pointer", "path", "instancepath", "location", "loc", "field", "source")

_TELLING = frozenset({"error", "errors", "message", "messages", "detail", "details", "title"})
_ORDER_FIELDS = frozenset(fields_of(RepairOrder))
_PARTS_OF_ORDER = frozenset(
    plain(name) for name, shape in fields_of(RepairOrder).items() if not isinstance(shape.of, Kind)
)
_ECHOES = frozenset({"request", "requestbody", "input", "received", "echo"})

"""Batches that compiled code has read: once, straight to what goes onward."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import msgspec
from msgspec import UNSET

from gateway.contract.compiled import Spelling, decoder, may_hold_nul, plain, settling, struct_of
from gateway.contract.json_text import reading_json
from gateway.contract.limits import Limits
from gateway.contract.repair_order import RepairOrder, ShopRepairOrders
from gateway.contract.steps import LONG_TEXT, Steps


class DecodedOrder(Protocol):
    """A repair order as compiled code holds it."""

    repair_number: str


class DecodedShop(Protocol):
    """One entry of a batch as compiled code holds it."""

    shop_id: int
    repair_orders: list[DecodedOrder]


class DecodedShops:
    """The entries of a batch as compiled code holds them; their values have the right shape.

    What is null in them may be wrong for a change, and numbers may stand there twice.

    A batch that waits for somebody is kept as text: that takes less memory than its objects, and
    the next batch is read into memory that is still in the processor's cache.
    """

    def __init__(self, shops: list[DecodedShop]) -> None:
        """Hold what was read by `shops_type` and settled."""
        self._shops: list[DecodedShop] | None = shops
        self._json = b""
        self._documents: list[list[bytes]] = []

    @property
    def shops(self) -> list[DecodedShop]:
        """The entries."""
        if self._shops is None:
            return cast("list[DecodedShop]", _decode_shops(self.to_json()))
        return self._shops

    def plain(self) -> object:
        """The same as plain data."""
        return msgspec.to_builtins(self.shops)

    def to_json(self) -> bytes:
        """The same as AutoSpot's JSON; from now on only that is kept."""
        if self._shops is not None:
            self._json = _encode(self._shops)
            self._shops = None
        assert self._json, "Only documents are kept."  # noqa: S101  # a mistake of ours
        return self._json

    def documents(self) -> list[list[bytes]]:
        """Of each entry, the JSON of its repair orders without their numbers: lines, in parts."""
        return self._documents or [_document_lines(shop.repair_orders) for shop in self.shops]

    def keep_documents(self) -> None:
        """Keep only the documents; nothing else can be asked for then."""
        self._documents = self.documents()
        self._shops = None


def shops_type(spelling: Spelling | None = None) -> Any:  # noqa: ANN401  # a type
    """The type of the entries of a batch, for msgspec."""
    return list[struct_of(ShopRepairOrders, spelling)]


def settling_shops(
    shops: list[Any], spelling: Spelling | None = None
) -> Steps[DecodedShops | list[object]]:
    """Finish what was read by `shops_type`; it becomes plain data when a value may be wrong."""
    is_settled = yield from settling(ShopRepairOrders, shops, spelling)
    return DecodedShops(shops) if is_settled else plain(ShopRepairOrders, shops, spelling)


def reading_shops(body: bytes, max_depth: int = Limits.max_json_depth) -> Steps[object]:
    """Read the body of a batch: DecodedShops where compiled code accepts it, or else plain data.

    Raises NotJson.
    """
    shops = None if may_hold_nul(body) else _decode_shops(body)
    if len(body) > LONG_TEXT:
        yield
    if shops is None:
        return (yield from reading_json(body, max_depth))
    return (yield from settling_shops(shops))


class WrittenShops:
    """Reads the JSON that the models wrote of what they accepted, part by part."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._shops: list[DecodedShop] = []

    def add(self, text: bytes, *, is_rest: bool) -> None:
        """Read the next entry of a batch, or a list with the next repair orders of the last one."""
        if is_rest:
            self._shops[-1].repair_orders += _decode_orders(text) or []
        else:
            self._shops += _decode_shops(b"[" + text + b"]") or []

    def settling(self) -> Steps[DecodedShops]:
        """Finish what was read."""
        decoded = yield from settling_shops(self._shops)
        assert isinstance(decoded, DecodedShops)  # noqa: S101  # what is kept is accepted again
        return decoded


def _document_lines(orders: Sequence[DecodedOrder]) -> list[bytes]:
    structs = cast("Sequence[Any]", orders)
    numbers = [order.repair_number for order in orders]
    try:
        for struct in structs:
            struct.repair_number = UNSET
        # One call for many of them; a line feed inside a text is escaped.
        return [
            _encode_lines(structs[start : start + _MOST_LINES])
            for start in range(0, len(structs), _MOST_LINES)
        ]
    finally:
        for struct, number in zip(structs, numbers, strict=True):
            struct.repair_number = number


_MOST_LINES = 1_000
"""Of one part: whoever goes through a long batch needs no second copy of all of it."""

_encode: Callable[[object], bytes] = msgspec.json.Encoder().encode
_encode_lines: Callable[[Sequence[object]], bytes] = msgspec.json.Encoder().encode_lines
_decode_shops: Callable[[bytes], list[Any] | None] = decoder(shops_type())
_decode_orders: Callable[[bytes], list[Any] | None] = decoder(list[struct_of(RepairOrder, None)])

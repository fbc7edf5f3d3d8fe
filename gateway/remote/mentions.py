"""Finds the shops and the repair orders of a batch that an answer mentions."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from gateway.contract import Batch, OrderKey, Place
from gateway.remote.vocabulary import as_list
from gateway.remote.words import WholeWords


@dataclass
class Mentions:
    """Shops by their ids, and repair orders by their places."""

    shops: set[int] = field(default_factory=set[int])
    orders: set[Place] = field(default_factory=set[Place])

    def __bool__(self) -> bool:
        return bool(self.shops or self.orders)

    def add(self, other: Self) -> None:
        """Add what another one mentions."""
        self.shops |= other.shops
        self.orders |= other.orders


class BatchIndex:
    """The shops and the repair orders of a batch, by what an answer may call them."""

    def __init__(self, batch: Batch) -> None:
        """Index a batch, once something is looked for."""
        self._batch = batch

    def shop_at(self, place: Place) -> int | None:
        """The shop of the entry that a place is in, if there is one."""
        match place:
            case (int(entry), *_) if entry < len(self._batch.entries):
                return self._batch.entries[entry].shop_id
            case _:
                return None

    def numbers_at(self, place: Place) -> list[str]:
        """The numbers of the entry that a place is in."""
        match place:
            case (int(entry), *_):
                return list(self._batch.entries[entry].numbers.values())
            case _:
                return []

    def key_at(self, place: Place) -> OrderKey | None:
        """The key of the repair order that a place is in, if there is one."""
        return self._keys.get(place[:3])

    def shop_places(self, mentions: Mentions) -> list[Place]:
        """The places of the mentioned shops, and of the shops of mentioned orders."""
        entries = {place[0] for place in mentions.orders}
        return [
            (index, "shop_id")
            for index, entry in enumerate(self._batch.entries)
            if index in entries or entry.shop_id in mentions.shops
        ]

    def known(self, shop_ids: Iterable[int]) -> set[int]:
        """Those of the shops that the batch has."""
        return {shop for shop in shop_ids if str(shop) in self._shops}

    def orders(self, value: object, shops: Collection[int]) -> set[Place]:
        """The repair orders whose numbers a value is or lists, in these shops; none is any."""
        return {
            place
            for number in _texts(value)
            for place in self._places.get(number, ())
            if not shops or self._keys[place].shop_id in shops
        }

    def orders_of(self, mentions: Mentions) -> set[Place]:
        """The mentioned orders, without those of other shops if any is in a mentioned shop."""
        inside = {place for place in mentions.orders if self._keys[place].shop_id in mentions.shops}
        return inside or mentions.orders

    def in_pointer(self, value: object) -> Mentions:
        """What a pointer, a path or an expression such as `[0].repair_orders[3]` leads to."""
        found = _POINTER.search("/".join(_texts(value)))
        if found is None:
            return Mentions()
        entry, order = int(found["entry"]), found["order"]
        if order is not None:
            return Mentions(orders={(entry, "repair_orders", int(order))} & self._keys.keys())
        shop_id = self.shop_at((entry,))
        return Mentions(shops=set() if shop_id is None else {shop_id})

    def in_text(self, text: str, shops: Collection[int]) -> Mentions:
        """The shops of the batch, and the orders of these shops, that stand in a text."""
        mentions = Mentions()
        numbers: set[str] = set()
        counted = _COUNT.sub(" ", text)
        for word, start in self._words.in_text(counted):
            is_shop = word in self._shops
            if is_shop:
                mentions.shops.add(int(word))
            if not is_shop or not _is_called_shop(counted, start):
                numbers.add(word)
        mentions.orders = self.orders([*numbers], shops)
        return mentions

    @cached_property
    def _keys(self) -> dict[Place, OrderKey]:
        return dict(self._batch.keys())

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        places: dict[str, list[Place]] = {}
        for place, key in self._keys.items():
            places.setdefault(key.repair_number, []).append(place)
        return places

    @cached_property
    def _shops(self) -> set[str]:
        return {str(key.shop_id) for key in self._keys.values()}

    @cached_property
    def _words(self) -> WholeWords:
        return WholeWords({*self._places, *self._shops})


def shop_ids_in(value: object) -> set[int]:
    """The shop ids that a value is or lists, as numbers or as texts."""
    return {int(text) for text in _texts(value) if _SHOP_ID.fullmatch(text)}


def _texts(value: object) -> list[str]:
    """The texts and whole numbers that a value is or lists, as texts."""
    entries = as_list(value)
    return [
        str(entry)
        for entry in ([value] if entries is None else entries)
        if isinstance(entry, str | int) and not isinstance(entry, bool)
    ]


def _is_called_shop(text: str, start: int) -> bool:
    return _SHOP_LABEL.search(text, max(0, start - _LONGEST_LABEL), start) is not None


_SHOP_ID = re.compile(r"[1-9][0-9]{0,9}")
_LONGEST_LABEL = 40
_SHOP_LABEL = re.compile(
    r"shops?[\W_]*+(?:ids?)?[\W_]*+(?:does[\W_]*+not[\W_]*+exist[\W_]*+)?$", re.IGNORECASE
)
# "1 of 10 repair orders" mentions neither order 1 nor order 10.
_COUNT = re.compile(
    r"(?<![\w.-])(?<!shop )(?<!id )(?<!number )(?<!order )[0-9]{1,3}(?: of [0-9]{1,5})? "
    r"(?:errors?|problems?|(?:repair )?orders?|shops?|records?|rows?|entries)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?<!\w)(?P<entry>[0-9]{1,9})\W{1,3}"
    r"(?:repair_?orders\W{1,3}(?P<order>[0-9]{1,9})(?!\w)|shop_?id)",
    re.IGNORECASE,
)

"""Finds which of AutoSpot's errors a body names, and the shops and orders each is about."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self

from gateway.contract import ShopNotFound
from gateway.remote.mentions import BatchIndex, Mentions, shop_ids_in
from gateway.remote.names import Named, namings_in
from gateway.remote.vocabulary import (
    NUMBER_KEYS,
    POINTER_KEYS,
    SHOP_KEYS,
    as_list,
    as_object,
    is_echo,
    is_part_of_order,
    order_fields,
    plain,
    repeats_request,
    tells_of_errors,
)


def statements_in(value: object, index: BatchIndex) -> dict[Named, Mentions]:
    """The errors that a text or plain data names, each with all that it is said to be about.

    A name counts in a text, and in strings under keys that tell of errors.
    """
    return _Reading(index).of(value)


class _Weight(IntEnum):
    """What the words at a place of a body may say."""

    NOTHING = 0
    NAMES = 1
    EVERYTHING = 2


@dataclass
class _Open:
    """Names whose subject, and mentions whose name, stand further out in the body."""

    names: set[Named] = field(default_factory=set[Named])
    mentions: Mentions = field(default_factory=Mentions)

    def add(self, other: Self) -> None:
        self.names |= other.names
        self.mentions.add(other.mentions)


class _Reading:
    """One pass through a body, from the inside out.

    A name is about what is mentioned in the smallest part of the body that mentions anything.
    """

    def __init__(self, index: BatchIndex) -> None:
        self._index = index
        self._stated: dict[Named, Mentions] = {}
        self._depth = 0

    def of(self, value: object) -> dict[Named, Mentions]:
        found = _Open()
        entries = as_list(value)
        for entry in [value] if entries is None else entries:
            # Strings that stand under no key are the text of the body.
            weight = _Weight.EVERYTHING if isinstance(entry, str) else _Weight.NOTHING
            found.add(self._value(entry, weight, set()))
        for name in self._settled(found).names:
            self._stated.setdefault(name, Mentions())
        return self._stated

    def _value(self, value: object, weight: _Weight, shops: set[int]) -> _Open:
        if isinstance(value, str):
            return self._text(value, weight, shops)
        fields, entries = as_object(value), as_list(value)
        found = _Open()
        if self._depth < _MOST_DEPTH:
            self._depth += 1
            if fields is not None:
                found = self._object(fields, weight, shops)
            elif entries is not None:
                found = self._list(entries, weight, shops)
            self._depth -= 1
        found = self._settled(found)
        if weight is _Weight.NOTHING and fields is not None and repeats_request(fields):
            # Which of its orders are meant stands in it, or nowhere.
            found.mentions = Mentions()
        return found

    def _list(self, entries: list[object], weight: _Weight, shops: set[int]) -> _Open:
        found = _Open()
        for entry in entries:
            is_number = isinstance(entry, int) and not isinstance(entry, bool)
            found.add(self._value(str(entry) if is_number else entry, weight, shops))
        return found

    def _object(self, fields: dict[str, object], weight: _Weight, shops: set[int]) -> _Open:
        words = {key: plain(key) for key in fields}
        given = {
            shop
            for key, word in words.items()
            if word in SHOP_KEYS
            for shop in shop_ids_in(fields[key])
        }
        found = _Open(mentions=Mentions(shops=self._index.known(given)))
        callers_own = self._order_fields(fields)
        for key, word in words.items():
            if not (is_part_of_order(word) or is_echo(word)) and key not in callers_own:
                found.add(self._field(key, fields[key], weight, given or shops))
        return found

    def _order_fields(self, fields: dict[str, object]) -> frozenset[str]:
        """The fields that repeat what was sent, in an object that is one of the batch's orders."""
        is_order = bool(self._index.orders(fields.get("repair_number"), ()))
        return order_fields(fields) - {"repair_number"} if is_order else frozenset()

    def _field(self, key: str, value: object, weight: _Weight, shops: set[int]) -> _Open:
        word = plain(key)
        mentions = Mentions()
        if word in NUMBER_KEYS:
            mentions.orders = self._index.orders(value, shops)
        elif word in POINTER_KEYS:
            mentions = self._index.in_pointer(value)
        if mentions:
            return _Open(mentions=mentions)
        if tells_of_errors(word):
            return self._value(value, _Weight.EVERYTHING, shops)
        return self._under_key(key, value, weight, shops)

    def _under_key(self, key: str, value: object, weight: _Weight, shops: set[int]) -> _Open:
        """What stands under a key that may itself be a name, a number, a shop or a pointer."""
        found = self._key(key, weight, shops)
        says_something = bool(found.names or found.mentions)
        inner = _Weight.EVERYTHING if says_something else min(weight, _Weight.NAMES)
        found.add(self._value(value, inner, found.mentions.shops or shops))
        return self._settled(found)

    def _key(self, key: str, weight: _Weight, shops: set[int]) -> _Open:
        if weight is _Weight.NOTHING:
            return _Open()
        found = self._text(key, _Weight.EVERYTHING, shops)
        found.mentions.add(self._index.in_pointer(key))
        return found

    def _text(self, text: str, weight: _Weight, shops: set[int]) -> _Open:
        found = _Open()
        namings = namings_in(text) if weight is not _Weight.NOTHING else []
        if not namings:
            is_told = weight is _Weight.EVERYTHING
            return _Open(mentions=self._index.in_text(text, shops)) if is_told else _Open()
        found = _Open()
        for naming in namings:
            mentions = self._index.in_text(naming.part, shops)
            if not self._is_stated(naming.error, mentions):
                found.add(_Open({naming.error}, mentions))
        return found

    def _settled(self, found: _Open) -> _Open:
        """State each name here that something is mentioned for; a name uses up what is there."""
        if not found.names:
            return found
        return _Open({name for name in found.names if not self._is_stated(name, found.mentions)})

    def _is_stated(self, name: Named, mentions: Mentions) -> bool:
        if name is ShopNotFound and mentions.shops:
            about = Mentions(shops=mentions.shops)
        else:
            about = Mentions(orders=self._index.orders_of(mentions))
        if about:
            self._stated.setdefault(name, Mentions()).add(about)
        return bool(about)


_MOST_DEPTH = 32

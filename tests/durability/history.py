"""What was asked of gateways, what they answered, and what was seen of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf
from time import monotonic
from typing import NamedTuple

Key = tuple[int, str]
"""A shop, and the number of a repair order in it."""


class Answer(Enum):
    """What the sender of a batch knows of it."""

    SAVED = auto()
    REFUSED = auto()
    """Nothing was saved; it was not even sent when no connection was made."""
    UNKNOWN = auto()
    """The gateway said that it does not know."""
    LOST = auto()
    """The connection ended without an answer."""
    LATE = auto()
    """The sender gave up to wait for an answer."""


class Verb(Enum):
    """What a batch does with its repair orders."""

    CREATE = auto()
    PATCH = auto()


class Loss(NamedTuple):
    """One worker of several was killed; what it was asked is over when it has ended."""

    began_at: float
    ended_at: float


@dataclass(eq=False)
class Life:
    """One run of a gateway: what it was asked is over when it has ended."""

    name: str
    losses: list[Loss] = field(default_factory=list[Loss])
    ended_at: float = inf


@dataclass(eq=False)
class Attempt:
    """A batch that was sent; all of its repair orders carry its number.

    A wrong one holds a repair order for which it has to be refused, besides those of its keys.
    """

    number: int
    verb: Verb
    keys: tuple[Key, ...]
    sent_at: float
    is_wrong: bool = False
    life: Life = field(default_factory=lambda: Life("none"))
    answer: Answer | None = None
    code: str = ""
    answered_at: float = inf

    @property
    def over_at(self) -> float:
        """When nobody carries it out any more, if it was not carried out by then."""
        if self.answer in {Answer.SAVED, Answer.REFUSED, Answer.UNKNOWN}:
            return self.answered_at
        ends = [loss.ended_at for loss in self.life.losses if self._is_hit_by(loss)]
        return max(ends, default=self.life.ended_at)

    def _is_hit_by(self, loss: Loss) -> bool:
        """Whether it may have been the worker's that was killed: those of others stay."""
        is_lost = self.answer is Answer.LOST
        return is_lost and self.sent_at <= loss.ended_at and loss.began_at <= self.answered_at


class Sight(NamedTuple):
    """A repair order as a reader got it: which batch it is of; None when there was none."""

    key: Key
    number: int | None
    sent_at: float
    answered_at: float


class Row(NamedTuple):
    """A repair order as it is stored: the batch that wrote it last, and its version.

    A torn one has values of more than one batch.
    """

    number: int
    version: int
    is_torn: bool = False


class FullRead(NamedTuple):
    """All that is stored, in one state."""

    rows: Mapping[Key, Row]
    sent_at: float
    answered_at: float


@dataclass
class History:
    """All that happened, in order."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    sights: list[Sight] = field(default_factory=list[Sight])
    reads: list[FullRead] = field(default_factory=list[FullRead])

    def attempt(
        self, verb: Verb, keys: Sequence[Key] | None = None, *, is_wrong: bool = False
    ) -> Attempt:
        """Note a batch that is about to be sent; a creation has keys of its own if none are given.

        They are two repair orders in each of two shops.
        """
        number = len(self.attempts)
        own = [(1 + (number + shop) % SHOPS, f"{number}-{n}") for shop in (0, 1) for n in (0, 1)]
        attempt = Attempt(number, verb, tuple(keys or own), monotonic(), is_wrong)
        self.attempts.append(attempt)
        return attempt


SHOPS = 5
"""How many shops there are; their numbers begin with 1."""

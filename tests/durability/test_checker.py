"""The checker, on made-up histories: it finds what is wrong, and nothing where nothing is."""

from collections.abc import Callable
from math import inf

import pytest

from tests.durability.checker import violations
from tests.durability.history import (
    Answer,
    Attempt,
    FullRead,
    History,
    Life,
    Loss,
    Row,
    Sight,
    Verb,
)

_KEYS = ((1, "a"), (2, "b"))
_END = 100.0
_CODES: dict[Answer | None, str] = {
    Answer.REFUSED: "INTERNAL_SERVER_ERROR",
    Answer.UNKNOWN: "OUTCOME_UNKNOWN",
}


class Tale:
    """A history that is told attempt by attempt, each one second after the other."""

    def __init__(self) -> None:
        """Begin at second 0."""
        self.history = History()

    def tell(
        self,
        answer: Answer | None,
        *,
        verb: Verb = Verb.PATCH,
        at: float | None = None,
        code: str | None = None,
        ended_at: float = inf,
    ) -> Attempt:
        """A batch about the same two repair orders; the answer comes half a second later."""
        number = len(self.history.attempts)
        sent_at = number if at is None else at
        life = Life("the gateway", ended_at=ended_at)
        attempt = Attempt(number, verb, _KEYS, sent_at, life=life, answer=answer)
        attempt.code = _CODES.get(answer, "") if code is None else code
        attempt.answered_at = sent_at + 0.5 if answer else inf
        self.history.attempts.append(attempt)
        return attempt

    def create(self, answer: Answer = Answer.SAVED) -> Attempt:
        """Create them."""
        return self.tell(answer, verb=Verb.CREATE)

    def see(self, number: int | None, at: float) -> None:
        """Somebody reads the first one, in half a second."""
        self.history.sights.append(Sight(_KEYS[0], number, at, at + 0.5))

    def end(self, *numbers: int | None, versions: tuple[int, ...] = (1, 1)) -> list[str]:
        """Read what is there of both; returns what the checker finds."""
        rows = {
            key: Row(number, version)
            for key, number, version in zip(_KEYS, numbers, versions, strict=True)
            if number is not None
        }
        self.history.reads.append(FullRead(rows, _END, _END + 1))
        return violations(self.history)


@pytest.fixture
def tale() -> Tale:
    """
    A history of its own for each test.
    """
    return Tale()


@pytest.mark.parametrize(
    ("answer", "code", "there"),
    [
        (Answer.SAVED, None, True),
        (Answer.REFUSED, None, False),
        (Answer.REFUSED, "RATE_LIMITED", False),
        (Answer.REFUSED, "NOT_CONNECTED", False),
        (Answer.UNKNOWN, None, True),
        (Answer.UNKNOWN, None, False),
        (Answer.LOST, None, True),
        (Answer.LOST, None, False),
        (None, None, True),
        (None, None, False),
    ],
)
def test_an_answer_that_is_true(tale: Tale, answer: Answer, code: str, there: bool) -> None:  # noqa: FBT001  # a case
    """
    A batch is there whole or not at all, and which of the two is told when it is known.
    """
    tale.tell(answer, verb=Verb.CREATE, code=code, ended_at=2)

    assert tale.end(*[0 if there else None] * 2) == []


def test_patches_that_go_forward(tale: Tale) -> None:
    """
    Patches may overtake each other as long as the sender of neither knows of the other.
    """
    tale.create()
    tale.tell(Answer.SAVED, at=1)
    tale.tell(Answer.SAVED, at=1.2)
    tale.tell(Answer.REFUSED, at=3)
    tale.tell(Answer.UNKNOWN, at=4)
    tale.see(0, at=0.8)
    tale.see(2, at=1.3)
    tale.see(1, at=1.4)

    assert tale.end(1, 1, versions=(3, 3)) == []


def test_a_lost_patch_may_land_until_its_gateway_has_ended(tale: Tale) -> None:
    """
    A patch whose sender was not answered may come after one that was sent and saved later.
    """
    tale.create()
    tale.tell(Answer.LOST, at=1, ended_at=50)
    tale.tell(Answer.SAVED, at=10)

    assert tale.end(1, 1, versions=(3, 3)) == []


def test_a_wrong_batch(tale: Tale) -> None:
    """
    It is refused for what it is, or for a database that fails.
    """
    tale.tell(Answer.REFUSED, verb=Verb.CREATE, code="BATCH_REJECTED").is_wrong = True
    tale.tell(Answer.REFUSED, verb=Verb.CREATE).is_wrong = True

    assert tale.end(None, None) == []


def _half_saved(tale: Tale) -> list[str]:
    tale.tell(Answer.UNKNOWN, verb=Verb.CREATE)
    return tale.end(0, None)


def _half_patched(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.UNKNOWN)
    return tale.end(1, 0, versions=(2, 1))


def _lost(tale: Tale) -> list[str]:
    tale.create()
    return tale.end(None, None)


def _lost_after_it_was_seen(tale: Tale) -> list[str]:
    tale.tell(Answer.UNKNOWN, verb=Verb.CREATE)
    tale.see(0, at=5)
    return tale.end(None, None)


def _gone_for_a_while(tale: Tale) -> list[str]:
    tale.create()
    tale.see(None, at=5)
    return tale.end(0, 0)


def _refused_and_there(tale: Tale) -> list[str]:
    tale.create(Answer.REFUSED)
    return tale.end(0, 0)


def _patch_refused_and_there(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.REFUSED)
    return tale.end(1, 1, versions=(1, 1))


def _patch_lost(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.SAVED)
    return tale.end(0, 0, versions=(2, 2))


def _patch_undone_by_an_older_one(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.UNKNOWN)
    tale.tell(Answer.SAVED)
    return tale.end(1, 1, versions=(3, 3))


def _patch_of_a_dead_gateway(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.LOST, ended_at=1.7)
    tale.tell(Answer.SAVED)
    return tale.end(1, 1, versions=(3, 3))


def _seen_in_the_wrong_order(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.UNKNOWN)
    tale.see(1, at=5)
    tale.see(0, at=6)
    return tale.end(1, 1, versions=(2, 2))


def _stale(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.SAVED)
    tale.see(0, at=5)
    return tale.end(1, 1, versions=(2, 2))


def _patched_twice(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.SAVED)
    return tale.end(1, 1, versions=(3, 3))


def _not_patched(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.SAVED, at=1)
    tale.tell(Answer.SAVED, at=1)
    return tale.end(1, 1, versions=(2, 2))


def _torn(tale: Tale) -> list[str]:
    tale.create()
    rows = {key: Row(0, 1, is_torn=True) for key in _KEYS}
    tale.history.reads.append(FullRead(rows, _END, _END + 1))
    return violations(tale.history)


def _of_nobody(tale: Tale) -> list[str]:
    return tale.end(3, 3)


def _seen_before_it_was_sent(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.SAVED, at=10)
    tale.see(1, at=5)
    return tale.end(1, 1, versions=(2, 2))


def _duplicate_of_itself(tale: Tale) -> list[str]:
    tale.tell(Answer.REFUSED, verb=Verb.CREATE, code="BATCH_REJECTED")
    return tale.end(None, None)


def _wrong_and_saved(tale: Tale) -> list[str]:
    tale.create().is_wrong = True
    return tale.end(0, 0)


def _untyped(tale: Tale) -> list[str]:
    tale.tell(Answer.UNKNOWN, verb=Verb.CREATE, code="NOT_FOUND")
    return tale.end(None, None)


def _hung_up(tale: Tale) -> list[str]:
    tale.create(Answer.LOST)
    return tale.end(None, None)


def _hung_up_by_another_worker(tale: Tale) -> list[str]:
    before, after = Loss(0.1, 0.9), Loss(1.6, 1.7)
    tale.tell(Answer.LOST, verb=Verb.CREATE, at=1).life.losses = [before, after]
    return tale.end(None, None)


def _patch_of_a_dead_worker(tale: Tale) -> list[str]:
    tale.create()
    tale.tell(Answer.LOST).life.losses = [Loss(1.4, 1.7)]
    tale.tell(Answer.SAVED)
    return tale.end(1, 1, versions=(3, 3))


def _late(tale: Tale) -> list[str]:
    tale.create(Answer.LATE)
    return tale.end(None, None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (_half_saved, "is there in part"),
        (_half_patched, "were not patched together"),
        (_lost, "is gone"),
        (_lost_after_it_was_seen, "is gone"),
        (_gone_for_a_while, "is gone"),
        (_refused_and_there, "which was refused"),
        (_patch_refused_and_there, "which was refused"),
        (_patch_lost, "went back"),
        (_patch_undone_by_an_older_one, "went back"),
        (_patch_of_a_dead_gateway, "went back"),
        (_patch_of_a_dead_worker, "went back"),
        (_seen_in_the_wrong_order, "went back"),
        (_stale, "went back"),
        (_patched_twice, "has version 3"),
        (_not_patched, "has version 2"),
        (_torn, "of several batches"),
        (_of_nobody, "which nobody had sent"),
        (_seen_before_it_was_sent, "which nobody had sent"),
        (_duplicate_of_itself, "without a reason"),
        (_wrong_and_saved, "although it is wrong"),
        (_untyped, "says nothing"),
        (_hung_up, "was running"),
        (_hung_up_by_another_worker, "was running"),
        (_late, "in time"),
    ],
)
def test_a_violation_is_found(tale: Tale, told: Callable[[Tale], list[str]], expected: str) -> None:
    """
    Each way to break the word is told, and nothing else is.
    """
    found = told(tale)

    assert found
    assert [problem for problem in found if expected not in problem] == []


def test_a_worker_that_is_killed_loses_answers(tale: Tale) -> None:
    """
    The connections of a worker end with it, although the gateway goes on.
    """
    tale.create(Answer.LOST).life.losses = [Loss(0.1, 0.4)]

    assert tale.end(None, None) == []

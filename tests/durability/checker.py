"""Finds out whether a history is one that a gateway may have: all or nothing, and never back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import inf

from tests.durability.history import Answer, Attempt, FullRead, History, Key, Sight, Verb

# For what a right batch may be refused while something is broken.
_MAY_BE_REFUSED = {"INTERNAL_SERVER_ERROR", "RATE_LIMITED", "NOT_CONNECTED"}


def violations(history: History) -> list[str]:
    """What is wrong with a history, a sentence each."""
    checker = _Checker(history)
    return [
        *(problem for attempt in history.attempts for problem in _problems_of_answer(attempt)),
        *(problem for read in history.reads for problem in checker.problems_of_read(read)),
        *(problem for sight in history.sights for problem in checker.problems_of_sight(sight)),
    ]


def _problems_of_answer(attempt: Attempt) -> Iterator[str]:
    """What is wrong with an answer, whatever became of the batch."""
    name = f"Batch {attempt.number}"
    match attempt.answer:
        case Answer.SAVED if attempt.is_wrong:
            yield f"{name} was saved although it is wrong."
        case Answer.REFUSED if attempt.code not in _reasons(attempt):
            yield f"{name} was refused without a reason: {attempt.code}."
        case Answer.UNKNOWN if attempt.code != "OUTCOME_UNKNOWN":
            yield f"{name} got an answer that says nothing: {attempt.code}."
        case Answer.LOST if attempt.over_at == inf:
            yield f"{name} got no answer although {attempt.life.name} was running."
        case Answer.LATE:
            yield f"{name} got no answer in time."
        case _:
            pass


def _reasons(attempt: Attempt) -> set[str]:
    """For what a batch may be refused; a wrong one may meet a broken database first."""
    return _MAY_BE_REFUSED | ({"BATCH_REJECTED"} if attempt.is_wrong else set())


class _Checker:
    """Knows of each batch since when it is known to be saved."""

    def __init__(self, history: History) -> None:
        self._attempts = history.attempts
        self._creations = [one for one in history.attempts if one.verb is Verb.CREATE]
        self._creation: dict[Key, Attempt] = {}
        self._patches: dict[Key, list[Attempt]] = defaultdict(list)
        self._known_at = dict.fromkeys(history.attempts, inf)
        for attempt in history.attempts:
            if attempt.answer is Answer.SAVED:
                self._known_at[attempt] = attempt.answered_at
            for key in attempt.keys:
                if attempt.verb is Verb.PATCH:
                    self._patches[key].append(attempt)
                else:
                    self._creation[key] = attempt
        self._learn(history.sights)
        for read in history.reads:
            self._learn(_sights_of(read))

    def problems_of_read(self, read: FullRead) -> Iterator[str]:
        """What is wrong with all that is stored."""
        for creation in self._creations:
            rows = {read.rows.get(key) for key in creation.keys}
            if None in rows and len(rows) > 1:
                yield f"Batch {creation.number} is there in part."
            elif len(rows) > 1:
                yield f"The repair orders of batch {creation.number} were not patched together."
        for key in self._creation.keys() | read.rows.keys():
            row = read.rows.get(key)
            number = row.number if row else None
            yield from self.problems_of_sight(Sight(key, number, read.sent_at, read.answered_at))
            if row and row.is_torn:
                yield f"{_name(key)} has values of several batches."
            if row:
                yield from self._problems_of_version(key, row.version, read)

    def problems_of_sight(self, sight: Sight) -> Iterator[str]:
        """What is wrong with one repair order as it was read."""
        name = _name(sight.key)
        creation = self._creation.get(sight.key)
        if sight.number is None:
            if creation and self._known_at[creation] < sight.sent_at:
                yield f"{name} is gone; it was saved by batch {creation.number}."
            return
        seen = self._attempts[sight.number] if sight.number < len(self._attempts) else None
        if seen is None or sight.key not in seen.keys or seen.sent_at > sight.answered_at:
            yield f"{name} is of batch {sight.number}, which nobody had sent."
        elif seen.answer is Answer.REFUSED:
            yield f"{name} is of batch {seen.number}, which was refused ({seen.code})."
        elif newer := self._overwritten_by(seen, sight):
            yield f"{name} went back from batch {newer.number} to batch {seen.number}."

    def _overwritten_by(self, seen: Attempt, sight: Sight) -> Attempt | None:
        """A batch that had been saved when somebody looked, and was sent when `seen` was over."""
        for patch in self._patches[sight.key]:
            if self._known_at[patch] < sight.sent_at and seen.over_at < patch.sent_at:
                return patch
        return None

    def _problems_of_version(self, key: Key, version: int, read: FullRead) -> Iterator[str]:
        """Whether a repair order was changed as often as it was said."""
        sent = [patch for patch in self._patches[key] if patch.sent_at < read.answered_at]
        least = 1 + sum(self._known_at[patch] < read.sent_at for patch in sent)
        most = 1 + sum(patch.answer is not Answer.REFUSED for patch in sent)
        if not least <= version <= most:
            yield f"{_name(key)} has version {version}, which should be {least} to {most}."

    def _learn(self, sights: Iterable[Sight]) -> None:
        """What somebody has seen is saved from then on, whatever its sender was told."""
        for sight in sights:
            if sight.number is not None and sight.number < len(self._attempts):
                seen = self._attempts[sight.number]
                self._known_at[seen] = min(self._known_at[seen], sight.answered_at)
                # Who changed it found it there.
                if creation := self._creation.get(sight.key):
                    known_at = self._known_at[creation]
                    self._known_at[creation] = min(known_at, sight.answered_at)


def _sights_of(read: FullRead) -> Iterator[Sight]:
    for key, row in read.rows.items():
        yield Sight(key, row.number, read.sent_at, read.answered_at)


def _name(key: Key) -> str:
    return f"Repair order {key[1]} of shop {key[0]}"

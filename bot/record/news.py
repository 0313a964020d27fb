"""What one notice of news tells: of letters, and of places apart from any letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.record.case import Case, Letter
from bot.record.events import Event
from bot.record.place_facts import PlaceFact
from bot.record.revisions import Revision


@dataclass(frozen=True)
class ToldChange:
    """A change of a letter or a place that is announced, or that such a change was undone."""

    revision: Revision
    #: What was changed, as people call it: the letter's title, the place's name.
    of: str


@dataclass(frozen=True)
class LetterNews:
    """What was recorded of the cases of one letter."""

    letter: Letter
    #: Each case with the event that is announced, by the name of the place.
    facts: tuple[tuple[Case, Event], ...]
    #: Recipients of the letter that were recorded before those of this notice.
    recipients_before: int = 0


@dataclass(frozen=True)
class News:
    """Everything that one notice announces: at least one thing."""

    #: In the order in which they were first recorded.
    letters: tuple[LetterNews, ...] = ()
    places: tuple[PlaceFact, ...] = ()
    changes: tuple[ToldChange, ...] = ()

    @property
    def count(self) -> int:
        """How many facts it tells."""
        return sum(len(of_letter.facts) for of_letter in self.letters) + len(self.places) + len(self.changes)


def news_of(
    lines: Iterable[tuple[Case, int]],
    places: Iterable[PlaceFact] = (),
    recipients_before: Mapping[int, int] | None = None,
    changes: Iterable[ToldChange] = (),
) -> News:
    """`lines`: each case with the id of the event that is announced. `recipients_before`: by letter, as in `LetterNews`."""
    by_letter: dict[int, list[tuple[Case, Event]]] = defaultdict(list)
    known: dict[int, dict[int, Event]] = {}
    for case, about_id in sorted(lines, key=lambda line: line[1]):
        events = known.setdefault(case.id, {event.id: event for event in case.events})
        by_letter[case.letter.id].append((case, events[about_id]))
    before = recipients_before or {}
    letters = (
        LetterNews(facts[0][0].letter, tuple(sorted(facts, key=_by_place)), before.get(letter_id, 0))
        for letter_id, facts in by_letter.items()
    )
    return News(tuple(letters), tuple(places), tuple(changes))


def _by_place(fact: tuple[Case, Event]) -> tuple[str, int]:
    case, _ = fact
    return case.place.label, case.number

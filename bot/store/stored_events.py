"""Events as they are stored, each worked out once; and the first events of recipients, which thousands of them share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Dialect

from bot.record.case import Letter
from bot.record.events import Basis, DeadlineSet
from bot.record.new_events import NewCase, NewEvent, sending_of
from bot.store import codec
from bot.store.case_states import NewStandings
from bot.store.many_rows import Values, many_rows
from bot.store.tables import events

COLUMNS = tuple(column.name for column in events.c if column.name != "id")
INSERT = events.insert()
INSERT_ONE = INSERT.returning(events.c.id)


class StoredEvents:
    """Rows of `events`, without who recorded them and about what. Equal parts of them are made JSON once."""

    def __init__(self, dialect: Dialect) -> None:
        self.statement = many_rows(INSERT, dialect, *COLUMNS)
        # By identity; what is named so is kept, lest another value get its place in memory.
        self._rows: dict[int, tuple[NewEvent, Values]] = {}
        self._json: dict[tuple[str, int], tuple[object, Any]] = {}

    def row(self, event: NewEvent) -> Values:
        if id(event) not in self._rows:
            self._rows[id(event)] = event, self._made(event)
        return self._rows[id(event)][1]

    def _made(self, event: NewEvent) -> Values:
        row = self.statement.row(
            happened=event.when.text,
            zone=event.when.zone.key,
            certainty=event.certainty.value,
            kind=event.detail.kind,
            text=event.text,
            conflict=event.conflict,
            replaces=event.replaces,
            key=event.key,
            reason=event.reason,
        )
        for name, adapter, value in (
            ("detail", codec.DETAIL, event.detail),
            ("sources", codec.SOURCES, event.sources),
            ("amount", codec.AMOUNT, event.amount),
        ):
            row[self.statement.names.index(name)] = self._as_json(name, adapter, value)
        return row

    def _as_json(self, name: str, adapter: TypeAdapter[Any], value: object) -> Any:
        same = name, id(value)
        if same not in self._json:
            self._json[same] = value, self.statement.stored(name, codec.dump(adapter, value))
        return self._json[same][1]


class FirstFacts:
    """The first events of the recipients of a letter, as they are stored, and how their cases stand then.

    Worked out before a transaction that writes begins (`prepare`), they leave it nothing to do but to insert. `letter` may be
    one that is not recorded yet; `now` is when all is recorded.
    """

    def __init__(self, dialect: Dialect, letter: Letter, now: datetime) -> None:
        self.letter = letter
        self.now = now
        self.stored = StoredEvents(dialect)
        self.standings = NewStandings(dialect, now)
        self._first: dict[tuple[object, ...], tuple[NewCase, tuple[NewEvent, ...], list[Values]]] = {}

    def recorded_at(self, dialect: Dialect, now: datetime) -> FirstFacts:
        """The same, recorded at another moment."""
        if now == self.now:
            return self
        facts = FirstFacts(dialect, self.letter, now)
        facts.stored = self.stored
        return facts

    def prepare(self, new_cases: Iterable[NewCase]) -> None:
        for case in new_cases:
            self._of(case)

    def of(self, case: NewCase) -> tuple[NewEvent, ...]:
        """That the letter was sent, its deadline if there is one, and what else is recorded with them."""
        return self._of(case)[1]

    def standing(self, case: NewCase) -> list[Values]:
        """How the case stands after all that is recorded of it; rows of the index, which lack its id."""
        return self._of(case)[2]

    def _of(self, case: NewCase) -> tuple[NewCase, tuple[NewEvent, ...], list[Values]]:
        """Recipients with the same of all share the events. What is named by its identity is kept."""
        same = id(case.deadline), id(case.sources), case.key, id(case.further), id(case.later)
        if same not in self._first:
            first = self._first_events(case)
            for event in first:
                self.stored.row(event)
            self._first[same] = case, first, self.standings.of((*first, *case.later))
        return self._first[same]

    def _first_events(self, case: NewCase) -> tuple[NewEvent, ...]:
        sources, key = case.sources or self.letter.sources, case.key
        sent = sending_of(self.letter, sources, key)
        if not case.deadline:
            return sent, *case.further
        original = DeadlineSet(case.deadline, Basis.ORIGINAL)
        return sent, NewEvent(self.letter.sent, original, "", sources, key=key and f"{key}/deadline"), *case.further

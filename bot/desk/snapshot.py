"""Everything recorded on one server, in memory: what the command line answers questions from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.desk.place_status import AskedFor, PlaceStatus, status_at
from bot.files.example import cases_of, example
from bot.files.record_export import record_of
from bot.files.record_file import RecordFile
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.ladder import DEFAULT_LADDER, Ladder
from bot.record.ladder_changes import ladder_for
from bot.record.name_matches import PlaceMatch, match_name
from bot.record.places import Jurisdiction, name_key
from bot.record.plan import asked_first, is_question
from bot.record.posting import Posting
from bot.record.rehearsal import rehearsed
from bot.record.said_names import is_namesake
from bot.record.sources import Source
from bot.record.standing import FIRST_MOMENT
from bot.store.name_list import NameList
from bot.store.place_search import alike, closest

if TYPE_CHECKING:
    from bot.desk.session import Session

EXAMPLE_HOUR = 9
NEAREST = 5  # names that are offered


@dataclass(frozen=True)
class Snapshot:
    """Every case, place and letter of one server, or of the example record."""

    name: str
    posting: Posting
    #: The server's.
    ladder: Ladder
    #: Where notices are posted, as text.
    channel: str
    cases: list[Case]
    places: list[Jurisdiction]
    letters: list[Letter]
    #: By place id, what is recorded about the place apart from any letter.
    context: Mapping[int, list[Event]]
    place_sources: Mapping[int, tuple[Source, ...]] = field(default_factory=dict)
    #: By event id, the keys of events that came from a file.
    keys: Mapping[int, str] = field(default_factory=dict)
    #: The record file that it was read from, if it was.
    file: RecordFile | None = None
    #: The ids of the places with a case, where not every case is here (`about`).
    addressed: frozenset[int] | None = None
    #: Kind and number of what is recorded and cannot be read, so that it is not here.
    left_out: tuple[tuple[str, int], ...] = ()
    #: By letter, when it is asked about, where not every case is here (`first_questions`).
    questions: Mapping[int, datetime] = field(default_factory=dict)

    def ladder_of(self, letter: Letter) -> Ladder:
        """Which alerts are due of that letter's cases."""
        return ladder_for(letter, self.ladder)

    def status(self, typed: str, asked: AskedFor) -> PlaceStatus:
        """The status of the place of that name. Alerts are shown as they would be posted, even if no channel is set.

        CaseError as in `find`.
        """
        place = self.find(typed)
        cases = [case for case in self.cases if case.place.id == place.id]
        context = self.context.get(place.id, ())
        also, ladder_of = self._named(typed).also, self.ladder_of
        status = status_at(asked, place, cases, context, self.posting, ladder_of, also, self.questions)
        ends = [due.at for due in status.next_alerts.values() if is_question(due)]
        if not ends or self.addressed is not None:
            return status
        letter_ids = {case.letter.id for case in cases}
        of_letters = [case for case in self.cases if case.letter.id in letter_ids]
        questions = asked_first(rehearsed(of_letters, ladder_of, self.posting, FIRST_MOMENT, max(ends)))
        return status_at(asked, place, cases, context, self.posting, ladder_of, also, questions)

    def find(self, typed: str) -> Jurisdiction:
        """The place of that name. CaseError with the nearest names, or with the places that it may mean: a line each, for a
        terminal, where `desk.lookups` has sentences."""
        named = self._named(typed).places
        if len(named) == 1:
            return named[0]
        if named:
            candidates = "\n".join(f"  {place.full_label}" for place in named)
            raise CaseError(f"“{typed}” may be one of several places. Write the full name of the one you mean:\n{candidates}")
        near = self._near(typed)
        listed = " Did you mean:\n" + "\n".join(f"  {place.full_label}" for place in near) if near else ""
        raise CaseError(f"No place called “{typed}” is recorded in {self.name}.{listed}")

    def _near(self, typed: str) -> list[Jurisdiction]:
        """The places of that name with another kind or state, then those with a similar name."""
        addressed = self._addressed()
        names = NameList.of((place, place.id in addressed) for place in self.places)
        *_, similar = alike(names, typed, NEAREST)
        by_id = {place.id: place for place in self.places}
        namesakes = [place.id for place in self.places if is_namesake(place, typed)]
        others = (*closest(names, typed, NEAREST), *similar) if name_key(typed) else ()
        return [by_id[place_id] for place_id in dict.fromkeys((*namesakes, *others))][:NEAREST]

    def _named(self, typed: str) -> PlaceMatch:
        return match_name(typed, self.places, self._addressed())

    def _addressed(self) -> Set[int]:
        return {case.place.id for case in self.cases} if self.addressed is None else self.addressed

    def record_file(self) -> RecordFile:
        """All of it as a record file."""
        if self.file:
            return self.file
        return record_of(
            self.name,
            self.posting.zone,
            self.places,
            self.letters,
            self.cases,
            self.context,
            self.place_sources,
            self.keys,
        )


def of_example() -> Snapshot:
    record = example()
    all_cases, around = cases_of(record)
    return Snapshot(
        name="the example record",
        posting=Posting(record.zone, EXAMPLE_HOUR),
        ladder=DEFAULT_LADDER,
        channel="alerts",
        cases=all_cases,
        places=[place for place, _ in around.values()],
        letters=list({case.letter.id: case.letter for case in all_cases}.values()),
        context={place.id: events for place, events in around.values()},
        file=record,
    )


async def about(session: Session, typed: str) -> Snapshot:
    """Every place of a server, and the cases of those that are called so: enough for `Snapshot.status` of that name."""
    from bot.desk.first_questions import first_questions
    from bot.desk.left_out import left_out
    from bot.store import cases, places

    conn, server = session.conn, session.server
    named = (await places.named(conn, server.id, typed)).places
    snapshot = Snapshot(
        name=_name(session),
        posting=server.posting,
        ladder=server.ladder,
        channel=_channel(session),
        cases=[case for place in named for case in await cases.of_place(conn, server.id, place.id)],
        places=await places.all_of(conn, server.id),
        letters=[],
        context={place.id: await cases.context(conn, server.id, place.id) for place in named},
        addressed=await places.with_cases(conn, server.id),
    )
    questions = await first_questions(session, snapshot.cases)
    return replace(snapshot, left_out=tuple(left_out(session)), questions=questions)


def _name(session: Session) -> str:
    server = session.server
    return f"server {server.id}" + (f" ({server.name})" if server.name else "")


def _channel(session: Session) -> str:
    return str(session.server.channel_id) if session.server.channel_id else "not set"


async def of_server(session: Session) -> Snapshot:
    from bot.desk.left_out import left_out
    from bot.store import cases, import_keys, place_facts, places  # the example needs no database

    conn, server = session.conn, session.server
    snapshot = Snapshot(
        name=_name(session),
        posting=server.posting,
        ladder=server.ladder,
        channel=_channel(session),
        cases=await cases.of_server(conn, server.id),
        places=await places.all_of(conn, server.id),
        letters=await cases.letters_of(conn, server.id),
        context=await place_facts.contexts(conn, server.id),
        place_sources=await import_keys.sources_of_places(conn, server.id),
        keys=await import_keys.keys_of(conn, server.id),
    )
    return replace(snapshot, left_out=tuple(left_out(session)))

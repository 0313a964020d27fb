"""What is typed for a case or a letter is found among many as it was when every case and every letter of the server was read.

The oracles are those former ways.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import case_words, letter_names, suggestions
from bot.desk.case_words import words_of
from bot.desk.guesses import MOST, Guess
from bot.desk.inputs import has_words
from bot.desk.letter_names import letter_line
from bot.desk.lookups import (
    NEAREST,
    CaseRef,
    _guess,
    _misspelled,
    _nearest,
    _open_cases_of,
    _ref,
    _several_cases,
    one_case,
    one_letter,
)
from bot.desk.session import Session, reading
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Closed, Consequence, ConsequenceState, Corrected, Detail, Extent, Outcome
from bot.record.name_matches import PlaceMatch, match_name
from bot.record.new_events import NewCase
from bot.record.place_kinds import PlaceKind
from bot.record.place_names import fold
from bot.record.places import Jurisdiction, name_key
from bot.record.said_names import contradicts
from bot.store import cases, events, places
from bot.store.database import Database
from bot.words import errors
from bot.words.status import case_line
from tests.recording import NEW_YORK, SERVER, SOURCE, Desk
from tests.turns import calls_by_turn

NOW = datetime(2018, 3, 1, 17, tzinfo=UTC)
FIRST = ("North", "Oregon", "May", "St. Mary's", "Salem", "Butte", "Lake", "Denver", "New York", "De Kalb", "Fort Wayne")
SECOND = ("", "", " City", " County", " Falls", " Heights")
STATES = ("MT", "OR", "NY", "DC", "IL")
KINDS = (PlaceKind.CITY, PlaceKind.COUNTY, PlaceKind.TOWN, PlaceKind.CITY_AND_COUNTY)
TITLES = (
    "Document demand of January",
    "Inquiry",
    "Second demand, overdue papers",
    "Denver records",
    "Demand II",
    "Lake survey",
)
STATUS = ("overdue", "by", "days", "awaiting", "answer", "refused", "subpoena", "carried", "closed", "may", "full", "2018", "5")


async def old_case_by_words(session: Session, typed: str) -> CaseRef | Guess[CaseRef]:
    known = [(case, case.at(session.now)) for case in await cases.of_server(session.conn, session.server.id)]
    every_place = await places.all_of(session.conn, session.server.id)
    of_kind = [(case, state) for case, state in known if not contradicts(case.place, typed)]
    similar = [(case, state) for case, state in of_kind if has_words(typed, case_line(case, state), case.letter.slug)]
    open_cases = [case for case, state in similar if state.is_open]
    exact = old_exact_among(typed, open_cases, every_place)
    if len(exact or open_cases) > 1:
        raise CaseError(_several_cases(typed, exact or open_cases))
    if exact:
        return _ref(exact[0])
    if open_cases:
        return _guess(f"No case is called “{typed}”.", open_cases)
    alike = [] if similar else await _misspelled(session, typed, NEAREST)
    if not (of_alike := await _open_cases_of(session, alike)):
        raise CaseError(errors.unknown_place(typed, [place.full_label for place in await _nearest(session, typed)]))
    if len(of_alike) > MOST:
        raise CaseError(_several_cases(typed, of_alike))
    return _guess(errors.unknown_place(typed, ()), of_alike)


def old_exact_among(typed: str, open_cases: Sequence[Case], every_place: Sequence[Jurisdiction]) -> list[Case]:
    words = typed.split()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    pairs = [pair for first, last in halves for pair in ((first, last), (last, first))]
    matches = [(match_name(name, every_place, ()), set(fold(rest).split())) for name, rest in pairs]
    exact = [(match.places[0].id, rest) for match, rest in matches if match.is_exact]
    return [
        case
        for case in open_cases
        if any(case.place.id == place_id and rest <= words_of(case.letter) for place_id, rest in exact)
    ]


async def old_one_letter(session: Session, typed: str) -> Letter:
    letters = await cases.letters_of(session.conn, session.server.id)
    wanted = typed.strip().casefold()
    matching = [letter for letter in letters if wanted in (letter.slug.casefold(), letter.title.casefold())]
    if not matching:
        matching = [letter for letter in letters if has_words(typed, letter_line(letter), letter.slug)]
    if len(matching) > 1:
        raise CaseError(errors.several_letters(typed, [letter.slug for letter in matching[-10:]]))
    if not matching:
        raise CaseError(errors.unknown_letter(typed, [letter.title for letter in letters[::-1]]))
    return matching[0]


def old_matching(typed: str, letters: Sequence[Letter]) -> dict[str, str]:
    names = {letter.slug: letter_line(letter) for letter in letters[::-1]}
    wanted = name_key(typed)
    plain = {value: name_key(name) for value, name in names.items()}
    values = [value for value, name in plain.items() if f" {wanted}" in f" {name}"] if wanted else list(names)
    if not values:
        alike = process.extract(wanted, plain, scorer=fuzz.WRatio, limit=suggestions.MOST, score_cutoff=letter_names.ALIKE)
        values = [value for _, _, value in alike]
    return {value: names[value] for value in values[: suggestions.MOST]}


class Town:
    """A server with anything on it, drawn with a seed."""

    def __init__(self, db: Database, seed: int) -> None:
        self.desk, self.draw = Desk(db), random.Random(seed)

    async def fill(self, letters: int = 8, recipients: int = 9) -> None:
        await self.desk.open()
        for number in range(letters):
            await self._letter(number, recipients)
        for case in self.draw.sample(await self.desk.cases(), letters * recipients // 3):
            await self._event(case)

    async def _letter(self, number: int, recipients: int) -> None:
        sent = NOW - timedelta(days=self.draw.randrange(10, 60))
        title = f"{self.draw.choice(TITLES)}{self.draw.choice(('', f' {number}'))}"
        when = When(sent.date().isoformat(), NEW_YORK)
        letter = Letter(0, "", title, "The authority", when, "papers", threatened=("subpoena",), sources=(SOURCE,))
        names = {f"{self.draw.choice(FIRST)}{self.draw.choice(SECOND)}" for _ in range(recipients)}
        towns = [Jurisdiction(0, name, self.draw.choice(KINDS), self.draw.choice(STATES)) for name in sorted(names)]
        async with self.desk.db.write() as conn:
            audit = self.desk.audit(sent)
            recorded = await events.add_letter(conn, audit, letter)
            ids = [id for id, _ in await places.ensure_all(conn, SERVER, towns)]
            due = Deadline(date(2018, 2, 20) + timedelta(days=self.draw.randrange(20)), NEW_YORK)
            await events.add_cases(conn, audit, recorded, [NewCase(place_id, due) for place_id in ids])

    async def _event(self, case: Case) -> None:
        sending = case.events[0].id
        kind = self.draw.choice(("refusal", "subpoena", "closed", "undone"))
        if kind == "undone":
            await self.desk.record(NOW - timedelta(days=2), case, Corrected(), replaces=sending)
        else:
            details: dict[str, Detail] = {
                "refusal": Answer(Extent.REFUSAL),
                "subpoena": Consequence("subpoena", ConsequenceState.CARRIED_OUT),
                "closed": Closed(Outcome.CLOSED),
            }
            await self.desk.record(NOW - timedelta(days=self.draw.randrange(1, 9)), case, details[kind])

    def typed(self, recorded: Sequence[Case]) -> str:
        """Some words of a case or of several, begun or whole, in any order."""
        case, other = self.draw.choice(recorded), self.draw.choice(recorded)
        label, title = case.place.label.replace(",", "").split(), self.draw.choice((case, other)).letter.title.split()
        name = label if self.draw.random() < 0.5 else self.draw.sample(label, 1)
        rest = self.draw.sample(title, self.draw.randrange(0, min(3, len(title) + 1)))
        status = self.draw.sample(STATUS, self.draw.choice((0, 0, 0, 1, 2)))
        parts = [name, rest, status]
        self.draw.shuffle(parts)
        words = [word for part in parts for word in part]
        if self.draw.random() < 0.2:
            self.draw.shuffle(words)
        return " ".join(word[: self.draw.randrange(2, 9)] if self.draw.random() < 0.2 else word for word in words)


@pytest.fixture
async def town(db: Database) -> AsyncIterator[Town]:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    drawn = Town(db, seed)
    await drawn.fill()
    yield drawn


async def outcome(question: object, session: Session, typed: str) -> object:
    try:
        return await question(session, typed)  # type: ignore[operator]
    except CaseError as refused:
        return str(refused)


async def test_words_for_a_case_mean_what_they_meant_when_every_case_was_read(town: Town) -> None:
    recorded = await town.desk.cases()
    kinds = set()
    async with reading(town.desk.db, SERVER, NOW) as session:
        for _ in range(150):
            typed = town.typed(recorded)
            if (await places.named(session.conn, SERVER, typed)).places or not typed.strip():
                continue
            wanted = await outcome(old_case_by_words, session, typed)
            assert await outcome(one_case, session, typed) == wanted, typed
            kinds.add(type(wanted))
    assert kinds == {CaseRef, Guess, str}


async def test_among_more_cases_than_are_read_those_with_all_the_words_are_found(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However late they come by number, and whichever of place and letter has which word."""
    await town.desk.letter(NOW - timedelta(days=5), to=("Xenia", "Yuma"), title="Last letter of all")
    monkeypatch.setattr(case_words, "MOST_READ", 3)
    xenia, yuma = (await town.desk.cases())[-2:]
    async with reading(town.desk.db, SERVER, NOW) as session:
        assert await one_case(session, "xenia last letter") == _ref(xenia)
        assert await one_case(session, "all of Yuma, NY") == _ref(yuma)
        several = await outcome(one_case, session, "last all letter")
        assert several == _several_cases("last all letter", [xenia, yuma])
        guess = await one_case(session, "xen las overdue")
        assert isinstance(guess, Guess) and [meaning.value for meaning in guess.meanings] == [_ref(xenia)]


async def test_the_lines_of_cases_are_compared_in_turns(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(town.desk.db, SERVER, NOW) as session, calls_by_turn(monkeypatch, case_words, "case_line") as calls:
        await outcome(one_case, session, "demand records by awaiting")
    assert calls.total() > 1 and max(calls.values()) == 1


async def test_words_for_a_letter_mean_what_they_meant_when_every_letter_was_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_names, "SLICE", 3)
    async with reading(town.desk.db, SERVER, NOW) as session:
        letters = await cases.letters_of(session.conn, SERVER)
        for _ in range(150):
            letter = town.draw.choice(letters)
            words = [*letter_line(letter).split(), letter.slug, letter.title, "demnad", "Inqiury", "!"]
            typed = " ".join(town.draw.sample(words, town.draw.randrange(1, 4)))[: town.draw.randrange(1, 40)]
            assert await outcome(one_letter, session, typed) == await outcome(old_one_letter, session, typed), typed
            assert await suggestions.letters_like(session, typed) == old_matching(typed, letters), typed


ODD = (
    *("%", "_", "\\", "%%%", "de_nver", "den%", "100%", "'", '"', "'; DROP TABLE cases; --", "`", "\x00", "a\x00b", "\ud800"),
    *(
        "!!!",
        "...",
        "—",
        "()",
        "[",
        "😀",
        "😀 denver",
        "denver😀",
        "٣٤",
        "\u202edenver",
        "דנוור",
        "denver דנוור",
        "Ünïcödé",
        "ﬁ",
    ),
    *(
        "2018",
        "5",
        "00005",
        "1e5",
        "-1",
        "+1",
        "5.0",
        "#",
        "# 5",
        "#999999999",
        "#9999999999",
        "a",
        "of",
        "the the",
        "mt",
        "mt mt",
    ),
    *(
        "x" * 1_000,
        "denver " * 142,
        "d " * 500,
        "the " * 300,
        "denver records " * 60,
        "📄" * 500,
        "\n",
        "\t\n denver \r",
        "new\u00a0york",
    ),
    *(
        "ocd-division/",
        "ocd-division/country:us",
        "d c",
        "D.C.",
        "st",
        "saint mary's",
        "city of",
        "city of denver",
        ", ny",
        "ny",
    ),
)


async def test_odd_words_mean_what_they_meant(town: Town) -> None:
    """Also where they mean nothing."""
    recorded = await town.desk.cases()
    async with reading(town.desk.db, SERVER, NOW) as session:
        letters = await cases.letters_of(session.conn, SERVER)
        for odd in ODD:
            for typed in (odd, f"{odd} {town.typed(recorded)}"):
                assert await outcome(one_letter, session, typed) == await outcome(old_one_letter, session, typed), typed
                assert await suggestions.letters_like(session, typed) == old_matching(typed, letters), typed
                if not typed.strip() or typed.strip().startswith("#") or typed.strip().isdigit():
                    continue
                if len(typed) <= case_words.LONGEST and not (await places.named(session.conn, SERVER, typed)).places:
                    assert await outcome(one_case, session, typed) == await outcome(old_case_by_words, session, typed), typed


async def test_more_than_any_line_has_is_no_case_and_is_not_looked_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word that is typed costs a query or two, and Discord lets people type 6,000 characters."""
    looked_up = []
    named = places.named

    async def counted(conn: AsyncConnection, server_id: int, typed: str) -> PlaceMatch:
        looked_up.append(typed)
        return await named(conn, server_id, typed)

    monkeypatch.setattr(places, "named", counted)
    async with reading(town.desk.db, SERVER, NOW) as session:
        for typed in ("denver records " * 400, "d " * 3_000):
            assert "No place called" in str(await outcome(one_case, session, typed))
    assert len(looked_up) == 2

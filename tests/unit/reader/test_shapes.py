"""Texts of many shapes, read as a careful editor would: nothing wrong before nothing missed.

Each `shapes/**/NAME.txt` has what is expected of it beside it in `NAME.json`; `shapes/README.md` says how that is written.
One test for each value, so that a failure names the text and what was misread.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.reader import extract
from bot.reader.document import Document
from bot.reader.draft import Draft, Part, Recipient, Span, Threat
from bot.record.places import STATES, with_kind
from bot.words.questions import question_text

SHAPES = Path(__file__).parents[2] / "corpus" / "shapes"
NAMES = sorted(str(file.relative_to(SHAPES).with_suffix("")) for file in SHAPES.rglob("*.json"))
GIVEN = {"on", "zone", "published", "may", "why", "consequences_may", "legal_basis_may", "cleared_may", "not_yet"}
CHECKED = (
    "recipients",
    "cleared",
    "letter_date",
    "deadline",
    "deadline_time",
    "deadline_at",
    "each",
    "authority",
    "legal_basis",
    "consequences",
    "stated_count",
    "asks",
    "silent",
    "says",
)
CODE = re.compile(r"U\.?\s?S\.?\s?C|C\.?\s?F\.?\s?R|§", re.IGNORECASE)  # an act by its title alone is free
UNSETTLED = " (kind not settled)"


@cache
def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHAPES / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def text_of(name: str) -> str:
    return (SHAPES / f"{name}.txt").read_text(encoding="utf-8")


@cache
def draft_of(name: str) -> Draft:
    return read(text_of(name), name)


def read(text: str, name: str) -> Draft:
    """The text as a plain document, read on a day of 2032 that must never settle a date."""
    given = expected(name)
    document = Document(
        name=f"{name}.txt",
        media_type="text/plain",
        content=text.encode(),
        read_at=datetime(2032, 6, 15, 12, tzinfo=UTC),
        text=text,
        published=day(given.get("published")),
    )
    draft: Draft = extract.draft_of(document, ZoneInfo(given.get("zone", "America/New_York")), on=day(given.get("on")))
    return draft


@cache
def json_of(name: str) -> dict[str, Any]:
    made = extract.as_json(draft_of(name))
    found: dict[str, Any] = json.loads(made if isinstance(made, str) else json.dumps(made, default=str))
    return found


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def folded(text: str) -> str:
    """Without accents, typographic quotes, case and doubled spaces: the writing of a name is not what is tested."""
    plain = unicodedata.normalize("NFKD", re.sub("[‘’ʻ]", "'", text))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def statute(text: str) -> str:
    """8usc1373"""
    return re.sub(r"sections?|secs?\b|[^0-9a-z]+", "", text.casefold())


def asked_about(draft: Draft, part: str) -> bool:
    """Whether a person is asked: by a question, or by a doubt beside the value itself."""
    beside: dict[str, list[Any]] = {
        Part.AUTHORITY: [draft.authority],
        Part.LETTER_DATE: [draft.letter_date],
        Part.DEADLINE: [draft.deadline],
        Part.RECIPIENTS: [*draft.recipients],
    }
    doubts = beside.get(part, [])
    return any(question.about == part for question in draft.questions) or any(one and one.doubt for one in doubts)


def labels(recipients: Iterable[Recipient]) -> list[str]:
    return [recipient.label for recipient in recipients]


def fits(wanted: str, found: str) -> bool:
    """Whether a label is the one wanted; "~" begins a pattern, for names that careful people write in several ways."""
    if wanted.startswith("~"):
        return re.fullmatch(wanted[1:], folded(found), re.IGNORECASE) is not None
    return folded(wanted) == folded(found)


def compared(wanted: list[Any], may: list[str], found: list[str]) -> str:
    """What is wrong and what is missed, or nothing. A list among `wanted` is a choice, of which one has to be there."""
    choices = [one if isinstance(one, list) else [one] for one in wanted]
    allowed = [label for choice in choices for label in choice] + may
    wrong = [label for label in found if not any(fits(one, label) for one in allowed)]
    missed = [choice for choice in choices if not any(fits(one, label) for one in choice for label in found)]
    doubled = sorted({label for label in found if found.count(label) > 1})
    parts = {"WRONG": wrong, "missed": [" or ".join(choice) for choice in missed], "twice": doubled}
    return "; ".join(f"{word}: {', '.join(items)}" for word, items in parts.items() if items)


def date_fault(wanted: Any, found: Any, asked: bool) -> str:
    """What is wrong with a date. "ask": none, and a question; "2018-02-23 or ask": that day, or none and a question."""
    choices = wanted["any"] if isinstance(wanted, dict) else [wanted]
    for choice in choices:
        if isinstance(choice, str) and choice.endswith("ask"):
            exact = choice.removesuffix("ask").removesuffix(" or ")
            if (exact and found == exact) or (found is None and asked):
                return ""
        elif found == choice:
            return ""
    kind = "missed" if found is None else "WRONG"
    return f"{kind}: {found}{' (a person is asked)' if asked else ''}, expected {wanted}"


def fault_of(name: str, key: str) -> str:
    """How the draft of a text differs from what is expected of `key`; empty where it does not."""
    given, draft, made = expected(name), draft_of(name), json_of(name)
    wanted = given[key]
    match key:
        case "recipients":
            return compared(wanted, given.get("may", []), labels(draft.recipients))
        case "cleared":
            return compared(wanted, given.get("cleared_may", []), labels(draft.cleared))
        case "letter_date" | "deadline":
            return date_fault(wanted, made[key], asked_about(draft, key))
        case "deadline_at":
            there = draft.deadline.value.last_moment.isoformat(timespec="minutes") if draft.deadline else None
            return date_fault(wanted, there, asked_about(draft, "deadline"))
        case "each":
            own = {one.label: (one.deadline or (draft.deadline.value if draft.deadline else None)) for one in draft.recipients}
            days = {label: due.date.isoformat() if due else None for label, due in own.items()}
            asked = asked_about(draft, "deadline")
            faults = [f"{label}: {date_fault(due, days.get(label), asked)}" for label, due in wanted.items()]
            return "; ".join(fault for fault in faults if not fault.endswith(": "))
        case "deadline_time" | "stated_count":
            return date_fault(wanted, made[key], False)
        case "authority":
            choices = wanted["any"] if isinstance(wanted, dict) else [wanted]
            there = made[key]
            agrees = any(there == one or (one and there and folded(there).startswith(f"{folded(one)},")) for one in choices)
            return "" if agrees else f"{'missed' if there is None else 'WRONG'}: {there}, expected {wanted}"
        case "legal_basis":
            found = [statute(one) for one in made[key] if CODE.search(one)]
            fault = compared(
                [statute(one) for one in wanted], [statute(one) for one in given.get("legal_basis_may", [])], found
            )
            return fault and f"{fault} (read: {made[key]})"
        case "consequences":
            return compared(wanted, given.get("consequences_may", []), made[key])
        case "asks":
            missing = [part for part in wanted if not asked_about(draft, part)]
            return f"not asked: {', '.join(missing)}" if missing else ""
        case "silent":
            needless = [question_text(question) for question in draft.questions if question.about in wanted]
            return f"asked for no reason: {needless}" if needless else ""
        case _:
            words = "\n".join(question_text(question) for question in draft.questions)
            missing = [part for part in wanted if part not in words]
            return f"not said: {missing} in {words!r}" if missing else ""


def unwrapped(text: str) -> str:
    """With the lines of a paragraph made one: a long line that another follows was broken for its length alone."""
    return re.sub(r"(?<=[^\n]{105})\n(?=[A-Za-z0-9“])", " ", text)


def gist(draft: Draft) -> dict[str, object]:
    return {
        "recipients": sorted(map(folded, labels(draft.recipients))),
        "cleared": sorted(map(folded, labels(draft.cleared))),
        "letter date": draft.letter_date and draft.letter_date.value,
        "deadline": draft.deadline and draft.deadline.value.last_moment,
        "authority": draft.authority and draft.authority.value,
        "statutes": [found.value for found in draft.legal_basis],
        "threats": sorted(found.value for found in draft.threatened),
        "count": draft.stated_count and draft.stated_count.value,
    }


WRITINGS: dict[str, Callable[[str], str]] = {
    "carriage-returns": lambda text: text.replace("\n", "\r\n"),
    "spaces-at-line-ends": lambda text: text.replace("\n", "  \n"),
    "blank-lines-around": lambda text: f"\ufeff\n\n{text}\n\n\n",
    "hard-spaces": lambda text: re.sub(r"(?<=,) (?=[A-Z0-9])", "\u00a0", text),
    "curly-quotes": lambda text: re.sub(r"(?<=\w)'(?=\w)", "’", text),
    "lines-made-one": unwrapped,
}
CASES = [pytest.param(name, key, id=f"{name}-{key}") for name in NAMES for key in CHECKED if key in expected(name)]


@pytest.mark.parametrize(("name", "key"), CASES)
def test_a_text_is_read_as_an_editor_would(name: str, key: str) -> None:
    fault = fault_of(name, key)
    if key in expected(name).get("not_yet", []):
        assert "missed" in fault, f"{name}: {key}: take it out of not_yet"
        fault = re.sub(r"(?:^|; )missed: (?:(?!; twice: ).)*", "", fault)
    assert not fault, f"{name}: {key}: {fault}\n{expected(name)['why']}"


@pytest.mark.parametrize("name", NAMES)
def test_what_was_found_stands_where_the_draft_says(name: str) -> None:
    draft = draft_of(name)
    faults = [*place_faults(draft), *value_faults(draft)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("name", NAMES)
def test_how_a_text_is_written_down_changes_nothing(name: str, writing: str) -> None:
    written = WRITINGS[writing](text_of(name))
    assert gist(read(written, name)) == gist(draft_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_json_says_what_the_draft_says(name: str) -> None:
    draft, made = draft_of(name), json_of(name)
    names = [recipient.name for recipient in draft.recipients]
    assert [recipient["name"] for recipient in made["recipients"]] == names
    assert made["letter_date"] == (draft.letter_date.value.isoformat() if draft.letter_date else None)
    assert made["deadline"] == (draft.deadline.value.date.isoformat() if draft.deadline else None)
    assert made["questions"] == [question_text(question) for question in draft.questions]
    assert [asked["about"] for asked in made["open_questions"]] == [question.about for question in draft.questions]


@pytest.mark.parametrize("name", NAMES)
def test_only_fixed_threats_and_real_states_are_read(name: str) -> None:
    draft = draft_of(name)
    assert {found.value for found in draft.threatened} <= set(Threat)
    assert {place.state for place in (*draft.recipients, *draft.cleared) if place.state} <= set(STATES)


@pytest.mark.parametrize("name", NAMES)
def test_an_expectation_is_well_written(name: str) -> None:
    given = expected(name)
    assert (SHAPES / f"{name}.txt").exists()
    assert set(given) <= GIVEN | set(CHECKED)
    assert given["why"].endswith(".")
    assert set(given.get("not_yet", [])) <= set(given) - {"asks", "silent", "says"}
    assert {*given.get("consequences", []), *given.get("consequences_may", [])} <= set(Threat)
    assert {*given.get("asks", []), *given.get("silent", [])} <= set(Part)
    for entry in (
        *given.get("recipients", []),
        *given.get("cleared", []),
        *given.get("may", []),
        *given.get("cleared_may", []),
    ):
        for label in entry if isinstance(entry, list) else [entry]:
            assert label.startswith("~") or label.endswith(UNSETTLED) or with_kind(label), label


def test_each_text_has_its_expectation() -> None:
    assert sorted(str(file.relative_to(SHAPES).with_suffix("")) for file in SHAPES.rglob("*.txt")) == NAMES


def place_faults(draft: Draft) -> Iterable[str]:
    """Recipients must stand in the text where their span says: one telling word of a name of theirs at least."""
    for place in (*draft.recipients, *draft.cleared):
        if place.span is None:
            yield f"{place.label} has no span"
            continue
        there = words_of(joined(draft, place.span))
        names = {word for name in (place.name, *place.aliases) for word in words_of(folded(name))}
        telling = names - {"city", "county", "counties", "of", "and", "the", "state", "town", "new", "st", "saint"}
        if not there & (telling or names):
            yield f"{place.label} does not stand in {draft.words(place.span)!r}"


def words_of(name: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", name.replace("'", "")))


def value_faults(draft: Draft) -> Iterable[str]:
    for what, found in (("letter date", draft.letter_date), ("deadline", draft.deadline)):
        if found and found.span and not re.search(r"\d|day\b|tomorrow|week|month|noon", joined(draft, found.span)):
            yield f"the {what} does not stand in {draft.words(found.span)!r}"
    for basis in draft.legal_basis:
        numbers = set(re.findall(r"\d+", basis.value))
        if basis.span and not numbers <= set(re.findall(r"\d+", joined(draft, basis.span))):
            yield f"{basis.value} does not stand in {draft.words(basis.span)!r}"
    spans = [
        one.span for one in (*draft.threatened, draft.authority, draft.demand, draft.stated_count, *draft.questions) if one
    ]
    for span in spans:
        if span and not joined(draft, span):
            yield f"nothing stands at {span}"


def joined(draft: Draft, span: Span) -> str:
    """The marked words, folded, with a word that a line end divides made whole; empty where the span runs out of the text."""
    if span.end > len(draft.text):
        return ""
    return folded(re.sub(r"(?<=\w)[-\u00ad]\n\s*(?=\w)", "", draft.text[span.start : span.end]))

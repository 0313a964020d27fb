"""Texts of many shapes, read as a careful editor would: nothing wrong before nothing missed.

Each `shapes/**/NAME.txt` has what is expected of it beside it in `NAME.json`; `shapes/README.md` says how that is written.
One test for each text; a failure names every value that was misread.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.draft import Draft, Part, Recipient, Span, Threat
from bot.reader.extract import draft_json, whole_text
from bot.record.places import STATES, PlaceKind
from bot.record.said_names import with_kind
from bot.words.questions import question_text

SHAPES = Path(__file__).parents[2] / "corpus" / "shapes"
NAMES = sorted(str(file.relative_to(SHAPES).with_suffix("")) for file in SHAPES.rglob("*.json"))
CONDITIONS = {"on", "zone", "published", "may", "why", "consequences_may", "legal_basis_may", "cleared_may", "not_yet"}
CODE = re.compile(r"U\.?\s?S\.?\s?C|C\.?\s?F\.?\s?R|§", re.IGNORECASE)  # an act by its title alone is free
UNSETTLED = " (kind not settled)"


@dataclass(frozen=True)
class Shape:
    """One text, what is expected of it, and what was read."""

    name: str

    @cached_property
    def expected(self) -> dict[str, Any]:
        expected: dict[str, Any] = json.loads((SHAPES / f"{self.name}.json").read_text(encoding="utf-8"))
        return expected

    @cached_property
    def text(self) -> str:
        return (SHAPES / f"{self.name}.txt").read_text(encoding="utf-8")

    @cached_property
    def draft(self) -> Draft:
        return self.read(self.text)

    @cached_property
    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(json.dumps(draft_json.as_json(self.draft), default=str))
        return made

    @cached_property
    def questions(self) -> list[str]:
        return [question_text(question) for question in self.draft.questions]

    def also(self, key: str) -> list[Any]:
        """The part of the expectation that may be absent."""
        allowed: list[Any] = self.expected.get(key, [])
        return allowed

    def read(self, text: str) -> Draft:
        """The text as a plain document, read on a day of 2032 that must never settle a date."""
        document = Document(
            name=f"{self.name}.txt",
            media_type="text/plain",
            content=text.encode(),
            read_at=datetime(2032, 6, 15, 12, tzinfo=UTC),
            text=text,
            published=day(self.expected.get("published")),
        )
        zone = ZoneInfo(self.expected.get("zone", "America/New_York"))
        return whole_text.draft_of(document, zone, on=day(self.expected.get("on")))

    def asked_about(self, part: str) -> bool:
        """Whether a person is asked: by a question, or by a doubt beside the value itself."""
        draft = self.draft
        beside: dict[str, list[Any]] = {
            Part.AUTHORITY: [draft.authority],
            Part.LETTER_DATE: [draft.letter_date],
            Part.DEADLINE: [draft.deadline],
            Part.RECIPIENTS: [*draft.recipients],
        }
        doubts = beside.get(part, [])
        return any(question.about == part for question in draft.questions) or any(one and one.doubt for one in doubts)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def folded(text: str) -> str:
    """Without accents, typographic quotes, case and doubled spaces: the writing of a name is not what is tested."""
    plain = unicodedata.normalize("NFKD", re.sub("[‘’ʻ]", "'", text))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def statute(text: str) -> str:
    """8usc1373"""
    return re.sub(r"sections?|secs?\b|[^0-9a-z]+", "", text.casefold())


def labels(recipients: Iterable[Recipient]) -> list[str]:
    return [recipient.label for recipient in recipients]


def fits(wanted: str, label: str) -> bool:
    """Whether a label is the one wanted; "~" begins a pattern, for names that careful people write in several ways."""
    if wanted.startswith("~"):
        return re.fullmatch(wanted[1:], folded(label), re.IGNORECASE) is not None
    return folded(wanted) == folded(label)


# What is wrong with one value of a draft; empty where nothing is


def compared(wanted: list[Any], may: list[str], read: list[str]) -> str:
    """What is wrong and what is missed. A list among `wanted` is a choice, of which one has to be there."""
    choices = [one if isinstance(one, list) else [one] for one in wanted]
    allowed = [label for choice in choices for label in choice] + may
    wrong = [label for label in read if not any(fits(one, label) for one in allowed)]
    missed = [choice for choice in choices if not any(fits(one, label) for one in choice for label in read)]
    doubled = sorted({label for label in read if read.count(label) > 1})
    parts = {"WRONG": wrong, "missed": [" or ".join(choice) for choice in missed], "twice": doubled}
    return "; ".join(f"{word}: {', '.join(items)}" for word, items in parts.items() if items)


def date_fault(wanted: Any, read: Any, asked: bool = False) -> str:
    """What is wrong with a date. "ask": none, and a question; "2018-02-23 or ask": that day, or none and a question."""
    choices = wanted["any"] if isinstance(wanted, dict) else [wanted]
    for choice in choices:
        if isinstance(choice, str) and choice.endswith("ask"):
            exact = choice.removesuffix("ask").removesuffix(" or ")
            if (exact and read == exact) or (read is None and asked):
                return ""
        elif read == choice:
            return ""
    kind = "missed" if read is None else "WRONG"
    return f"{kind}: {read}{' (a person is asked)' if asked else ''}, expected {wanted}"


def moment_fault(shape: Shape, wanted: Any) -> str:
    """The deadline's last moment, in UTC."""
    deadline = shape.draft.deadline
    moment = deadline.value.last_moment.isoformat(timespec="minutes") if deadline else None
    return date_fault(wanted, moment, shape.asked_about(Part.DEADLINE))


def each_fault(shape: Shape, wanted: dict[str, Any]) -> str:
    """The deadline of each recipient, its own or the letter's."""
    letters = shape.draft.deadline.value if shape.draft.deadline else None
    due = {recipient.label: recipient.deadline or letters for recipient in shape.draft.recipients}
    days = {label: deadline.date.isoformat() if deadline else None for label, deadline in due.items()}
    asked = shape.asked_about(Part.DEADLINE)
    faults = {label: date_fault(day, days.get(label), asked) for label, day in wanted.items()}
    return "; ".join(f"{label}: {fault}" for label, fault in faults.items() if fault)


def authority_fault(shape: Shape, wanted: Any) -> str:
    """A name; what follows it behind a comma (an office) is free."""
    choices = wanted["any"] if isinstance(wanted, dict) else [wanted]
    name = shape.json["authority"]
    agrees = any(name == one or (one and name and folded(name).startswith(f"{folded(one)},")) for one in choices)
    return "" if agrees else f"{'missed' if name is None else 'WRONG'}: {name}, expected {wanted}"


def legal_basis_fault(shape: Shape, wanted: list[str]) -> str:
    cited = [statute(one) for one in shape.json["legal_basis"] if CODE.search(one)]
    fault = compared([statute(one) for one in wanted], [statute(one) for one in shape.also("legal_basis_may")], cited)
    return fault and f"{fault} (read: {shape.json['legal_basis']})"


def asks_fault(shape: Shape, wanted: list[str]) -> str:
    missing = [part for part in wanted if not shape.asked_about(part)]
    return f"not asked: {', '.join(missing)}" if missing else ""


def silent_fault(shape: Shape, wanted: list[str]) -> str:
    asked = zip(shape.draft.questions, shape.questions, strict=True)
    needless = [words for question, words in asked if question.about in wanted]
    return f"asked for no reason: {needless}" if needless else ""


def says_fault(shape: Shape, wanted: list[str]) -> str:
    words = "\n".join(shape.questions)
    missing = [part for part in wanted if part not in words]
    return f"not said: {missing} in {words!r}" if missing else ""


CHECKS: dict[str, Callable[[Shape, Any], str]] = {
    "recipients": lambda shape, wanted: compared(wanted, shape.also("may"), labels(shape.draft.recipients)),
    "cleared": lambda shape, wanted: compared(wanted, shape.also("cleared_may"), labels(shape.draft.cleared)),
    "letter_date": lambda shape, wanted: date_fault(wanted, shape.json["letter_date"], shape.asked_about(Part.LETTER_DATE)),
    "deadline": lambda shape, wanted: date_fault(wanted, shape.json["deadline"], shape.asked_about(Part.DEADLINE)),
    "deadline_time": lambda shape, wanted: date_fault(wanted, shape.json["deadline_time"]),
    "deadline_at": moment_fault,
    "each": each_fault,
    "authority": authority_fault,
    "legal_basis": legal_basis_fault,
    "consequences": lambda shape, wanted: compared(wanted, shape.also("consequences_may"), shape.json["consequences"]),
    "stated_count": lambda shape, wanted: date_fault(wanted, shape.json["stated_count"]),
    "asks": asks_fault,
    "silent": silent_fault,
    "says": says_fault,
}


# Everything that is wrong with a text, one line each


def reading_faults(shape: Shape) -> Iterator[str]:
    """What an editor would have read otherwise."""
    for key, check in CHECKS.items():
        if key not in shape.expected:
            continue
        fault = check(shape, shape.expected[key])
        if key in shape.also("not_yet"):
            if "missed" not in fault:
                yield f"{key}: take it out of not_yet"
            fault = re.sub(r"(?:^|; )missed: (?:(?!; twice: ).)*", "", fault)
        if fault:
            yield f"{key}: {fault}"


def gist(draft: Draft) -> dict[str, object]:
    return {
        "recipients": sorted(map(folded, labels(draft.recipients))),
        "cleared": sorted(map(folded, labels(draft.cleared))),
        "letter date": draft.letter_date and draft.letter_date.value,
        "deadline": draft.deadline and draft.deadline.value.last_moment,
        "authority": draft.authority and draft.authority.value,
        "statutes": [basis.value for basis in draft.legal_basis],
        "threats": sorted(threat.value for threat in draft.threatened),
        "count": draft.stated_count and draft.stated_count.value,
    }


def unwrapped(text: str) -> str:
    """With the lines of a paragraph made one: a long line that another follows was broken for its length alone."""
    return re.sub(r"(?<=[^\n]{105})\n(?=[A-Za-z0-9“])", " ", text)


WRITINGS: dict[str, Callable[[str], str]] = {
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "spaces at line ends": lambda text: text.replace("\n", "  \n"),
    "blank lines around": lambda text: f"\ufeff\n\n{text}\n\n\n",
    "hard spaces": lambda text: re.sub(r"(?<=,) (?=[A-Z0-9])", "\u00a0", text),
    "curly quotes": lambda text: re.sub(r"(?<=\w)'(?=\w)", "’", text),
    "lines made one": unwrapped,
}


def writing_faults(shape: Shape) -> Iterator[str]:
    """How a text is written down changes nothing."""
    plain = gist(shape.draft)
    for writing, written in WRITINGS.items():
        if (text := written(shape.text)) != shape.text:
            other = gist(shape.read(text))
            yield from (f"with {writing}: {key}: {other[key]}, not {plain[key]}" for key in plain if other[key] != plain[key])


def json_faults(shape: Shape) -> Iterator[str]:
    """The JSON says what the draft says."""
    draft = shape.draft
    said = shape.json | {
        "recipients": [place["name"] for place in shape.json["recipients"]],
        "open_questions": [question["about"] for question in shape.json["open_questions"]],
    }
    meant: dict[str, object] = {
        "recipients": [recipient.name for recipient in draft.recipients],
        "letter_date": draft.letter_date.value.isoformat() if draft.letter_date else None,
        "deadline": draft.deadline.value.date.isoformat() if draft.deadline else None,
        "questions": shape.questions,
        "open_questions": [question.about for question in draft.questions],
    }
    yield from (f"the JSON says of {key}: {said[key]}, not {meant[key]}" for key in meant if said[key] != meant[key])


def vocabulary_faults(draft: Draft) -> Iterator[str]:
    """Only fixed threats and real states are read."""
    if unknown := {threat.value for threat in draft.threatened} - set(Threat):
        yield f"no threats: {unknown}"
    if unknown := {place.state for place in (*draft.recipients, *draft.cleared) if place.state} - set(STATES):
        yield f"no states: {unknown}"


def expectation_faults(shape: Shape) -> Iterator[str]:
    """An expectation is well written."""
    keys = set(shape.expected)
    wrong: dict[str, Any] = {
        "keys": keys - CONDITIONS - set(CHECKS),
        "not_yet": set(shape.also("not_yet")) - (keys - {"asks", "silent", "says"}),
        "threats": {*shape.also("consequences"), *shape.also("consequences_may")} - set(Threat),
        "parts": {*shape.also("asks"), *shape.also("silent")} - set(Part),
        "why": "" if shape.expected["why"].endswith(".") else shape.expected["why"],
        "labels": [label for label in expected_labels(shape) if not is_label(label)],
    }
    yield from (f"the expectation's {what} cannot be: {values}" for what, values in wrong.items() if values)


def expected_labels(shape: Shape) -> Iterator[str]:
    for key in ("recipients", "cleared", "may", "cleared_may"):
        for entry in shape.also(key):
            yield from entry if isinstance(entry, list) else [entry]


def is_label(label: str) -> bool:
    return label.startswith("~") or label.endswith(UNSETTLED) or bool(with_kind(label))


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_read_as_an_editor_would(name: str) -> None:
    shape = Shape(name)
    faults = [
        *expectation_faults(shape),
        *reading_faults(shape),
        *place_faults(shape.draft),
        *value_faults(shape.draft),
        *vocabulary_faults(shape.draft),
        *json_faults(shape),
        *writing_faults(shape),
    ]
    assert not faults, "\n".join([f"{name}: {shape.expected['why']}", *faults])


def test_each_text_has_its_expectation() -> None:
    assert sorted(str(file.relative_to(SHAPES).with_suffix("")) for file in SHAPES.rglob("*.txt")) == NAMES


def place_faults(draft: Draft) -> Iterator[str]:
    """Recipients must be in the text where their span says: at least one significant word of one of their names."""
    for place in (*draft.recipients, *draft.cleared):
        if place.span is None:
            yield f"{place.label} has no span"
            continue
        there = words_of(joined(draft, place.span))
        code = [place.state or ""] if place.kind is PlaceKind.STATE else []  # "Salem, OR 97301"
        names = {word for name in (place.name, *place.aliases, *code) for word in words_of(folded(name))}
        significant = names - {"city", "county", "counties", "of", "and", "the", "state", "town", "new", "st", "saint"}
        if not there & (significant or names):
            yield f"{place.label} is not in {draft.words(place.span)!r}"


def words_of(name: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", name.replace("'", "")))


def value_faults(draft: Draft) -> Iterator[str]:
    """Other values too must be where their spans say."""
    for what, moment in (("letter date", draft.letter_date), ("deadline", draft.deadline)):
        if moment and moment.span and not re.search(r"\d|day\b|tomorrow|week|month|noon", joined(draft, moment.span)):
            yield f"the {what} is not in {draft.words(moment.span)!r}"
    for basis in draft.legal_basis:
        numbers = set(re.findall(r"\d+", basis.value))
        if basis.span and not numbers <= set(re.findall(r"\d+", joined(draft, basis.span))):
            yield f"{basis.value} is not in {draft.words(basis.span)!r}"
    spans = [
        one.span for one in (*draft.threatened, draft.authority, draft.demand, draft.stated_count, *draft.questions) if one
    ]
    for span in spans:
        if span and not joined(draft, span):
            yield f"there is no text at {span}"


def joined(draft: Draft, span: Span) -> str:
    """The marked words, folded, with a word that a line end divides made whole; empty where the span runs out of the text."""
    if span.end > len(draft.text):
        return ""
    return folded(re.sub(r"(?<=\w)[-\u00ad]\n\s*(?=\w)", "", draft.text[span.start : span.end]))

"""Texts with what is true of them, and how what was read is counted.

A set is a folder of `NAME.txt` with `NAME.json` beside it: `recipients` and `optional_recipients` (name, kind, state, aliases),
`letter_date` and `deadline` (a day or null; further right answers under `*_accept`), and the wave that it belongs to. A first
line with an address is no part of the text; " date 2025-08-26" at its head is the day of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.reader.document import Document
from bot.reader.draft import KIND_NOT_SETTLED, Draft, Recipient
from bot.reader.extract.whole_text import draft_of

ZONE = ZoneInfo("America/New_York")
READ_AT = datetime(2032, 6, 15, 12, tzinfo=UTC)  # a day that must settle no date
_FORM = re.compile(
    r"^(?:the )?(?:(?:city and county|city|town|village|state|commonwealth|county|borough|township) of (?:the )?)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PAGE_DAY = re.compile(r"\s*date (\d{4}-\d\d-\d\d)")


def plain_name(name: str) -> str:
    """The name without its form, signs and case: "City of St. Paul" is "st paul"."""
    bare = _FORM.sub("", name.replace("’", "'").strip())
    return " ".join(re.sub(r"[.,]", "", bare).casefold().split())


def names_of(place: Mapping[str, Any]) -> set[str]:
    return {plain_name(name) for name in (place["name"], *place.get("aliases", ()))}


@dataclass(frozen=True)
class ReadText:
    """One text of a set."""

    file: Path
    truth: Mapping[str, Any]
    text: str
    published: date | None

    @classmethod
    def of(cls, file: Path) -> ReadText:
        text = file.read_text(encoding="utf-8")
        text = text.partition("\n")[2] if text.startswith("http") else text
        day = _PAGE_DAY.match(text)
        truth = _as_truth(file, json.loads(file.with_suffix(".json").read_text(encoding="utf-8")))
        return cls(file, truth, text[day.end() :] if day else text, _day(day[1]) if day else None)

    @property
    def wave(self) -> str:
        """What belongs together when a model is tried on texts that it has not seen."""
        return str(self.truth.get("wave") or f"{self.truth.get('sender')} {self.truth.get('letter_date')}")

    @cached_property
    def draft(self) -> Draft:
        document = Document(
            name=self.file.name,
            media_type="text/plain",
            content=self.text.encode(),
            read_at=READ_AT,
            text=self.text,
            published=self.published or _day(self.truth.get("published")),
        )
        return draft_of(document, ZONE, on=_day(self.truth.get("on")))

    def of_recipients(self, places: Sequence[Recipient]) -> list[bool]:
        """Which of the places are recipients; of several that one may be, those with its own name, if there are any."""
        named = [{true["name"] for true in self.truth["recipients"] if _same(true, place)} for place in places]
        own = {name for place, names in zip(places, named, strict=True) for name in names if plain_name(name) in _names(place)}
        return [
            any(name not in own or plain_name(name) in _names(place) for name in names)
            for place, names in zip(places, named, strict=True)
        ]

    def is_optional(self, place: Recipient) -> bool:
        """Reasonable editors differ; such a place is neither wrong nor missed."""
        return any(
            plain_name(true) in _names(place) if isinstance(true, str) else _same(true, place)
            for true in self.truth.get("optional_recipients", ())
        )

    def wrong_dates(self) -> list[str]:
        read = {
            "letter_date": self.draft.letter_date.value if self.draft.letter_date else None,
            "deadline": self.draft.deadline.value.date if self.draft.deadline else None,
        }
        return [
            f"{key} {day}"
            for key, day in read.items()
            if day and key in self.truth and day.isoformat() not in {self.truth.get(key), *self.truth.get(f"{key}_accept", ())}
        ]


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _as_truth(file: Path, truth: dict[str, Any]) -> dict[str, Any]:
    """The truth of a set. The made-up shapes name recipients by their labels: "Denver, CO (city and county)"."""
    listed = truth.get("recipients", [])
    if "sender" in truth or any(isinstance(one, dict) for one in listed):
        return truth
    named = [{"name": one, "labels": [one]} if isinstance(one, str) else {"name": one[0], "labels": one} for one in listed]
    optional = [{"name": label, "labels": [label]} for label in truth.get("may", ())]
    days = {key: _DAY.findall(json.dumps(truth[key])) for key in ("letter_date", "deadline") if truth.get(key)}
    return {
        "recipients": named,
        "optional_recipients": optional,
        "wave": f"shape {file.stem}",
        "on": truth.get("on"),
        "published": truth.get("published"),
        **{f"{key}_accept": accepted for key, accepted in days.items()},
        **dict.fromkeys(days),
    }


def _names(place: Recipient) -> set[str]:
    return {plain_name(name) for name in (place.name, *place.aliases)}


def _same(true: Mapping[str, Any], place: Recipient) -> bool:
    if "labels" in true:
        return any(_is_label(label, place.label) for label in true["labels"])
    if true.get("state") and place.state and true["state"] != place.state:
        return False
    return bool(names_of(true) & _names(place))


def _is_label(wanted: str, label: str) -> bool:
    """As the shapes write it: "~" begins a pattern."""
    if wanted.startswith("~"):
        return bool(re.fullmatch(wanted[1:], label, re.IGNORECASE))
    unsettled = f" {KIND_NOT_SETTLED}"
    return plain_name(wanted.removesuffix(unsettled)) == plain_name(label.removesuffix(unsettled))


@dataclass
class Counts:
    """What was read of some texts, added up."""

    texts: int = 0
    recipients: int = 0
    certain: int = 0
    wrong_certain: int = 0
    offered: int = 0
    wrong_offers: int = 0
    wrong_dates: int = 0
    nothing_offered: int = 0
    mistakes: list[str] = field(default_factory=list)

    def add(self, text: ReadText) -> None:
        """Count one text. Each true recipient counts once; all else that is read is wrong, unless it is optional."""
        left = list(text.truth["recipients"])
        certain, wrong_certain = _taken(text, left, text.draft.recipients)
        offered, wrong_offers = _taken(text, left, [mentioned.place for mentioned in text.draft.mentioned])
        self.texts += 1
        self.recipients += len(text.truth["recipients"])
        self.certain += certain
        self.wrong_certain += len(wrong_certain)
        self.offered += offered
        self.wrong_offers += len(wrong_offers)
        dates = text.wrong_dates()
        self.wrong_dates += len(dates)
        self.nothing_offered += bool(text.truth["recipients"]) and not text.draft.recipients and not text.draft.mentioned
        missed = [str(true["name"]) for true in left]
        self.mistakes += [
            f"{text.file.stem}: {what} {', '.join(names)}"
            for what, names in (
                ("wrong", wrong_certain),
                ("wrong date", dates),
                ("wrong offers", wrong_offers),
                ("missed", missed),
            )
            if names
        ]

    @property
    def figures(self) -> tuple[str, ...]:
        """Precision and recall of what is certain; recall with offers, wrong offers a text, wrong dates, bare texts."""
        certain = self.certain + self.wrong_certain
        return (
            f"{self.texts}",
            f"{self.recipients}",
            f"{self.certain / certain if certain else 1:.3f}",
            f"{self.certain / max(self.recipients, 1):.3f}",
            f"{(self.certain + self.offered) / max(self.recipients, 1):.3f}",
            f"{self.wrong_offers / max(self.texts, 1):.2f}",
            f"{self.wrong_dates}",
            f"{self.nothing_offered}",
        )


def _taken(text: ReadText, left: list[Mapping[str, Any]], read: Iterable[Recipient]) -> tuple[int, list[str]]:
    """How many of `left` were read, which are taken out of it, and the labels of what is wrong."""
    right, wrong = 0, []
    for place in read:
        true = next((one for one in left if _same(one, place)), None)
        if true is not None:
            left.remove(true)
            right += 1
        elif not text.is_optional(place):
            wrong.append(place.label)
    return right, wrong


def texts_in(folder: Path) -> Iterator[ReadText]:
    """The texts of a folder and the folders in it, by name."""
    yield from (ReadText.of(file) for file in sorted(folder.rglob("*.txt")) if file.with_suffix(".json").exists())

"""A record file is read whole or refused whole, and every mistake in it is told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.example import example
from bot.files.loading import load, read
from bot.record.errors import CaseError
from tests.corpus.record_files import SMALL, changed, mistakes, record


def setting(path: str, value: object) -> Any:
    """A change: the value at "letters.0.slug" is another."""

    def change(raw: dict[str, Any]) -> None:
        *before, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        here: Any = raw
        for step in before:
            here = here[step]
        here[last] = value

    return change


def without(path: str) -> Any:
    def change(raw: dict[str, Any]) -> None:
        *before, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        here: Any = raw
        for step in before:
            here = here[step]
        del here[last]

    return change


def test_the_small_file_and_the_real_record_are_read() -> None:
    assert [event.id for event in record().events] == ["both-speak", "denver-answers", "chicago-rules"]
    assert (len(example().letters), len(example().jurisdictions)) == (4, 45)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("title"), "title: is missing"),
        (without("letters.0.deadline"), "letters / january / deadline: is missing"),
        (without("events.0.kind"), "events / both-speak: kind is missing"),
        (without("events.1.extent"), "events / denver-answers / extent: is missing"),
        (setting("events.0.kind", "lawsuit"), 'not “lawsuit”; write "kind": "court", "step": "filed" or "kind": "consequence"'),
        (setting("events.0.kind", "grant withheld"), '"name": "withholding of funds", "state": "carried-out"'),
        (setting("events.0.kind", "weather"), "closed, reopened, not “weather”"),
        (setting("titel", "x"), "titel: is not a key of this format here; did you mean “title”?"),
        (
            setting("letters.0.deadline_nte", "x"),
            "letters / january / deadline_nte: is not a key of this format here; did you mean “deadline_note”?",
        ),
        (
            setting("jurisdictions.0.ocd_id", "denver"),
            "jurisdictions / Denver / ocd_id: “denver” is not an Open Civic Data id, "
            "like ocd-division/country:us/state:co/county:denver",
        ),
        (setting("events.0.extent", "full"), "events / both-speak / extent: is not a key of this format here"),
        (setting("timezone", "Mars/Base"), "timezone: “Mars/Base” is not a time zone. Use a name such as"),
        (setting("letters.0.slug", "January 24"), "letters / January 24 / slug: must be lower-case words joined by hyphens"),
        (setting("letters.0.sent", "Feb 30"), "letters / january / sent: “Feb 30” is not a date; write it like 2018-02-06"),
        (setting("letters.0.deadline.on", "2018-02-30"), "“2018-02-30” is not a date: February 2018 has 28 days"),
        (setting("letters.0.deadline.on", "2018-02"), "“2018-02” is not a day; write it like 2018-02-23"),
        (setting("letters.0.deadline.on", "2017-12-31"), "deadline: 2017-12-31 is before the letter was sent (2018-01-24)"),
        (setting("letters.0.deadline.start", "5 May"), "“5 May” is neither a day nor a moment; write it like 2018-02-23 or"),
        (setting("letters.0.deadline.start", "2018-02-06T14:30"), "“2018-02-06T14:30” is neither a day nor a moment"),
        (setting("letters.0.deadline.start", "2018-02-30"), "“2018-02-30” is not a date: February 2018 has 28 days"),
        (setting("letters.0.deadline.calendar", "US-XX"), "deadline / calendar: “US-XX” is not a calendar. Did you mean US-"),
        (setting("letters.0.deadline.time", "5pm"), "“5pm” is not a time of day; write it like 17:00"),
        (setting("letters.0.amounts.0.usd", -1), "letters / january / amounts / number 1 / usd: must not be negative"),
        (setting("letters.0.amounts.0.usd", "5"), "usd: must be a whole number, not “5”"),
        (
            setting("letters.0.amounts.0.qualifier", "roughly"),
            "must be exactly, more than, at least, up to, less than, nearly, about or a year, not “roughly”",
        ),
        (setting("letters.0.amounts.0.usd_to", 4), "usd_to, the upper end of a range, must be larger than usd"),
        (setting("letters.0.recipients", "Denver, CO"), "letters / january / recipients: must be a list [ ], not “Denver, CO”"),
        (setting("letters.0.recipients.0", "Denver"), "recipients: there is no place “Denver” in this file's jurisdictions"),
        (setting("letters.0.recipients.1", "Denver, CO"), "recipients: “Denver, CO” appears 2 times"),
        (setting("letters.0.deadlines.0.who", "Chicago, IL"), "“Chicago, IL” is not a recipient of this letter"),
        (setting("events.0.kind", "anser"), "events / both-speak: kind must be one of answer, statement, deadline, finding"),
        (setting("events.1.extent", "whole"), "extent: must be full, partial, holding, refusal or unknown, not “whole”"),
        (setting("events.1.on", None), "events / denver-answers / on: must be a text, not null"),
        (setting("events.1.on", "2018-02-06T14:30"), "“2018-02-06T14:30” is not a date; write it like"),
        (setting("events.1.on", "between 2018-03-01 and 2018-02-01"), "ends before it begins"),
        (setting("events.1.certainty", "sure"), "certainty: must be announced, reported or confirmed, not “sure”"),
        (setting("events.1.sources", []), "events / denver-answers / sources: must name at least one"),
        (setting("events.1.sources", ["blog"]), "events / denver-answers: there is no source “blog” in this file"),
        (setting("letters.0.amounts.0.sources", ["blog"]), "letters / january / amounts / number 1: there is no source “blog”"),
        (setting("events.1.who", []), "events / denver-answers / who: must name at least one"),
        (setting("events.1.who", ["Chicago, IL"]), "who: “Chicago, IL” did not receive the letter january"),
        (setting("events.1.letter", "july"), "events / denver-answers / letter: there is no letter “july” in this file"),
        (setting("events.1.id", "both-speak"), "events: “both-speak” appears 2 times"),
        (setting("events.0.who", {"all_of": "july"}), "who / all_of: there is no letter “july” in this file"),
        (setting("events.0.who.except", ["Chicago, IL"]), "who / except: “Chicago, IL” did not receive the letter january"),
        (setting("events.0.who.except", ["Denver, CO", "Vermont"]), "events / both-speak / who: names nobody"),
        (setting("events.0.who.but", []), "events / both-speak / who / but: is not a key of this format here"),
        (setting("events.0.text", "  "), "events / both-speak / text: must not be empty"),
        (setting("events.0.text", "x" * 4001), "events / both-speak / text: is too long: 4,001 characters, at most 4,000"),
        (setting("events.0.text", "a\x00b"), "contains a character that cannot be stored"),
        (setting("events.0.text", "\ud800"), "contains characters that are not valid text"),
        (setting("events.2.stops_clock", 1), "events / chicago-rules / stops_clock: must be true or false, not “1”"),
        (setting("events.2", 3), "events / number 3: must be an object { }, not “3”"),
        (setting("jurisdictions.0.kind", "town hall"), "jurisdictions / Denver / kind: must be state, county, city"),
        (setting("jurisdictions.0.state", "XX"), "jurisdictions / Denver / state: “XX” is not the postal code of a state"),
        (setting("jurisdictions.1.name", "Denver, CO"), "jurisdictions: “Denver, CO” appears 2 times"),
        (setting("sources.news.url", "example.org"), "sources / news / url: “example.org” is not a web address"),
        (setting("sources.news.published", "January 2018"), "sources / news / published: “January 2018” is not a day"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(change: Any, message: str) -> None:
    assert any(message in line for line in mistakes(change)), mistakes(change)


def test_every_mistake_is_told_at_once() -> None:
    lines = mistakes(
        without("about"),
        setting("letters.0.deadline.on", "soon"),
        setting("events.0.certainty", "sure"),
        setting("events.1.sources", ["blog"]),
        setting("events.2.who", ["Boston, MA"]),
    )
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not valid JSON: line 1, column 1"),
        (b"{", "is not valid JSON"),
        (b"[]", "is not a Letterwatch record"),
        (b'{"format": "letterwatch record 2"}', "is not a Letterwatch record"),
        (b"\xff\xfe{}", "is not a UTF-8 text file"),
        (b"[" * 100_000, "JSON"),
        (b'{"format": "letterwatch record 1", "title": "a", "title": "b"}', "“title” appears twice in one object"),
    ],
)
def test_a_file_that_is_no_record_gets_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    with pytest.raises(CaseError, match=r"record\.json") as refused:
        load(file)
    assert message in str(refused.value)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(CaseError, match="cannot be read"):
            load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(SMALL), encoding="utf-8-sig")
    assert load(file) == record()


def test_what_reaches_a_terminal_is_printable() -> None:
    lines = mistakes(setting("events.0.id", "\x1b[31mred"))
    assert lines
    assert all(line.isprintable() for line in lines)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def every_path(value: object, path: str = "") -> list[str]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, inner in steps for one in [f"{path}.{step}".strip(".")] for found in (one, *every_path(inner, one))]


@given(st.sampled_from(every_path(SMALL)), junk)
def test_whatever_stands_somewhere_is_read_or_refused_in_words(path: str, value: object) -> None:
    raw = changed(setting(path, value))
    try:
        read(json.dumps(raw), "small.json")
    except CaseError as refused:
        assert str(refused).encode()

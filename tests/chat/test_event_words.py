"""/case event: kinds as people say them, consequences beyond the letter's, and amounts as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Answer
from tests.chat.conftest import Newsroom

PAGE = "https://example.org/page"
JANUARY = "38"  # Denver's case of the letter of 24 January 2018, which threatens four things
NOVEMBER = "6"  # Denver's case of the letter of 15 November 2017, which threatens nothing


async def form(room: Newsroom, kind: str, **options: str) -> Answer:
    return await room.alice.command(room.room, "case event", **{"case": JANUARY, "kind": kind, "source": PAGE, **options})


def rows(opened: Answer) -> dict[str, list[str]]:
    """The rows of a form, by the names of their fields: the choices of each, none for a text."""
    assert opened.modal is not None, opened.text
    fields: dict[str, list[str]] = {}
    for label in opened.modal["components"]:
        component: dict[str, Any] = label["component"]
        fields[component["custom_id"]] = [option["label"] for option in component.get("options", ())]
    return fields


STEPS = ["suit filed", "court ruling", "injunction", "appeal filed", "settlement", "court case closed"]
CUTS = (("withholding", "funds"), ("termination", "funding"))
STATES = ["announced", "carried out", "lifted", "blocked by a court"]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("court", {"step": STEPS, "court": [], "docket": []}),
        ("injunction", {"court": [], "docket": []}),
        ("sued", {"court": [], "docket": []}),
        ("appeal", {"step": ["appeal filed", "court ruling"], "court": [], "docket": []}),
        ("subpoena", {"state": STATES}),
        ("subpoena served", {}),
        ("press release", {"by": []}),
        ("clawback", {"state": STATES}),
        ("funding cut", {"meaning": [f"consequence: {name} of {what}, carried out" for name, what in CUTS]}),
        ("law enacted", {}),
        ("no violation", {}),
    ],
)
async def test_a_word_asks_for_no_more_than_it_leaves_open(
    on_memorial_day: Newsroom, kind: str, asked: dict[str, list[str]]
) -> None:
    opened = rows(await form(on_memorial_day, kind))
    del opened["text"]
    opened.pop("stops", None)
    assert opened == asked


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("subpoena served", "Recorded as consequence: subpoena, carried out. In one or two sentences, who said or did what"),
        ("ineligible", "Recorded as consequence: ineligibility for FY2017 Byrne JAG funding, carried out."),
        ("TRO", "Recorded as court: injunction. In one or two sentences, who said or did what"),
        ("law enacted", "In one or two sentences, who said or did what"),
        ("subpoena", "In one or two sentences, who said or did what"),
    ],
)
async def test_a_form_says_what_the_word_was_understood_as(on_memorial_day: Newsroom, kind: str, hint: str) -> None:
    opened = await form(on_memorial_day, kind)
    assert opened.modal is not None
    assert opened.modal["components"][-1]["description"] == hint


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("subpoena served", {}, "subpoena: carried out."),
        ("Subpoenaed", {}, "subpoena: carried out."),
        ("clawback", {"state": "announced"}, "return of FY2016 grants: announced."),
        ("ineligible", {}, "ineligibility for FY2017 Byrne JAG funding: carried out."),
        ("TRO", {"court": "D. Colo.", "stops": "no"}, "injunction (D. Colo.)."),
        ("appeal", {"step": "appeal", "court": "10th Cir.", "stops": "no"}, "appeal filed (10th Cir.)."),
        ("tweet", {"by": "The mayor"}, "public statement by The mayor."),
        ("notice of violation", {}, "the authority found a violation."),
        ("grant withheld", {}, "withholding of funds: carried out, not threatened in the letter."),
        ("funding cut", {"meaning": "1"}, "termination of funding: carried out, not threatened in the letter."),
        ("consequence", {"other": "a visit", "state": "announced"}, "a visit: announced, not threatened in the letter."),
        ("consequence", {"name": "subpoena", "state": "blocked"}, "subpoena: blocked by a court."),
    ],
)
async def test_a_word_records_what_it_says(on_memorial_day: Newsroom, kind: str, written: dict[str, str], shown: str) -> None:
    room = on_memorial_day
    receipt = await room.alice.submit(await form(room, kind), {**written, "text": "So it is."})
    assert f"**28 May 2018**: {shown} So it is." in receipt.text, receipt.text


async def test_a_consequence_beyond_the_letter_says_so_wherever_it_is_shown(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    opened = await form(room, "consequence", consequence="Loss of Accreditation", amount="more than $2 million")
    assert rows(opened) == {"state": STATES, "text": []}
    receipt = await room.alice.submit(opened, {"state": "carried-out", "text": "It is gone."})
    assert "Loss of Accreditation: carried out, not threatened in the letter." in receipt.text
    assert "more than $2,000,000 (“more than $2 million”)" in receipt.text
    status = (await room.bob.command(room.room, "status", jurisdiction="Denver")).text
    assert "- Loss of Accreditation: carried out on 28 May 2018, more than $2,000,000" in status
    assert status.count("not threatened in the letter") == 1
    history = await room.bob.command(room.room, "history", jurisdiction="Denver")
    while "Loss of Accreditation" not in history.text:
        history = await room.bob.press(history, "More")
    assert "Loss of Accreditation: carried out, not threatened in the letter." in history.text
    again = await form(room, "consequence", consequence="loss of  accreditation", amount="$5")
    lifted = await room.alice.submit(again, {"state": "lifted", "text": "It is back."})
    assert "Loss of Accreditation: lifted" in lifted.text, "it is the same consequence"


async def test_the_letters_own_consequence_is_meant_however_it_is_typed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for typed, name in (("SUBPOENA", "subpoena"), ("repayment", "return of FY2016 grants")):
        opened = await form(room, "consequence", consequence=typed)
        receipt = await room.alice.submit(opened, {"state": "announced", "text": "It is to come."})
        assert f"{name}: announced. It is to come." in receipt.text


async def test_one_consequence_is_chosen_or_written_and_not_both(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for written in ({"name": "subpoena", "other": "a visit"}, {"other": " "}):
        opened = await form(room, "consequence")
        refused = await room.alice.submit(opened, {"state": "announced", "text": "It is to come.", **written})
        assert "Give one consequence: choose it from the list, or write another one" in refused.text


async def test_a_form_offers_the_letters_own_consequences_first(on_memorial_day: Newsroom) -> None:
    names = rows(await form(on_memorial_day, "consequence"))["name"]
    assert names[:4] == [
        "subpoena",
        "return of FY2016 grants",
        "additional conditions on FY2017 Byrne JAG funding",
        "ineligibility for FY2017 Byrne JAG funding",
    ]
    assert names[4:6] == ["withholding of funds", "termination of funding"]
    assert names[6:] == ["lawsuit", "criminal prosecution", "contempt", "civil penalty"]
    beyond = rows(await form(on_memorial_day, "consequence", case=NOVEMBER))["name"]
    assert beyond[0] == "subpoena" and len(beyond) == 10


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["subpoena", "return of FY2016 grants"]),
        ("subp", ["subpoena", "subp"]),
        ("contempt", ["contempt"]),
        ("grant withheld", ["withholding of funds", "grant withheld"]),
        ("a visit", ["a visit"]),
    ],
)
async def test_consequences_are_offered_while_one_is_typed(on_memorial_day: Newsroom, typed: str, offered: list[str]) -> None:
    room = on_memorial_day
    choices = await room.alice.complete(room.room, "case event", "consequence", typed, case=JANUARY, kind="consequence")
    values = [choice["value"] for choice in choices]
    assert [value for value in values if value in offered] == offered
    assert values[0] == offered[0] or not typed.startswith("subp")
    assert len(values) <= 25


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", "consequence: subpoena"),
        ("subpoena", "consequence: subpoena: carried-out"),
        ("lawsuit", "court: filed"),
        ("lawsuit", "consequence: lawsuit: carried-out"),
        ("press rel", "statement"),
        ("grant with", "consequence: withholding of funds: carried-out"),
        ("injuncton", "court: injunction"),
        ("appeal", "court: appeal"),
        ("appeal", "court: ruling"),
    ],
)
async def test_each_thing_that_a_word_can_mean_is_offered(on_memorial_day: Newsroom, typed: str, offered: str) -> None:
    room = on_memorial_day
    choices = await room.alice.complete(room.room, "case event", "kind", typed)
    assert offered in [choice["value"] for choice in choices]
    opened = await form(room, offered)
    assert opened.modal is not None


async def test_a_word_that_is_not_known_is_offered_with_the_reason(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    [choice] = await room.alice.complete(room.room, "case event", "kind", "zzzz")
    assert choice["name"].startswith("Not clear: “zzzz” is not a known kind of event. Kinds: statement, finding")
    assert "“zzzz” is not a known kind of event." in (await form(room, "zzzz")).text


async def test_a_suit_is_asked_about_where_the_letter_threatens_one(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    entered = {"authority": "The authority", "sent": "2018-05-25", "source": PAGE}
    letter = await room.alice.command(room.room, "letter new", **entered)
    await room.alice.submit(letter, {"title": "Threat of May", "demand": "All files", "threatened": "legal action"})
    await room.alice.command(room.room, "case add", letter="Threat of May", jurisdictions="Denver, CO")
    opened = await form(room, "lawsuit", case="Denver Threat")
    assert rows(opened)["meaning"] == ["court: suit filed", *(f"consequence: legal action, {state}" for state in STATES)]
    receipt = await room.alice.submit(opened, {"meaning": "2", "stops": "no", "text": "The authority sues."})
    assert "legal action: carried out. The authority sues." in receipt.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("more than $2 million", "more than $2 million → more than $2,000,000"),
        ("$1-2 million", "$1-2 million → $1,000,000 to $2,000,000"),
        ("€5", "Not clear: “€5” is in another currency"),
        ("lots", "Not clear: “lots” is not an amount"),
    ],
)
async def test_an_amount_shows_how_it_is_understood(on_memorial_day: Newsroom, typed: str, shown: str) -> None:
    room = on_memorial_day
    [choice] = await room.alice.complete(room.room, "case event", "amount", typed)
    assert choice["name"].startswith(shown)
    assert choice["value"] == typed

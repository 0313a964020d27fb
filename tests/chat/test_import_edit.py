"""A draft is mended in forms before it is confirmed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.chat.client import BotClient
from bot.store import cases
from sandbox import Answer
from sandbox.forms import form_fields
from tests.chat.conftest import Newsroom
from tests.chat.test_import import PLAIN, SAMPLE, buttons, labels, of_file, pasted, record_button

TWO_LETTERS = """\
The Department of Justice on Thursday sent letters to the City of Seattle, Washington, and the State of Vermont,
demanding the production of documents about their grants by Feb. 23, 2018. Jurisdictions that do not respond in a timely
manner will be subject to a Department of Justice subpoena.

The Department of Justice also sent a letter to the City of Oakland, California, asking whether it follows the law.
"""
RECIPIENTS = [
    "Mobile, AL (city)",
    "Monterey County, CA (county)",
    "Savannah, GA (city)",
    "Honolulu, HI (city and county)",
    "Portland, ME (city)",
    "Michigan (state)",
    "Duluth, MN (city)",
    "Oregon (state)",
    "Erie County, PA (county)",
    "Newport, RI (city)",
    "Galveston, TX (city)",
]


def filled_in(form: Answer) -> dict[str, str]:
    """What stands in a form when it opens."""
    assert form.modal is not None
    return {field["custom_id"]: field.get("value", "") for _, field in form_fields(form.modal)}


async def edited(room: Newsroom, preview: Answer, button: str, **entries: str) -> Answer:
    """Alice opens a form of the preview and changes some of it: what comes back beside the preview."""
    return await room.alice.submit(await room.alice.press(preview, button), entries)


async def test_the_recipients_form_has_them_one_a_line(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    form = await newsroom.alice.press(preview, "Edit recipients")
    assert filled_in(form)["rows"].splitlines() == RECIPIENTS


async def test_rows_are_removed_renamed_and_added(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    lines = [line for line in RECIPIENTS if not line.startswith("Mobile")]
    lines[lines.index("Newport, RI (city)")] = "Newport, OR (city)"
    await edited(newsroom, preview, "Edit recipients", rows="\n".join([*lines, "Boulder, CO", ""]))
    assert "Mobile" not in preview.text
    newport = next(line for line in preview.text.splitlines() if "Newport" in line)
    assert "Newport, OR (city)" in newport and "“Newport, Rhode Island”" in newport, "the words of the text stay beside it"
    assert "- Boulder, CO (city)" in preview.text
    await newsroom.alice.press(preview, "Record 11 recipients")
    recorded = await labels(newsroom)
    assert {"Newport, OR", "Boulder, CO"} <= set(recorded) and "Mobile, AL" not in recorded and len(recorded) == 11


async def test_a_form_sent_as_it_opened_changes_nothing(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    before = preview.text
    for button in ("Edit letter", "Edit threats, source…", "Edit recipients"):
        await edited(newsroom, preview, button)
        assert preview.text == before, button


async def test_a_line_that_means_nothing_is_refused_and_the_text_given_back(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    before = preview.text
    answered = await edited(newsroom, preview, "Edit recipients", rows="Mobile, AL (city)\nSavanah\nUtica, NY (city)")
    [refused] = answered.followups
    answer = str(refused["components"])
    assert "Line 2, “Savanah”: no such place is known." in answer
    assert "Savannah, GA (city)" in answer, "the nearest name"
    assert "Utica, NY (city)" in answer, "what was typed"
    assert preview.text == before


async def test_a_name_that_may_be_several_places_is_chosen_by_a_button(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom, SAMPLE)
    assert "**Middlesex, NJ (kind not settled)** “Middlesex, New Jersey”" in preview.text
    assert not buttons(preview)["Record: 1 thing to settle first"]
    await newsroom.alice.press(preview, "Middlesex County, NJ (county)")
    assert "- Middlesex County, NJ (county) “Middlesex, New Jersey”" in preview.text
    assert "Which is meant?" not in preview.text and "Please check" not in preview.text
    assert buttons(preview)["Record 12 recipients"]


async def test_an_added_name_that_may_be_several_places_is_asked_about(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    await edited(newsroom, preview, "Edit recipients", rows="\n".join([*RECIPIENTS, "Middlesex, NJ"]))
    assert buttons(preview)["Middlesex County, NJ (county)"]
    await edited(newsroom, preview, "Edit recipients", rows="\n".join(RECIPIENTS))
    assert buttons(preview)["Record 11 recipients"]


async def test_a_place_in_no_list_can_be_written_out(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    added = [*RECIPIENTS, "Harbor Lights Authority (institution)", "Nowhereville, NV (town)"]
    await edited(newsroom, preview, "Edit recipients", rows="\n".join(added))
    assert "Nowhereville, NV (town)" in preview.text and "check the spelling" in preview.text
    assert buttons(preview)["Record 13 recipients"]


async def test_a_place_the_server_knows_goes_by_its_own_names(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await pasted(room)
    await edited(room, preview, "Edit recipients", rows="\n".join([*RECIPIENTS, "NYC"]))
    assert "- New York City, NY (city)\n" in preview.text


async def test_the_letter_is_mended_in_its_form(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    form = await newsroom.alice.press(preview, "Edit letter")
    there = filled_in(form)
    assert (there["authority"], there["sent"]) == ("U.S. Department of Justice", "2018-01-22")
    assert there["deadline"] == "2018-02-23 America/New_York"
    await newsroom.alice.submit(
        form, {"title": "Harbor lights", "authority": "The Authority", "sent": "Jan 23, 2018", "deadline": "30 days"}
    )
    assert "## Draft: Harbor lights" in preview.text
    assert "From: The Authority" in preview.text
    assert "Dated: Tue 23 January 2018" in preview.text
    assert "Deadline: **Thu 22 February 2018, end of day EST**" in preview.text
    assert "day 30 is" in preview.text
    await edited(newsroom, preview, "Edit letter", sent="Jan 22, 2018")
    assert "The deadline was counted again" in preview.text
    assert "Deadline: **Wed 21 February 2018" in preview.text
    await edited(newsroom, preview, "Edit letter", deadline="2018-02-26 17:00")
    assert "Deadline: **Mon 26 February 2018, 17:00 EST**" in preview.text


async def test_another_time_on_a_deadline_stays_in_the_time_zone_of_the_text(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    await edited(newsroom, preview, "Edit letter", deadline="2018-02-23 5 p.m. PT")
    there = filled_in(await newsroom.alice.press(preview, "Edit letter"))
    assert there["deadline"] == "2018-02-23 17:00 America/Los_Angeles"
    await edited(newsroom, preview, "Edit letter", deadline=there["deadline"].replace("17:00", "16:00"))
    assert "Deadline: **Fri 23 February 2018, 16:00 PST**" in preview.text


async def test_without_a_deadline_nothing_is_counted_down_and_the_button_says_so(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    await edited(newsroom, preview, "Edit letter", deadline="")
    assert "Deadline: **none. There will be no countdown.**" in preview.text
    receipt = await newsroom.alice.press(preview, "Record 11 recipients without a deadline")
    assert "Deadline: none. There is no countdown." in receipt.text


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ({"sent": "01/02/2018x"}, "cannot be read as a date"),
        ({"sent": "2018-01-25"}, "is in the future"),
        ({"deadline": "2017-12-31"}, "is before the letter"),
        ({"title": " "}, "The title is empty"),
    ],
)
async def test_what_cannot_be_is_refused_with_what_was_typed(
    newsroom: Newsroom, bot: BotClient, entries: dict[str, str], refusal: str
) -> None:
    preview = await pasted(newsroom)
    before = preview.text
    answered = await edited(newsroom, preview, "Edit letter", demand="All the ledgers", **entries)
    answer = str(answered.followups)
    assert refusal in answer and "All the ledgers" in answer
    assert preview.text == before


async def test_threats_basis_and_the_letter_it_goes_into_have_a_form(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await pasted(room)
    await edited(room, preview, "Edit threats, source…", threatened="subpoena\nloss of the lights", legal_basis="")
    assert "loss of the lights" in preview.text and "Legal basis" not in preview.text
    await edited(room, preview, "Edit threats, source…", letter="2018-04-12-oakland")
    assert "To be added to **Request to Oakland" in preview.text
    await edited(room, preview, "Edit threats, source…", letter="")
    assert "To be recorded as **a new letter**" in preview.text


async def test_a_date_that_can_be_read_two_ways_is_chosen_by_a_button(newsroom: Newsroom, bot: BotClient) -> None:
    newsroom.clock.set(datetime(2018, 4, 1, 12, tzinfo=UTC))
    text = PLAIN.replace("Monday, January 22, 2018", "").replace("Justice today sent", "Justice on 2/3/2018 sent")
    preview = await pasted(newsroom, text)
    assert "“2/3/2018” can be read as 3 February 2018 or as 2 March 2018" in preview.text
    await newsroom.alice.press(preview, "3 February 2018")
    assert "Dated: Sat 3 February 2018" in preview.text and "can be read as" not in preview.text
    assert buttons(preview)["Record 11 recipients"]


async def test_of_a_text_about_two_letters_one_is_recorded_at_a_time(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom, TWO_LETTERS)
    assert "Record one letter at a time." in preview.text
    assert "— no documents demanded" in preview.text
    await newsroom.alice.press(preview, "Only “documents demanded” (2)")
    assert "Oakland" not in preview.text.partition("recipients")[2]
    assert "The text says the letters were sent" in preview.text
    assert "What day was it? (**Edit letter**)" in preview.text, "an open question names the form that settles it"
    await edited(newsroom, preview, "Edit letter", sent="2018-01-23")
    assert "## Draft: Letter of 23 January 2018" in preview.text
    await newsroom.alice.press(preview, record_button(preview))
    assert await labels(newsroom) == ["Seattle, WA", "Vermont"]


async def test_changes_made_at_once_are_both_kept(newsroom: Newsroom, bot: BotClient) -> None:
    """Two forms opened from one state of the draft, as on two devices."""
    preview = await pasted(newsroom)
    letter = await newsroom.alice.press(preview, "Edit letter")
    rows = await newsroom.alice.press(preview, "Edit recipients")
    more = await newsroom.alice.press(preview, "Edit recipients")
    without_mobile = [line for line in RECIPIENTS if not line.startswith("Mobile")]
    await asyncio.gather(
        newsroom.alice.submit(letter, {"title": "Harbor lights"}),
        newsroom.alice.submit(rows, {"rows": "\n".join(without_mobile)}),
        newsroom.alice.submit(more, {"rows": "\n".join([*RECIPIENTS, "Boulder, CO (city)"])}),
    )
    await edited(newsroom, preview, "Edit letter")
    assert "Harbor lights" in preview.text and "Boulder, CO (city)" in preview.text and "Mobile" not in preview.text


async def test_three_hundred_recipients_are_turned_page_by_page(newsroom: Newsroom, bot: BotClient) -> None:
    names = [f"Place {number}" for number in range(300)]
    table = "jurisdiction,kind,state,title,authority,sent,deadline\n" + "".join(
        f"{name},town,VT,Demand,The Authority,2018-01-22,2018-02-23\n" for name in names
    )
    preview = await of_file(newsroom, "recipients.csv", table.encode())
    seen = set()
    for _ in range(40):
        form = await newsroom.alice.press(preview, "Edit recipients")
        shown = filled_in(form)["rows"].splitlines()
        assert all(line in preview.text for line in shown)
        seen |= set(shown)
        if not buttons(preview)["More"]:
            break
        await newsroom.alice.press(preview, "More")
    assert len(seen) == 300
    await edited(newsroom, preview, "Edit recipients", rows="\n".join(shown[1:]))
    assert shown[0] not in preview.text
    await newsroom.alice.press(preview, "Record 299 recipients")
    async with newsroom.db.read() as conn:
        assert len(await cases.of_server(conn, newsroom.guild.id)) == 299


async def test_a_draft_of_nobody_can_be_filled_by_hand(newsroom: Newsroom, bot: BotClient) -> None:
    text = PLAIN.partition("The letters were sent to")[0].replace("11 jurisdictions", "jurisdictions")
    preview = await pasted(newsroom, text)
    assert "No recipient was found. Add the recipients." in preview.text
    await edited(newsroom, preview, "Edit recipients", rows="Boulder, CO (city)")
    assert record_button(preview) == "Record 1 recipient"

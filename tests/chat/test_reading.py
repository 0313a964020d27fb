"""What everybody may ask."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from bot.watch.tick import tick
from tests.chat.conftest import LETTER_READER, MEMORIAL_DAY, Newsroom, connected
from tests.recording import Desk

LATE_FEBRUARY = datetime(2018, 2, 26, 17, tzinfo=UTC)


async def test_status_says_where_it_stands_what_was_asked_and_who_says_so(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction="Denver")
    assert not answer.ephemeral
    assert answer.text.startswith("## Denver, CO — overdue by 94 days\n")
    assert "Deadline: **Fri 23 February 2018, end of day EST** (<t:1519448399:f>), 94 days ago" in answer.text
    assert "Next alert: Fri 1 June 2018, 09:00 EDT, monthly after the deadline" in answer.text
    assert "No answer is recorded." in answer.text
    assert "Threatened, nothing further recorded: subpoena; return of FY2016 grants" in answer.text
    assert "**between 25 January 2018 and 7 February 2018** (as reported): public statement by Mayor Hancock" in answer.text
    assert "[Report on the January letter to Denver](<https://www.denverpost.com/" in answer.text


EARLIER = [
    ("Denver", "2018-02-01", "Denver, CO — awaiting answer, 22 days left"),
    ("city and county of denver", "Feb 24, 2018", "Denver, CO — overdue by 1 day"),
    ("West Palm Beach", "2018-02-24", "9:18-cv-80131), deadline passed 1 day ago"),
    ("West Palm Beach", "2018-03-28", "West Palm Beach, FL — cleared on 27 March 2018"),
    ("Seattle", "2018-02-01", "Seattle, WA — answered in December 2017 (as announced)"),
    ("Washington DC", "2018-04-20", "Washington, D.C. — cleared on 12 April 2018"),
    ("Louisville", "2018-02-01", "Louisville Metro, KY — awaiting answer, 22 days left"),
]


async def test_status_on_an_earlier_day(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    for place, on, headline in EARLIER:
        with subtests.test(f"{place} on {on}"):
            answer = await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction=place, on=on)
            assert headline in answer.text
            assert "As of" in answer.text


async def test_a_day_is_one_in_the_zone_of_the_deadline(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    """Denver is due on 23 February in New York, wherever the server is."""
    days = {"2018-02-22": "1 day left", "2018-02-23": "due today", "2018-02-24": "overdue by 1 day"}
    for zone in ("America/Denver", "Pacific/Honolulu", "Asia/Tokyo", "Pacific/Auckland", "UTC"):
        await on_memorial_day.olga.command(on_memorial_day.room, "settings timezone", timezone=zone)
        for on, headline in days.items():
            with subtests.test(f"{on} in {zone}"):
                answer = await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction="Denver", on=on)
                assert headline in answer.text.splitlines()[0]


async def test_a_day_that_has_begun_where_the_deadline_is_can_be_asked_for(on_memorial_day: Newsroom) -> None:
    """At half past midnight in New York it is still the evening before in Denver, and in Tokyo the afternoon."""
    on_memorial_day.clock.set(datetime(2018, 5, 30, 4, 30, tzinfo=UTC))

    async def asked(on: str) -> str:
        answer = await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction="Denver", on=on)
        return answer.text

    await on_memorial_day.olga.command(on_memorial_day.room, "settings timezone", timezone="America/Denver")
    now = await asked("2018-05-30")
    assert now.startswith("## Denver, CO — overdue by 96 days\nAs of now: 30 May 2018 is not over where the deadline is")
    assert (await asked("2018-05-29")).startswith("## Denver, CO — overdue by 95 days\nAs of 29 May 2018, end of day")
    assert "Thu 31 May 2018 is in the future (today is Tue 29 May 2018)" in await asked("2018-05-31")
    on_memorial_day.clock.set(datetime(2018, 5, 30, 3, 30, tzinfo=UTC))
    assert "Wed 30 May 2018 is in the future (today is Tue 29 May 2018)" in await asked("2018-05-30")
    await on_memorial_day.olga.command(on_memorial_day.room, "settings timezone", timezone="Asia/Tokyo")
    assert "\nAs of now: 30 May 2018 is not over where the deadline is" in await asked("2018-05-30")


async def test_a_place_without_a_letter_by_then_is_not_said_to_have_none(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction="Oakland", on="2018-02-01")
    assert "No letter to Oakland, CA is recorded up to 1 February 2018." in answer.text


async def test_status_of_one_letter_only(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.bob.command(
        on_memorial_day.room, "status", jurisdiction="Denver", letter="2017-11-15-inquiry"
    )
    assert "#6 Compliance inquiry" in answer.text
    assert "Document demand" not in answer.text


async def test_a_letter_that_went_to_others_is_said_to(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "status", jurisdiction="Denver", letter="2018-04-12-oakland")
    assert answer.text == "Denver, CO is not recorded as a recipient of “Request to Oakland of 12 April 2018”."


async def test_a_name_of_two_places_is_asked_about(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    places = "Jackson, MI (city); Jackson, WY (town)"
    await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=places)
    asked = await room.bob.command(room.room, "status", jurisdiction="Jackson")
    assert "“Jackson” may be Jackson, MI (city), Jackson, MS (city) or Jackson, WY (town)" in asked.text
    answer = await room.bob.press(asked, "Jackson, MS (city)")
    assert "## Jackson, MS — overdue by 94 days" in answer.text


async def test_a_name_of_one_place_with_a_letter_says_who_else_goes_by_it(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "status", jurisdiction="New York")
    assert answer.text.startswith("## New York City, NY")
    while "Also recorded under this name: New York (state), no letter." not in answer.text:
        answer = await room.bob.press(answer, "More")
    [state, *_] = await room.bob.complete(room.room, "status", "jurisdiction", "new york state")
    answer = await room.bob.command(room.room, "status", jurisdiction=state["value"])
    assert answer.text.startswith("## New York\n")
    assert "Also recorded" not in answer.text


async def test_names_complete_from_a_few_letters_and_forgive_mistakes(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day

    async def offered(text: str) -> list[str]:
        choices = await room.bob.complete(room.room, "status", "jurisdiction", text)
        return [choice["value"] for choice in choices]

    assert "Denver, CO" in await offered("den")
    assert "Denver, CO" in await offered("denvr")
    assert "Louisville Metro, KY" in await offered("Louisvile")
    assert len(await offered("")) == 25


async def test_letters_complete_by_a_word_of_the_title(on_memorial_day: Newsroom) -> None:
    choices = await on_memorial_day.bob.complete(on_memorial_day.room, "letter show", "letter", "oakland")
    assert choices == [{"name": "Request to Oakland of 12 April 2018 — sent 12 April 2018", "value": "2018-04-12-oakland"}]


async def test_words_that_fit_one_letter_mean_that_one(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for words in ("oakland", "request 2018-04-12", "Request to Oakland of 12 April 2018 — sent 12 April 2018"):
        answer = await room.bob.command(room.room, "letter show", letter=words)
        assert answer.text.startswith("## Request to Oakland of 12 April 2018"), words


async def test_deadlines_come_by_date_with_the_letters_apart(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.bob.command(on_memorial_day.room, "deadlines")
    assert "49 cases, by date" in answer.text
    november = answer.text.index("Fri 8 December 2017")
    january = answer.text.index("Fri 23 February 2018")
    assert november < january < answer.text.index("Mon 14 May 2018") < answer.text.index("No deadline is recorded")


async def test_deadlines_by_status_and_state(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "deadlines", status="overdue", state="California", letter="2018-01-24-documents")
    assert answer.text.startswith("## Deadlines: overdue, California, Document demand of 24 January 2018\n9 cases")
    none = await room.bob.command(room.room, "deadlines", within=3)
    assert "No open case matches." in none.text


async def test_history_keeps_what_was_corrected(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    recorded = await room.alice.command(
        room.room, "case answer", case="55", extent="full", source="Letter of 20 May", text="The city answers.", on="2018-05-20"
    )
    await room.alice.press(recorded, "Undo")
    answer = await room.bob.command(room.room, "history", jurisdiction="Oakland")
    struck = "~~**20 May 2018**: full answer. The city answers. (Letter of 20 May) · recorded 28 May 2018 by Alice~~"
    assert f"{struck} corrected on 28 May 2018 by Alice" in answer.text
    assert answer.text.index("letter sent") < answer.text.index("full answer")


async def test_letters_count_their_recipients_by_status(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.bob.command(on_memorial_day.room, "letters")
    assert "23 recipients: 21 overdue (of these 1 answered, extent unknown); 2 cleared" in answer.text
    assert answer.text.index("Request to Oakland") < answer.text.index("Compliance inquiry")


async def test_letters_say_where_recipients_have_other_deadlines_or_unknown_ones(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "letters")
    assert "Deadline: Mon 14 May 2018, end of day EDT (<t:1526356799:f>); none recorded for 1\n" in answer.text
    assert "Deadline: Fri 23 February 2018, end of day EST (<t:1519448399:f>)\n" in answer.text
    moved = {"case": "38", "deadline": "2018-06-29", "granted_by": "The authority", "source": "Letter of May"}
    await room.alice.command(room.room, "case extend", **moved)
    answer = await room.bob.command(room.room, "letters")
    assert "(<t:1519448399:f>); Fri 29 June 2018, end of day EDT (<t:1530331199:f>) for 1\n" in answer.text


async def test_the_deadlines_of_a_letter_with_an_extension_are_each_explained(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    moved = {"case": "38", "deadline": "2018-06-29", "granted_by": "The authority", "source": "Letter of May"}
    await room.alice.command(room.room, "case extend", **moved)
    answer = await room.bob.command(room.room, "deadlines", letter="2018-01-24-documents")
    assert answer.text.index("Fri 23 February 2018") < answer.text.index("Fri 29 June 2018")
    assert str(answer.message).count("Why this date") == 2


async def test_a_letter_shows_its_recipients_by_status(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "letter show", letter="Document demand of 24 January 2018")
    assert "In the letter's words: “by Feb. 23”" in answer.text
    assert "At stake: $179,618,386" in answer.text
    more = await room.bob.press(answer, "More")
    assert "**Overdue by 94 days** (20)" in more.text


async def test_the_schedule_says_what_will_be_posted_where_and_when(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    room.clock.set(LATE_FEBRUARY)
    await Desk(room.db, room.guild.id).letter(LATE_FEBRUARY, LATE_FEBRUARY.date().replace(month=3, day=5), ["Albany"])
    answer = await room.bob.command(room.room, "schedule", days=7)
    where = f"in <#{room.alerts.id}>"
    assert f"**Sun 4 March 2018, 09:00 EST** {where}: 1 day before the deadline — Demand: 1 case (Albany, NY)" in answer.text
    of_one_message = answer.text.split(f"**Fri 2 March 2018, 09:00 EST** {where}")[1].splitlines()
    assert of_one_message[1] == "  - 3 days before the deadline — Demand: 1 case (Albany, NY)"
    assert of_one_message[2] == "  - 7 days after the deadline — Document demand of 24 January 2018: 21 cases"


async def test_pages_turn_after_a_restart(newsroom: Newsroom) -> None:
    newsroom.clock.set(MEMORIAL_DAY)
    await newsroom.load()
    async for _ in connected(newsroom):
        answer = await newsroom.bob.command(newsroom.room, "history", jurisdiction="West Palm Beach")
        assert "Page 1 of" in answer.text
    async for _ in connected(newsroom):
        turned = await newsroom.bob.press(answer, "More")
        assert "Page 2 of" in turned.text


async def test_another_server_sees_nothing_of_it(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for command, options in (("status", {"jurisdiction": "Denver"}), ("history", {"jurisdiction": "Denver"})):
        answer = await room.charlie.command(room.away, command, **options)
        assert answer.ephemeral
        assert answer.text == "No place called “Denver” is recorded on this server."
    assert "No letters are recorded yet" in (await room.charlie.command(room.away, "letters")).text
    assert "No open case" in (await room.charlie.command(room.away, "deadlines")).text
    assert await room.charlie.complete(room.away, "status", "jurisdiction", "den") == []


async def test_while_a_long_text_is_read_questions_are_answered_and_alerts_are_planned(on_memorial_day: Newsroom) -> None:
    """The process that reads it stands still until both have happened."""
    room = on_memorial_day
    LETTER_READER.prepare()
    assert LETTER_READER._ready
    reading = LETTER_READER._ready[0].pid
    os.kill(reading, signal.SIGSTOP)
    try:
        file = room.sandbox.world.add_file("release.txt", b"The harbor office wrote to Boulder, Colorado. " * 1_000)
        waiting = asyncio.create_task(room.alice.command(room.room, "import", file=file))
        while LETTER_READER._ready:
            await asyncio.sleep(0.01)
        assert "overdue by 94 days" in (await room.bob.command(room.room, "status", jurisdiction="Denver")).text
        assert sum([planned async for planned in tick(room.db, MEMORIAL_DAY + timedelta(days=7))])
        assert not waiting.done()
    finally:
        os.kill(reading, signal.SIGCONT)
    assert "Boulder, CO" in (await waiting).text

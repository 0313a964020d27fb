"""Deadlines as they are typed: rules with a start and a calendar, extensions, and what is understood, told while typing."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.record.events import DeadlineSet
from bot.store import cases
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from sandbox.bus import Json
from tests.chat.conftest import Newsroom, connected, count
from tests.chat.test_recording import announced, record_letter
from tests.recording import Desk

PAGE = "https://example.org/extension"
GRANTED = {"granted_by": "The authority", "source": PAGE}
DAY_AFTER = datetime(2018, 2, 24, 17, tzinfo=UTC)


async def in_force(room: Newsroom, number: int) -> DeadlineSet:
    async with room.db.read() as conn:
        case = await cases.numbered(conn, room.guild.id, number)
    assert case is not None
    event = case.at(room.clock.now()).deadline_event
    assert event is not None
    assert isinstance(event.detail, DeadlineSet)
    return event.detail


async def offered(room: Newsroom, command: str, option: str, text: str, **others: str) -> list[tuple[str, str]]:
    choices = await room.alice.complete(room.room, command, option, text, **others)
    return [(choice["name"], choice["value"]) for choice in choices]


RULES = [
    ({"deadline": "30 days"}, "Sun 24 June 2018, end of day EDT", "Counted from Friday, 25 May 2018"),
    ({"deadline": "30 days", "calendar": "US"}, "Mon 25 June 2018, end of day EDT", "Calendar: US"),
    ({"deadline": "within thirty (30) days from the date hereof."}, "Sun 24 June 2018", "Counted from Friday, 25 May 2018"),
    ({"deadline": "30 days of the date of this demand", "calendar": "US"}, "Mon 25 June 2018", "Friday, 25 May 2018"),
    ({"deadline": "20 business days", "calendar": "us-ca"}, "Mon 25 June 2018", "Calendar: US-CA"),
    ({"deadline": "14 days + mail"}, "Mon 11 June 2018", "3 days more for mail"),
    ({"deadline": "72 hours", "counted_from": "2018-05-26 10:23"}, "Tue 29 May 2018, 10:23 EDT", "10:23 EDT on"),
    (
        {"deadline": "10 days before", "counted_from": "July 9, 2018"},
        "Fri 29 June 2018",
        "Counted back from Monday, 9 July 2018",
    ),
    ({"deadline": "30 days after receipt", "counted_from": "yesterday"}, "Tue 26 June 2018", "30 days after receipt"),
    ({"deadline": "June 8, 2018 5:00 p.m. ET"}, "Fri 8 June 2018, 17:00 EDT", "Rule: a date and a time"),
    ({"deadline": "in 30 days", "sent": "today"}, "Wed 27 June 2018, end of day", "Rule: a date"),
    ({"deadline": "thursday"}, "Thu 31 May 2018, end of day", "Rule: a date"),
]


class ClockAtMidnight:
    """Shows 23:59:59 in New York twice, then the next day."""

    def __init__(self) -> None:
        self.moments = iter([datetime(2018, 5, 29, 3, 59, 59, tzinfo=UTC)] * 2)

    def now(self) -> datetime:
        return next(self.moments, datetime(2018, 5, 29, 4, 0, 0, tzinfo=UTC))

    def monotonic(self) -> float:
        return 0.0


async def test_tomorrow_is_one_day_in_all_options_of_a_command(on_memorial_day: Newsroom, bot: BotClient) -> None:
    bot.clock = ClockAtMidnight()
    receipt = await record_letter(on_memorial_day, sent="today", deadline="tomorrow")
    assert "sent Monday, 28 May 2018" in receipt.text
    assert "Deadline: Tue 29 May 2018" in receipt.text


async def test_a_letters_deadline_is_a_date_or_any_rule(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    for number, (options, due, work) in enumerate(RULES):
        with subtests.test(str(options)):
            receipt = await record_letter(on_memorial_day, f"Demand {number}", **options)
            assert f"Deadline: {due}" in receipt.text
            assert work in receipt.text


REFUSED = [
    ({"deadline": "30 days after receipt"}, "is counted from “receipt”, and that day is not known. Give it in counted\\_from"),
    ({"deadline": "10 days before"}, "is counted from a day that is not known. Give it in counted\\_from"),
    ({"deadline": "72 hours"}, "are counted from a moment"),
    ({"deadline": "2018-06-08", "calendar": "US"}, "is a date, Fri 8 June 2018, so nothing is counted. Leave calendar out."),
    ({"counted_from": "2018-05-26"}, "With counted\\_from, deadline needs a rule, like 30 days."),
    ({"deadline": "30 days", "calendar": "Mars"}, "“Mars” is not a calendar."),
    ({"deadline": "30 days", "counted_from": "soon"}, "cannot be read as a date"),
    ({"deadline": "0 days"}, "leaves no time"),
    ({"deadline": "soon"}, "cannot be read as a date with certainty"),
    ({"deadline": "in 30 days"}, "can be read as 24 June 2018 or as 27 June 2018, from the letter's day or from today"),
    ({"deadline": "tuesday 5 p.m.", "sent": "2018-05-18"}, "“tuesday” can be read as 22 May 2018 or as 29 May 2018"),
]


async def test_what_cannot_be_counted_is_refused(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    for options, why in REFUSED:
        with subtests.test(str(options)):
            entered = {"authority": "The authority", "sent": "2018-05-25", "source": PAGE, **options}
            answer = await room.alice.command(room.room, "letter new", **entered)
            assert why in answer.text
            assert answer.modal is None


async def test_recipients_may_have_a_rule_of_their_own(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room, deadline="2018-06-08")
    receipt = await room.alice.command(
        room.room, "case add", letter="Demand of May", jurisdictions="Denver", deadline="20 business days", calendar="US"
    )
    assert "Deadline: Mon 25 June 2018" in receipt.text
    assert "Memorial Day" in receipt.text
    shown = await room.bob.press(await room.bob.command(room.room, "status", jurisdiction="Denver"), "why:56")
    assert "Rule: 20 business days" in shown.text


async def test_plus_fourteen_days_counts_from_the_deadline_in_force_and_keeps_its_hour(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.alice.command(room.room, "case extend", case="38", deadline="June 1, 2018 5 p.m.", **GRANTED)
    receipt = await room.alice.command(room.room, "case extend", case="38", deadline="+14 days", **GRANTED)
    assert "deadline extended to Fri 15 June 2018, 17:00 EDT" in receipt.text
    assert "Extends the deadline of Friday, 1 June 2018, 17:00" in receipt.text
    assert "the time of day stays: 17:00" in receipt.text
    assert "-# When: Monday, 28 May 2018 (America/New\\_York)" in receipt.text
    assert (await in_force(room, 38)).deadline.time == time(17)


async def test_an_extension_rolls_by_its_calendar(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    entered = {"case": "38", "deadline": "+100 days", **GRANTED}
    receipt = await room.alice.command(room.room, "case extend", calendar="US", on="2018-02-20", **entered)
    assert "deadline extended to Mon 4 June 2018" in receipt.text, "100 days after Friday 23 February is Sunday 3 June"


async def test_a_states_letter_and_its_extension_name_its_calendar_and_no_federal_law(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    rule = {"deadline": "10 business days", "calendar": "US-OH"}
    receipts = [await record_letter(room, authority="Ohio Attorney General", **rule)]
    receipts.append(await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver"))
    receipts.append(await room.alice.command(room.room, "case extend", case="56", deadline="+10 business days", **GRANTED))
    assert "deadline extended to Mon 25 June 2018" in receipts[-1].text
    status = await room.bob.command(room.room, "status", jurisdiction="Denver")
    receipts.append(await room.bob.press(status, "why:56"))
    for receipt in receipts:
        assert "by the counting convention of Letterwatch with the holidays of the calendar US-OH" in receipt.text
        assert "U.S.C." not in receipt.text and "Fed. R." not in receipt.text
    assert receipts[2].text.count("Calendar: US-OH") == 1


async def test_a_count_is_refused_with_both_readings_and_offered_both_ways(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.alice.command(room.room, "case extend", case="38", deadline="2018-06-01", **GRANTED)
    before = await count(room)
    refused = await room.alice.command(room.room, "case extend", case="38", deadline="14 days", **GRANTED)
    assert (
        "can be read as Mon 11 June 2018 (counted from today) or as Fri 15 June 2018 (counted from the deadline" in refused.text
    )
    assert "Write +14 days, or counted\\_from:2018-05-28, or the date you mean." in refused.text
    assert await count(room) == before
    assert await offered(room, "case extend", "deadline", "14 days", case="38") == [
        ("+14 days → Friday, 15 June 2018, end of day EDT (from 1 June 2018; nothing moves it)", "+14 days"),
        ("Monday, 11 June 2018, end of day EDT (America/New_York)", "2018-06-11"),
    ]


async def test_an_extension_may_count_from_what_happened(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    events = await offered(room, "case extend", "counted_from", "", case="38")
    assert events[:2] == [
        ("Friday, 23 February 2018: the deadline in force", "2018-02-23"),
        ("24 January 2018: letter sent", "2018-01-24"),
    ]
    assert [value for _, value in await offered(room, "case extend", "counted_from", "sent", case="38")] == ["2018-01-24"]
    entered = {"case": "38", "deadline": "150 days", "counted_from": "2018-01-24", **GRANTED}
    receipt = await room.alice.command(room.room, "case extend", **entered)
    assert "deadline extended to Sat 23 June 2018" in receipt.text
    assert "no calendar was named, so nothing moves it" in receipt.text


EXTENSIONS = [
    ({"deadline": "+14 days", "counted_from": "2018-05-01"}, "Leave the + out to count from counted\\_from."),
    ({"deadline": "+soon"}, "cannot be added to a deadline"),
    ({"deadline": "+14 days"}, "Fri 9 March 2018 is not later than today"),
    ({"deadline": "+30 hours"}, "are counted from a moment"),
    ({"deadline": "30 days after the hearing"}, "is counted from “the hearing”, and that day is not known."),
    (
        {"deadline": "200 days from the date of this letter"},
        "of the letter that grants this, or of the demand (24 January 2018)",
    ),
    ({"deadline": "2018-06-01", "on": "tomorrow"}, "29 May 2018 is in the future"),
    ({"deadline": "2018-02-10", "on": "2018-02-20"}, "is not later than the day it was granted (Tue 20 February 2018)"),
]


async def test_extensions_that_cannot_be_meant_are_refused(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    before = await count(room)
    for options, why in EXTENSIONS:
        with subtests.test(str(options)):
            answer = await room.alice.command(room.room, "case extend", **{"case": "38", **GRANTED, **options})
            assert why in answer.text
    assert await count(room) == before


async def test_an_extension_that_has_passed_is_recorded_as_of_the_day_it_was_granted(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    entered = {"case": "38", "deadline": "2018-03-09", "on": "2018-02-20", **GRANTED}
    receipt = await room.alice.command(room.room, "case extend", **entered)
    assert "Now: **overdue by 80 days**" in receipt.text
    earlier = await room.bob.command(room.room, "status", jurisdiction="Denver", letter="2018-01-24-documents", on="2018-03-01")
    assert "awaiting answer, 8 days left" in earlier.text


async def test_an_extension_ends_the_old_countdown_plans_the_new_one_and_is_announced_once(
    newsroom: Newsroom, bot: BotClient
) -> None:
    room = newsroom
    await Desk(room.db, room.guild.id).letter(room.clock.now(), to=["Denver"])
    watch = Watch(room.db, room.clock, Delivery(room.db, room.clock, DiscordPoster(bot)))
    room.clock.set(datetime(2018, 2, 20, 17, tzinfo=UTC))
    await watch.turn()
    await room.alice.command(room.room, "case extend", case="1", deadline="+14 days", **GRANTED)
    for day in range(20, 29):
        room.clock.set(datetime(2018, 2, day, 18, tzinfo=UTC))
        await watch.turn()
    texts = [str(message["components"]) for message in room.sandbox.messages(room.alerts)]
    assert sum("deadline extended to Fri 9 March 2018" in text for text in texts) == 1
    assert not any("Deadline passed" in text for text in texts)
    assert "2 March 2018" in (await room.bob.command(room.room, "schedule")).text
    assert await announced(room) == ["deadline"]
    room.clock.set(datetime(2018, 3, 10, 18, tzinfo=UTC))
    await watch.turn()
    passed = await room.sandbox.message_in(room.alerts, "Deadline passed")
    why = await room.bob.press(passed, "Why this date")
    assert why.ephemeral
    assert "**Fri 9 March 2018, end of day EST" in why.text
    assert "Extends the deadline of Friday, 23 February 2018, end of day" in why.text
    assert "Set by an extension, granted by The authority" in why.text


LOCALES = [
    ("en-US", [("Friday, 2 March 2018 (America/New_York)", "2018-03-02")]),
    ("en-GB", [("Saturday, 3 February 2018 (America/New_York)", "2018-02-03")]),
    ("de", [("Saturday, 3 February 2018 (America/New_York)", "2018-02-03")]),
    (
        "ja",
        [
            ("Friday, 2 March 2018 (America/New_York)", "2018-03-02"),
            ("Saturday, 3 February 2018 (America/New_York)", "2018-02-03"),
        ],
    ),
]


async def test_numbers_in_a_date_go_by_the_servers_locale(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    answer = {"case": "38", "extent": "partial", "source": PAGE, "text": "200 pages.", "on": "3/2/2018"}
    for locale, choices in LOCALES:
        with subtests.test(locale):
            room.guild.locale = locale
            assert await offered(room, "case answer", "on", "3/2/2018") == choices
            receipt = await room.alice.command(room.room, "case answer", **answer)
            if len(choices) == 2:
                assert "can be read as 2 March 2018 or as 3 February 2018" in receipt.text
            else:
                assert f"When: {choices[0][0]}".replace("_", "\\_") in receipt.text


ECHOES = [
    ("case answer", "on", "", {}, [("Monday, 28 May 2018 (America/New_York)", "2018-05-28")]),
    ("case answer", "on", "yesterday", {}, [("Sunday, 27 May 2018 (America/New_York)", "2018-05-27")]),
    ("case close", "on", "by feb 16, 2018", {}, [("by Friday, 16 February 2018 (America/New_York)", "by 2018-02-16")]),
    ("case event", "on", "2018-02", {}, [("February 2018 (America/New_York)", "2018-02")]),
    ("status", "on", "Feb 23, 2018", {}, [("Friday, 23 February 2018 (America/New_York)", "2018-02-23")]),
    (
        "status",
        "on",
        "feb 1",
        {},
        [
            ("Thursday, 1 February 2018 (America/New_York)", "2018-02-01"),
            ("Wednesday, 1 February 2017 (America/New_York)", "2017-02-01"),
            ("Monday, 1 February 2016 (America/New_York)", "2016-02-01"),
        ],
    ),
    (
        "case answer",
        "on",
        "april",
        {},
        [(f"April {year} (America/New_York)", f"{year}-04") for year in (2018, 2017, 2016)],
    ),
    (
        "letter new",
        "deadline",
        "feb 1",
        {"sent": "2018-05-25"},
        [
            ("Friday, 1 February 2019, end of day EST (America/New_York)", "2019-02-01"),
            ("Saturday, 1 February 2020, end of day EST (America/New_York)", "2020-02-01"),
            ("Monday, 1 February 2021, end of day EST (America/New_York)", "2021-02-01"),
        ],
    ),
    ("closures add", "day", "tomorrow", {}, [("Tuesday, 29 May 2018 (America/New_York)", "2018-05-29")]),
    (
        "letter new",
        "deadline",
        "30 days",
        {"sent": "2018-01-24"},
        [("30 days → Friday, 23 February 2018, end of day EST (from 24 January 2018; nothing moves it)", "30 days")],
    ),
    (
        "letter new",
        "deadline",
        "Feb 23, 2018 5:00 p.m. ET",
        {"sent": "2018-01-24"},
        [("Friday, 23 February 2018, 17:00 EST (America/New_York)", "2018-02-23 17:00")],
    ),
    (
        "letter new",
        "deadline",
        "tuesday 5 p.m.",
        {"sent": "2018-05-18"},
        [
            ("Tuesday, 22 May 2018, 17:00 EDT (America/New_York)", "2018-05-22 17:00"),
            ("Tuesday, 29 May 2018, 17:00 EDT (America/New_York)", "2018-05-29 17:00"),
        ],
    ),
    (
        "letter new",
        "deadline",
        "tomorrow 5 p.m.",
        {"sent": "2018-05-28"},
        [("Tuesday, 29 May 2018, 17:00 EDT (America/New_York)", "2018-05-29 17:00")],
    ),
    (
        "letter new",
        "deadline",
        "Feb 23, 2018 5:00 p.m. PT",
        {"sent": "2018-01-24"},
        [("Friday, 23 February 2018, 17:00 PST (America/Los_Angeles)", "Feb 23, 2018 5:00 p.m. PT")],
    ),
    (
        "case add",
        "deadline",
        "20 business days",
        {"letter": "2018-04-12-oakland", "calendar": "US"},
        [("20 business days → Thursday, 10 May 2018, end of day EDT (from 12 April 2018; US)", "20 business days")],
    ),
    (
        "letter new",
        "counted_from",
        "2018-02-06 14:30",
        {},
        [("Tuesday, 6 February 2018, 14:30 EST (America/New_York)", "2018-02-06T14:30-05:00")],
    ),
]


async def test_what_is_understood_is_told_while_it_is_typed(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    for command, option, text, others, choices in ECHOES:
        with subtests.test(f"{command} {option}: {text}"):
            assert await offered(on_memorial_day, command, option, text, **others) == choices


UNCLEAR = [
    ("case answer", "on", "soon", {}, "Not clear: “soon” cannot be read as a date with certainty."),
    ("case answer", "on", "tomorrow", {}, "Not clear: 29 May 2018 is in the future"),
    ("case extend", "deadline", "+14 days", {}, "Not clear: pick the case first"),
    ("letter new", "deadline", "30 days", {"sent": "soon"}, "Not clear: “soon” cannot be read as a date"),
    (
        "letter new",
        "deadline",
        "30 days after receipt",
        {"sent": "2018-01-24"},
        "Not clear: “30 days after receipt” is counted",
    ),
    ("case add", "deadline", "30 days", {"letter": "nonsense"}, "Not clear: No letter called “nonsense”"),
    ("case extend", "deadline", "30 days", {"case": "999"}, "Not clear: There is no case #999"),
]


async def test_what_is_not_clear_is_told_while_it_is_typed(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    for command, option, text, others, why in UNCLEAR:
        with subtests.test(f"{command} {option}: {text}"):
            [(name, value)] = await offered(on_memorial_day, command, option, text, **others)
            assert name.startswith(why)
            assert len(name) <= 100
            assert value == text


async def test_examples_are_offered_before_anything_is_typed(on_memorial_day: Newsroom) -> None:
    values = [value for _, value in await offered(on_memorial_day, "letter new", "deadline", "", sent="2018-01-24")]
    assert values == ["30 days", "20 business days"]
    await on_memorial_day.alice.command(on_memorial_day.room, "case extend", case="38", deadline="2018-06-01", **GRANTED)
    values = [value for _, value in await offered(on_memorial_day, "case extend", "deadline", "", case="38")]
    assert values == ["+7 days", "+14 days", "+30 days"]


async def test_why_this_date_stands_with_every_deadline(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    await record_letter(room, deadline="30 days")
    receipt = await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver; Seattle")
    cards = {
        "the receipt": receipt,
        "the letter": await room.bob.command(room.room, "letter show", letter="Demand of May"),
        "the letters": await room.bob.command(room.room, "letters"),
        "the status": await room.bob.command(room.room, "status", jurisdiction="Denver", letter="Demand of May"),
        "the history": await room.bob.command(room.room, "history", jurisdiction="Seattle"),
        "the list": await room.bob.command(room.room, "deadlines", letter="Demand of May"),
    }
    for name, card in cards.items():
        with subtests.test(name):
            person = room.alice if name == "the receipt" else room.bob
            why = await person.press(card, "Why this date")
            assert why.ephemeral
            assert "## Why this date: " in why.text
            assert "Sources: " in why.text


async def test_a_plain_date_says_where_it_stands(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    status = await room.bob.command(room.room, "status", jurisdiction="Oakland")
    why = await room.bob.press(status, "Why this date")
    assert "## Why this date: #55 Oakland, CA" in why.text
    assert "- Rule: a date" in why.text
    assert "- Set with the letter, 12 April 2018" in why.text
    assert "- Sources: [" in why.text


async def notice(room: Newsroom, client: BotClient) -> Json:
    """The notice that a deadline has passed for two cases, one of which had a deadline of its own."""
    await Desk(room.db, room.guild.id).letter(room.clock.now(), to=["Denver", "Seattle"])
    room.clock.set(DAY_AFTER)
    await Watch(room.db, room.clock, Delivery(room.db, room.clock, DiscordPoster(client))).turn()
    return await room.sandbox.message_in(room.alerts, "Deadline passed")


async def test_a_notice_explains_its_dates_after_a_restart_and_what_replaced_them(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        posted = await notice(newsroom, client)
    async for _ in connected(newsroom):
        entered = {"case": "2", "deadline": "2018-03-09", **GRANTED}
        await newsroom.alice.command(newsroom.room, "case extend", **entered)
        why = await newsroom.bob.press(posted, "Why this date")
    assert why.ephemeral
    assert "**Fri 23 February 2018, end of day EST" in why.text
    assert "**Fri 9 March 2018, end of day EST" in why.text
    assert "No longer in force\nFor #2 Seattle, NY" in why.text
    assert "Set by an extension, granted by The authority, 24 February 2018" in why.text

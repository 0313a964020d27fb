"""The words around a day or a period belong to the deadline, or they do not: what is certain stays so, what is not is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.draft import Draft, Part, QuestionKind
from bot.reader.extract.whole_text import draft_of
from bot.words.questions import question_text, reading_label

LETTER = """Office of the Attorney General of Illinois

January 24, 2018

The Illinois Attorney General today sent letters to the City of Peoria, Illinois, and Kane County, Illinois, asking for records.

{} A place that does not reply will be subpoenaed.
"""


BOTH = ("23 February 2018", "9 March 2018")
OTHER_STARTS = [
    "the effective date",
    "the hearing date",
    "the date of publication",
    "publication of this notice",
    "the date of the order",
    "the date you get this letter",
    "the date of the previous letter",
    "the original letter",
    "the first request",
    "the due date",
    "the date of the subpoena",
    "the date of mailing of this letter",
    "the date stamped on the envelope",
]


def read(text: str) -> Draft:
    document = Document("a.txt", "text/plain", text.encode(), datetime(2032, 6, 15, tzinfo=UTC), text)
    return draft_of(document, ZoneInfo("America/New_York"))


def letter(sentence: str) -> Draft:
    draft = read(LETTER.format(sentence if sentence[0].isupper() else f"The records are due {sentence}."))
    assert draft.letter_date and draft.letter_date.value == date(2018, 1, 24)
    return draft


@pytest.mark.parametrize(
    ("sentence", "moment"),
    [
        # what a place risks, or where the records go, is no part of the deadline
        ("by February 23, 2018, to the Attorney General of Illinois", "2018-02-23"),
        ("by February 23, 2018, or the office will issue subpoenas", "2018-02-23"),
        ("by February 23, 2018, or be subpoenaed", "2018-02-23"),
        ("by February 23, 2018, or face a subpoena", "2018-02-23"),
        ("by February 23, 2018, if they want to keep their grants", "2018-02-23"),
        ("by February 23, 2018, but no place has answered yet", "2018-02-23"),
        ("by February 23, 2018, and no extension will be given", "2018-02-23"),
        ("by February 23, 2018, by mail or by e-mail", "2018-02-23"),
        ("by February 23, 2018, at the office in Springfield", "2018-02-23"),
        ("by February 23, 2018, and the office will review them within ten days", "2018-02-23"),
        ("by February 23, 2018 at the latest", "2018-02-23"),
        ("by February 23 and 12 places have answered so far", "2018-02-23"),
        ("by February 23, 2018 - Peoria has not replied", "2018-02-23"),
        ("by Friday, the Department said", "2018-01-26"),
        ("within 30 days of the date of this letter or face a subpoena", "2018-02-23"),
        ("within 30 days of the date of this letter by mail", "2018-02-23"),
        # marks, quotations and spellings around a day
        ("by *February 23, 2018*", "2018-02-23"),
        ("by __February 23, 2018__", "2018-02-23"),
        ("by “February 23, 2018”", "2018-02-23"),
        ("by [February 23, 2018]", "2018-02-23"),
        ("by february 23, 2018", "2018-02-23"),
        ("by 2018/02/23", "2018-02-23"),
        ("on this 23rd day of February 2018", "2018-02-23"),
        ("by\nFebruary 23,\n2018", "2018-02-23"),
        ("> They are due by February\n> 23, 2018 at noon.", "2018-02-23 12:00 America/New_York"),
        ("within twenty one days of the date of this letter", "2018-02-14"),
        ("within one hundred and twenty days of the date of this letter", "2018-05-24"),
        ("within 30 days, on February 23, 2018", "2018-02-23"),
        ("30 days from the date of this letter: February 23, 2018", "2018-02-23"),
        ("by February 23, 2018 - 30 days from today", "2018-02-23"),
        ("within 30 days of the Attorney General's letter", "2018-02-23"),
        ("within 30 days of the date of these letters", "2018-02-23"),
        ("Unless they are produced by February 23, 2018, subpoenas follow for the records.", "2018-02-23"),
        ("by February 23, 2018 (see the list for the cities)", "2018-02-23"),
        ("by February 23, 2018 for cities and for counties", "2018-02-23"),
        # other words for a deadline, and for a day
        ("by the 23d of February, 2018", "2018-02-23"),
        ("on Friday, the 23d of February, 2018", "2018-02-23"),
        ("Reply by: Feb. 23, 2018", "2018-02-23"),
        ("Response requested by: Feb. 23, 2018, 5:00 PM (ET)", "2018-02-23 17:00 America/New_York"),
        ("Reply NLT 1700 hours EST 23 February 2018.", "2018-02-23 17:00 America/New_York"),
        ("The deadline – February 23, 2018 – is firm.", "2018-02-23"),
        ("The last day to respond is February 23, 2018.", "2018-02-23"),
        ("February 23, 2018 is the deadline for the records.", "2018-02-23"),
        ("Deadline:\nFebruary 23, 2018\n\nThe records are in Springfield.", "2018-02-23"),
        ("by February 23, 2018 EST", "2018-02-23"),
        ("RECORDS ARE DUE BY FEBRUARY 23, 2018 AT 5 P.M. AT THE OFFICE.", "2018-02-23 17:00 America/New_York"),
        ("RECORDS ARE DUE BY FEBRUARY 23, 2018, AT THE OFFICE.", "2018-02-23"),
        # one moment in two zones
        ("by February 23, 2018 at 5 p.m. ET (4 p.m. CT)", "2018-02-23 17:00 America/New_York"),
        ("by February 23, 2018 at 5 p.m. Eastern/2 p.m. Pacific", "2018-02-23 17:00 America/New_York"),
        ("by 5pm ET/2pm PT on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        ("by 5:00 p.m. Eastern Standard Time (EST) on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        ("by February 23, 2018, 5 p.m. Eastern time zone", "2018-02-23 17:00 America/New_York"),
        ("Answer by February 23, 2018 at 5 p.m. EAST ST. LOUIS is late.", "2018-02-23 17:00 America/New_York"),
        # the end of the day is that of the day itself
        ("by the end of the day on Friday, February 23, 2018", "2018-02-23"),
        ("by February 23, 2018, by the end of the day", "2018-02-23"),
        # times and zones before the day and behind it
        ("by February 23, 2018 (5:00 p.m. ET)", "2018-02-23 17:00 America/New_York"),
        ("by February 23, 2018, no later than 5 p.m. Central Time", "2018-02-23 17:00 America/Chicago"),
        ("by 12 noon on February 23, 2018", "2018-02-23 12:00 America/New_York"),
        ("by 1700 hours on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        ("You have until 5 p.m. on Friday, the 23rd, to respond.", "2018-02-23 17:00 America/New_York"),
        ("The deadline is Friday, the 23rd of February, at noon Eastern.", "2018-02-23 12:00 America/New_York"),
        # days
        ("by Friday, the 23rd", "2018-02-23"),
        ("by Friday the 23rd of February", "2018-02-23"),
        ("by Friday", "2018-01-26"),
        ("by tomorrow", "2018-01-25"),
        ("by Feb. 23", "2018-02-23"),
        ("by February 23 of next year", "2019-02-23"),
        ("by February 23, 2018 (Friday)", "2018-02-23"),
        ("by 2/23/18", "2018-02-23"),
        ("by Friday, 2/3/2018", "2018-03-02"),
        ("by 23-Feb-2018", "2018-02-23"),
        ("until February 23, 2018", "2018-02-23"),
        ("through February 23, 2018", "2018-02-23"),
        ("before 5 p.m. on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        # two statements of the same day
        ("by February 23, 2018 (30 days from the date of this letter)", "2018-02-23"),
        ("within 30 days of the date of this letter (February 23, 2018)", "2018-02-23"),
        ("within 30 days, that is, by February 23, 2018", "2018-02-23"),
        ("within 30 days of the date of this letter, or by February 23, 2018, whichever is later", "2018-02-23"),
        ("by February 23, 2018, which is thirty days from the date of this letter", "2018-02-23"),
        ("Friday, February 23, 2018, thirty days from the date of this letter", "2018-02-23"),
        # periods
        ("within two weeks of the date of this letter", "2018-02-07"),
        ("no later than 30 days after February 1, 2018", "2018-03-03"),
        ("ten days before March 1, 2018", "2018-02-19"),
        ("a month from today", "2018-02-24"),
        ("a week from Friday", "2018-02-02"),
        ("Reply at least 10 days before March 1, 2018.", "2018-02-19"),
        # forms of a date and of a time
        ("by 5 o'clock p.m. on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        ("by 5:00:00 p.m. on February 23, 2018", "2018-02-23 17:00 America/New_York"),
        ("by 2018-02-23T17:00", "2018-02-23 17:00 America/New_York"),
        ("by 23-Feb-18", "2018-02-23"),
        ("by Feb. 23rd, '18", "2018-02-23"),
        ("this coming Friday, February 23", "2018-02-23"),
        ("The February 23, 2018, deadline is firm for the records.", "2018-02-23"),
        # days of other acts, and of the records
        ("The office will review the answers by March 30; they are due by Feb. 23.", "2018-02-23"),
        ("The letters ask for records dated on or before January 1, 2018, by February 23, 2018.", "2018-02-23"),
        ("The letters ask for all records since January 1, 2017, by February 23, 2018.", "2018-02-23"),
        ("Peoria gave the agency until Feb. 2 to explain the request. The records are due by Feb. 23.", "2018-02-23"),
    ],
)
def test_what_is_certain_is_read_to_the_day_and_the_minute(sentence: str, moment: str) -> None:
    draft = letter(sentence if sentence[:7] != "Friday," else f"The records are due {sentence}.")
    assert draft.deadline, [question_text(question) for question in draft.questions]
    deadline = draft.deadline.value
    assert f"{deadline.date}{f' {deadline.time:%H:%M} {deadline.zone.key}' if deadline.time else ''}" == moment
    assert not [question for question in draft.questions if question.about is Part.DEADLINE]


@pytest.mark.parametrize(
    ("sentence", "words", "readings"),
    [
        # conditions and other statements
        ("by February 23, 2018, or within ten days of receipt, whichever is later", "says more than one thing", ()),
        ("by the later of February 23, 2018 and ten days after receipt", "says more than one thing", ()),
        ("thirty days from receipt, but not later than March 1, 2018", "says more than one thing", ()),
        ("by February 23, 2018, or, if later, ten days after receipt", "says more than one thing", ()),
        ("by February 23, 2018, unless extended", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, or earlier", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018 or sooner", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, if later", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, provided that it asks in time", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, or such later date as is set", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018 at the earliest", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, extended to March 2, 2018", "says more than one", ("23 February 2018", "2 March 2018")),
        ("by February 23, 2018, and again by March 23, 2018", "says more than one", ("23 February 2018", "23 March 2018")),
        ("by February 23, 2018, but in no event later than March 1, 2018", "one", ("23 February 2018", "1 March 2018")),
        ("by February 26, 2018 (30 days from the date of this letter)", "one", ("26 February 2018", "23 February 2018")),
        ("within 30 days, that is, by February 26, 2018", "one thing", ("23 February 2018", "26 February 2018")),
        ("within 30 days (by February 26, 2018)", "one thing", ("23 February 2018", "26 February 2018")),
        ("You have 30 days from this letter, until February 26, 2018.", "one", ("23 February 2018", "26 February 2018")),
        ("Friday, February 23, 2018, ten days from the date of this letter", "one", ("23 February 2018", "3 February 2018")),
        ("by February 23, 2018 - or 30 days from receipt, whichever is later", "says more than one thing", ()),
        ("by February 23, 2018, absent an extension", "says more than one thing", ("23 February 2018",)),
        ("by February 23, 2018, or the following Monday", "says more than one thing", ("23 February 2018",)),
        ("within 30 days of the date of this letter, unless extended", "one thing", ("23 February 2018",)),
        ("within 30 days of the date of this letter, excluding weekends", "says more than one thing", ()),
        ("within 30 days of the date of this letter or its receipt, whichever is later", "one thing", ()),
        ("within 30 days of the date or receipt of this letter", "says more than one thing", ()),
        ("within 30 days of the date of this letter, at 5 p.m. Eastern", "says more than one thing", ()),
        ("within about 30 days of the date of this letter", "is not a period that can be counted", ()),
        # figures and words
        ("within thirty (20) days of the date of this letter", "can be read", ("23 February 2018", "13 February 2018")),
        ("within 30 (twenty) days of the date of this letter", "can be read", ("23 February 2018", "13 February 2018")),
        # times and zones
        (
            "by February 2, 2018, at 5 p.m. Mountain Daylight Time",
            "can be read",
            ("2 February 2018, 17:00", "2 February 2018, 16:00"),
        ),
        ("by July 20, 2018, at 5 p.m. EST", "can be read", ("20 July 2018, 17:00", "20 July 2018, 18:00")),
        ("by 5 p.m. Eastern Standard Time on July 20, 2018", "can be read", ("20 July 2018, 17:00", "20 July 2018, 18:00")),
        ("by 5 p.m. CST on July 20, 2018", "can be read", ("20 July 2018, 17:00", "20 July 2018, 18:00")),
        ("by 5:00 on February 23, 2018", "can be read", ("23 February 2018, 05:00", "23 February 2018, 17:00")),
        ("by February 23, 2018 at 11:59", "can be read", ("23 February 2018, 11:59", "23 February 2018, 23:59")),
        ("by 12 midnight on February 23, 2018", "midnight", ("23 February 2018, 00:00", "23 February 2018")),
        ("by 12:00 a.m. on February 23, 2018", "midnight", ("23 February 2018, 00:00", "23 February 2018")),
        ("by midnight on Friday", "midnight", ("26 January 2018, 00:00", "26 January 2018")),
        ("before midnight on February 23, 2018", "midnight", ("23 February 2018, 00:00", "23 February 2018")),
        ("by COB Friday", "At what time is the answer due, and in which time zone?", ()),
        ("by close of business February 23", "names no time of day", ()),
        ("by the close of the business day on February 23, 2018", "names no time of day", ()),
        ("by end of business on February 23, 2018", "names no time of day", ()),
        ("by EOD February 23, 2018", "names no time of day", ()),
        ("by Friday at 5", "cannot be read", ()),
        ("by February 23, 2018 at five o'clock", "cannot be read", ()),
        ("by February 23, 2018, during business hours", "names no time of day", ()),
        ("by February 23, 2018 at 5 p.m. or noon", "one", ("23 February 2018, 17:00", "23 February 2018, 12:00")),
        ("by February 23, 2018 at 5 p.m. ET (5 p.m. CT)", "one", ("23 February 2018, 17:00", "23 February 2018, 17:00")),
        ("by 5 p.m. local time on February 23, 2018", "cannot be read", ()),
        ("by February 23, 2018 at 5 p.m. CDT", "can be read", ("23 February 2018, 17:00", "23 February 2018, 16:00")),
        ("by July 23, 2018 EST", "can be read", ("23 July 2018, 23:59", "24 July 2018, 00:59")),
        (
            "by the end of the day on February 23, 2018 CDT",
            "can be read",
            ("23 February 2018, 23:59", "23 February 2018, 22:59"),
        ),
        ("by February 23, 2018, Guam time", "cannot be read", ()),
        ("by Thursday, the 23d of February, 2018", "contradicts itself: 23 February 2018 is a Friday", ()),
        ("by February 23, 2018 at 0:00", "midnight", ("23 February 2018, 00:00", "23 February 2018")),
        ("by 0:00 on February 23, 2018", "midnight", ("23 February 2018, 00:00", "23 February 2018")),
        ("by February 23, 2018 at 5 p.m. Greenwich Mean Time", "cannot be read", ()),
        ("by February 23, 2018 at 5 p.m. Central European Time", "cannot be read", ()),
        ("by February 23, 2018 at 5 p.m. your local time", "cannot be read", ()),
        ("by February 23, 2018 at 5 p.m. Arizona time", "“Arizona time” in", ()),
        ("by February 23, 2018 at 5 p.m. AST", "“AST” in", ()),
        ("by February 23, 2018 at 5 p.m. UTC-5", "cannot be read", ()),
        ("by 5 p.m. GMT on February 23, 2018", "cannot be read", ()),
        ("by 5 p.m. JST on February 23, 2018", "cannot be read", ()),
        ("by 25:00 on February 23, 2018", "does not exist", ()),
        ("by 2:30 a.m. on March 11, 2018", "skip 02:30", ()),
        # which day
        ("before February 23, 2018", "is the last day", ("22 February 2018", "23 February 2018")),
        ("prior to February 23, 2018", "is the last day", ("22 February 2018", "23 February 2018")),
        ("ahead of February 23, 2018", "is the last day", ("22 February 2018", "23 February 2018")),
        ("not before February 23, 2018", "names the first day, not the last", ()),
        ("by February 23-26, 2018", "cannot be read", ()),
        ("by February 22 or 23, 2018", "cannot be read", ()),
        ("by February 23, 18", "cannot be read", ()),
        ("by Friday of next week", "“Friday of next week” is not", ()),
        ("by the Friday after next", "cannot be read", ()),
        ("by Friday, the twenty-third", "cannot be read", ()),
        ("by next Friday", "can be read", ("26 January 2018", "2 February 2018")),
        ("by this Friday", "can be read", ("26 January 2018", "2 February 2018")),
        ("by Wednesday", "can be read", ("24 January 2018", "31 January 2018")),
        ("by Friday, the 24th", "can be read", ("24 January 2018", "24 August 2018")),
        ("by 2/3/2018", "can be read", ("3 February 2018", "2 March 2018")),
        ("by Monday, February 23, 2018", "contradicts itself: 23 February 2018 is a Friday", ()),
        ("by February 23, 2018 (Monday)", "contradicts itself: 23 February 2018 is a Friday", ()),
        ("by February 30, 2018", "does not exist", ()),
        ("by April 31", "does not exist", ()),
        ("by 13/45/2018", "does not exist", ()),
        ("by the 23rd", "by the 23rd", ()),
        ("by the end of the month", "by the end of the month", ()),
        ("by mid-February", "by mid-February", ()),
        # others, and other days of the same
        ("by February 23, 2018 (Peoria) and March 9, 2018 (Kane)", "more than one day", BOTH),
        ("on February 23, 2018 for cities, March 9, 2018 for counties", "more than one day", BOTH),
        ("by February 23, 2018 for cities and March 9, 2018 for counties", "more than one day", BOTH),
        ("by February 23, 2018 (March 9, 2018 for counties)", "more than one day", BOTH),
        ("The deadline was extended from February 23 to March 9.", "more than one day", BOTH),
        ("The deadline has been moved from February 23, 2018 to March 9, 2018.", "more than one day", BOTH),
        ("The deadline was February 23, 2018. It was extended to March 9, 2018.", "more than one day", BOTH),
        ("The deadline was February 23, 2018, but is now March 9, 2018.", "more than one day", BOTH),
        ("The deadline for cities is February 23; for counties it is March 9.", "more than one day", BOTH),
        ("They are due by February 23, 2018; the deadline was extended by two weeks.", "“extended by two weeks”", ()),
        ("The office extended the February 23 deadline by 14 days.", "14 days”", ()),
        ("The office granted a two-week extension of the February 23 deadline.", "“two-week extension”", ()),
        # two statements that a dash or a colon joins
        ("within 30 days - by February 26, 2018", "says more than one thing", ("23 February 2018", "26 February 2018")),
        ("by February 26, 2018 - 30 days from today", "one thing", ("26 February 2018", "23 February 2018")),
        ("by February 26, 2018 — 30 days from today", "one thing", ("26 February 2018", "23 February 2018")),
        ("30 days from this letter: February 26, 2018", "one thing", ("23 February 2018", "26 February 2018")),
        ("by Friday (February 23, 2018)", "says more than one thing", ("26 January 2018", "23 February 2018")),
        # it may change, or is no year
        ("Unless an extension is granted, the records are due by February 23, 2018.", "one thing", ("23 February 2018",)),
        ("tentatively due by February 23, 2018", "as “tentatively due by February 23, 2018”", ("23 February 2018",)),
        # nothing is due then
        ("The records are not due by February 23, 2018.", "as “not due by February 23, 2018”", ("23 February 2018",)),
        ("They aren't due on February 23, 2018.", "“aren't due on February 23, 2018”", ("23 February 2018",)),
        ("No response is due by February 23, 2018.", "“No response is due by February", ("23 February 2018",)),
        ("They need not respond by February 23, 2018.", "“need not respond by February 23, 2018”", ("23 February 2018",)),
        ("The records do not have to be produced by February 23, 2018.", "“do not have to be", ("23 February 2018",)),
        ("by February 23, 20018", "cannot be read", ()),
        ("by February 23, 2O18", "cannot be read", ()),
        ("by Friday evening", "names no time of day", ()),
        ("by Friday 2/23", "cannot be read", ()),
        ("by 23 Feb 19", "cannot be read", ()),
        ("by February 23, 2018, 11:59 p.m. AoE", "“AoE” in", ()),
        ("by 11:59:59 p.m. on February 23, 2018", "cannot be read", ()),
        ("by 1700 on February 23, 2018", "cannot be read", ()),
        ("by February 23, 2018, 9 a.m. - 5 p.m.", "cannot be read", ()),
        ("by COB Friday, the 23rd of February", "At what time is the answer due", ()),
        ("by February 23, 2018 (a Thursday)", "contradicts itself: 23 February 2018 is a Friday", ()),
        ("by the last Friday of February", "cannot be read", ()),
        ("by EOD", "by EOD", ()),
        ("no later than midnight", "no later than midnight", ()),
        ("by month's end", "by month's end", ()),
        ("by the twenty-third of February", "by the twenty-third of February", ()),
        ("within 2-3 weeks", "within 2-3 weeks", ()),
        ("within thirty (30) calendar days of receipt", "the day of receipt is not known", ()),
        ("within 10 judicial days of this letter", "which holidays to skip", ()),
        ("by February 23, 2018 between 9 a.m. and 5 p.m.", "says more than one thing", ()),
        # from which day
        *((f"within 30 days of {start}", "from which day to count", ()) for start in OTHER_STARTS),
        ("within two weeks", "from which day to count", ()),
        ("within a month", "from which day to count", ()),
        ("within ten (10) business days of receipt", "the day of receipt is not known", ()),
        ("within 10 business days, that is, by February 7, 2018", "which holidays to skip", ()),
    ],
)
def test_what_is_not_certain_is_asked_with_the_readings_to_choose_from(
    sentence: str, words: str, readings: tuple[str, ...]
) -> None:
    draft = letter(sentence if sentence[:7] != "Friday," else f"The records are due {sentence}.")
    assert draft.deadline is None
    [question] = [question for question in draft.questions if question.about is Part.DEADLINE]
    assert words in question_text(question)
    assert tuple(reading_label(reading) for reading in question.readings) == readings


def test_a_question_about_the_time_is_not_settled_by_the_day_alone() -> None:
    draft = letter(
        "The records are due by February 23, 2018. The letter asks for them by close of business on February 23, 2018."
    )
    assert draft.deadline is None
    [question] = [question for question in draft.questions if question.about is Part.DEADLINE]
    assert "names no time of day" in question_text(question)


def test_readings_of_one_time_in_two_zones_say_which_zone_each_has() -> None:
    draft = letter("by 1:30 a.m. on November 4, 2018")
    [question] = [question for question in draft.questions if question.about is Part.DEADLINE]
    assert "4 November 2018, 05:30 (UTC) or as 4 November 2018, 06:30 (UTC)" in question_text(question)


SENT = "The Justice Department{} sent letters to Peoria, Illinois, and Rockford, Illinois. Answers are due by March 2, 2018."
HEADS = [
    "January 24, 2018 | {}",
    "January 24, 2018\n\n{}",
    "January 24, 2018 {}",
    "Jan. 24, 2018 10:15 a.m. {}",
    "Peoria Journal | January 24, 2018 | {}",
    "WASHINGTON, January 24, 2018 - {}",
    "PEORIA, Ill., Jan. 24, 2018 /PRNewswire/ -- {}",
    "PEORIA, Ill. January 24, 2018: {}",
    "Posted: January 24, 2018\n\n{}",
    "(WASHINGTON) Jan. 24, 2018 {}",
    "(WASHINGTON) Jan. 24, 2018 - {}",
    "PEORIA, Ill. (January 24, 2018) {}",
    "[Peoria, January 24, 2018] {}",
    "AP, Jan. 24, 2018, 3:14 p.m. - {}",
    "Published: Wednesday, January 24, 2018 @ 3:14 PM\n\n{}",
    "Published 3:14 PM EST, Wed January 24, 2018\n\n{}",
]


@pytest.mark.parametrize("head", HEADS)
def test_the_date_in_a_head_line_is_only_the_day_to_count_from(head: str) -> None:
    assert read(head.format(SENT.format(""))).letter_date is None
    for word in (" today", " on Wednesday"):
        sent = read(head.format(SENT.format(word))).letter_date
        assert sent and sent.value == date(2018, 1, 24)


@pytest.mark.parametrize(
    "text",
    [
        "Updated January 24, 2018\n\n" + SENT.format(""),
        "Justice Department sent letters to Peoria, Illinois, and Rockford, Illinois | January 24, 2018\n\nThey are due soon.",
        "Justice Department sent letters to Peoria, Illinois, and Rockford, Illinois - January 24, 2018\n\nThey are due soon.",
        "TO: City of Peoria, Illinois\nFROM: Legal Department\nDATE: January 26, 2018\n\n" + SENT.format(""),
    ],
)
def test_the_date_of_a_page_or_of_a_mail_about_a_letter_is_not_the_letters(text: str) -> None:
    draft = read(text)
    assert draft.letter_date is None
    assert Part.LETTER_DATE in {question.about for question in draft.questions}


@pytest.mark.parametrize(
    "words",
    [
        "on or about January 24, 2018",
        "around Jan. 24, 2018",
        "on Jan. 24 or 25",
        "on Monday, January 24",
        "to them, according to a statement on January 24, 2018",
        "on Jan. 24, 2018 and on Jan. 25, 2018",
    ],
)
def test_words_that_do_not_settle_one_day_of_a_letter_are_asked_about(words: str) -> None:
    draft = read(
        f"January 26, 2018\n\nThe Justice Department sent letters {words}. The letters went to Peoria, Illinois, and "
        "Rockford, Illinois. Answers are due by March 2, 2018."
    )
    assert draft.letter_date is None
    assert Part.LETTER_DATE in {question.about for question in draft.questions}


def test_of_two_days_before_the_verb_neither_is_the_letters() -> None:
    sentence = SENT.format("").replace("Department", "Department on Jan. 24, 2018 and Jan. 26, 2018", 1)
    draft = read(sentence)
    assert draft.letter_date is None
    [question] = [question for question in draft.questions if question.about is Part.LETTER_DATE]
    assert [reading_label(reading) for reading in question.readings] == ["24 January 2018", "26 January 2018"]


@pytest.mark.parametrize(
    "opening", ["On January 24, 2018, the", "January 24, 2018: the", "In Peoria, on January 24, 2018, the"]
)
def test_a_sentence_that_begins_with_a_date_says_when_letters_were_sent(opening: str) -> None:
    sent = read(SENT.format("").replace("The", opening, 1)).letter_date
    assert sent and sent.value == date(2018, 1, 24)


@pytest.mark.parametrize(
    "sentence",
    [
        "The office will review the answers by March 30, 2018.",
        "A meeting will be held by February 9, 2018, to discuss the response.",
        "The letters request data through December 31, 2018.",
        "The law that the letters ask about takes effect by March 1, 2018.",
        "Peoria gave the agency until February 9, 2018, to withdraw the request.",
    ],
)
def test_a_day_by_which_others_act_is_no_deadline(sentence: str) -> None:
    draft = letter(sentence)
    assert draft.deadline is None
    assert QuestionKind.NO_DEADLINE in {question.kind for question in draft.questions}


def published(text: str) -> Draft:
    document = Document("a.txt", "text/plain", b"", datetime(2032, 6, 15, tzinfo=UTC), text, published=date(2018, 1, 26))
    return draft_of(document, ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Justice Department told Peoria, Illinois, in a letter on Wednesday (Jan. 24) to answer.",
        "Peoria and Rockford, Illinois, got letters Wednesday from the Justice Department.",
        "Peoria, Illinois, got the letter, which was sent Jan. 24, from the Justice Department.",
        "The Justice Department wrote on Jan. 24 to Peoria, Illinois.",
        "The Justice Department's Jan. 24 letter to Peoria, Illinois, asks for records.",
        "The Justice Department sent a second letter to Peoria, Illinois, on Jan. 24, following its letter of Nov. 15.",
        "On Wednesday the Justice Department sent a letter to Peoria, Illinois.",
    ],
)
def test_words_that_say_when_a_letter_was_sent_give_its_date(sentence: str) -> None:
    sent = published(sentence).letter_date
    assert sent and sent.value == date(2018, 1, 24)


@pytest.mark.parametrize(
    "words",
    [
        "in response to the city's Jan. 10 letter",
        "replying to its letter of Jan. 10",
        "following up on a Nov. 15 letter",
        "as a follow-up to a letter mailed on Jan. 10",
        "which follows up on requests that it sent on Jan. 10",
        "ordering its clerk to appear in Chicago on Jan. 10",
        "about the guidance issued Jan. 10",
        "whose grant is set to expire on Jan. 10",
        "about its Jan. 10 vote",
        "condemning the council's Jan. 10 decision",
        "over the arrest of a man on Jan. 10",
        "ahead of a Feb. 6 hearing",
        "with a Feb. 23 deadline",
        "where a man was shot Jan. 10",
        "which passed its law on Jan. 10",
        "and sued Kane County on Jan. 10",
        "and will visit on Feb. 6",
        "demanding records for Jan. 1, 2017",
        "inviting it to a meeting on Feb. 6",
    ],
)
def test_the_day_of_something_else_is_not_the_letters(words: str) -> None:
    assert published(f"The Justice Department sent a letter to Peoria, Illinois, {words}.").letter_date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor said Thursday that the Justice Department sent a letter to Peoria, Illinois.",
        "The Justice Department released the letter Thursday that it sent to Peoria, Illinois.",
        "The Justice Department will send letters Monday to Peoria, Illinois, and Rockford, Illinois.",
        "The Justice Department sent letters Jan. 24 and 25 to Peoria, Illinois, and Rockford, Illinois.",
        "After a Jan. 10 meeting, the Justice Department sent letters to Peoria, Illinois.",
        "The Justice Department sued Kane County on Jan. 10 and sent letters to Peoria, Illinois.",
        "The Justice Department, which sued Kane County on Jan. 10, sent letters to Peoria, Illinois.",
        "In its lawsuit Wednesday, the city says that the Justice Department sent letters to Peoria, Illinois.",
        "On Jan. 10, the council voted, and the Justice Department sent letters to Peoria, Illinois.",
        "On Jan. 10, the council of Peoria, Illinois, voted 5-4 and now the Justice Department has sent it a letter.",
        "On Jan. 10, Peoria, Illinois, voted for the rule, so the Justice Department sent it a letter.",
        "On Jan. 10, Peoria, Illinois, took up the plan; the Justice Department sent it a letter.",
        "On Monday, a judge ruled against Peoria, Illinois, which received a letter from the Justice Department.",
        "The Justice Department says it sent a letter on Jan. 24, but Peoria, Illinois, says it was Jan. 26.",
        "The Justice Department sent letters on Jan. 24 and Jan. 26 to Peoria, Illinois, and Rockford, Illinois.",
        "Letters sent to Peoria, Illinois, by the Justice Department were obtained Thursday by the Journal.",
    ],
)
def test_a_day_that_is_not_that_of_the_sending_is_left_alone(sentence: str) -> None:
    assert published(sentence).letter_date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "In your letter dated January 10, 2018, you told Peoria, Illinois, that its grant was safe.",
        "In a letter to the chair of the regional water board dated January 10, 2018, you named Peoria, Illinois.",
        "We sent you a letter about Peoria, Illinois, on January 10, 2018.",
        "On January 10, 2018, the mayor of Peoria, Illinois, wrote to you in a letter about it.",
        "It was asked for in our January 10, 2018 letter to you.",
        "Thank you for your response to our office dated January 10, 2018, with the letters to Peoria, Illinois.",
        "The Justice Department in a letter to me dated January 10, 2018, named Peoria, Illinois.",
        "By letter dated January 10, 2018, your office sent Peoria, Illinois, its terms.",
        "On January 10, 2018, the Justice Department sent a letter to Peoria, Illinois.",
    ],
)
def test_a_letter_that_a_letter_without_a_date_speaks_of_is_another_one(sentence: str) -> None:
    draft = read(f"Dear Secretary Roe:\n\n{sentence} We need your answer.\n\nSincerely,\nOtis Lamb\n")
    assert draft.letter_date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "In its response letter dated January 10, 2018, the Justice Department told Peoria, Illinois, that it may wait.",
        "On January 10, 2018, a notice issued in the Federal Register named Peoria, Illinois, which received no word.",
        "Two senators introduced a bill on January 10, 2018, about national security letters sent to Peoria, Illinois.",
        "The Justice Department issued a statement on January 10, 2018, about its request to Peoria, Illinois.",
    ],
)
def test_what_is_no_demand_letter_gives_no_day(sentence: str) -> None:
    assert read(sentence).letter_date is None


def test_a_letter_that_seems_a_year_older_than_its_text_is_asked_about() -> None:
    text = (
        "Release\n\nJanuary 24, {}\n\nThe Honorable Mary Roe\nMayor of Peoria, Illinois\n\nDear Mayor Roe:\n\nSend the records."
    )
    assert published(text.format(2018)).letter_date is not None
    draft = published(text.format(2017))
    assert draft.letter_date is None
    assert Part.LETTER_DATE in {question.about for question in draft.questions}


def test_of_two_letters_of_different_days_in_one_text_neither_is_taken() -> None:
    one = "{}\n\nThe Honorable Mary Roe\nMayor of Peoria, Illinois\n\nDear Mayor Roe:\n\nPlease send the records."
    both = read("\n\n".join(one.format(day) for day in ("January 10, 2018", "January 24, 2018")))
    assert both.letter_date is None
    assert Part.LETTER_DATE in {question.about for question in both.questions}
    same = read("\n\n".join(one.format("January 24, 2018") for _ in range(2)))
    assert same.letter_date and same.letter_date.value == date(2018, 1, 24)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("They were due to answer by June 1.", QuestionKind.DEADLINE_YEAR_UNSURE),
        ("They had until Dec. 8 to answer.", QuestionKind.DEADLINE_YEAR_UNSURE),
        ("They have until Dec. 8 to answer.", QuestionKind.DEADLINE_FAR_OFF),
    ],
)
def test_a_day_without_its_year_is_asked_about_where_it_may_be_past(sentence: str, kind: QuestionKind) -> None:
    draft = published(f"The Justice Department sent letters to Peoria, Illinois, and Rockford, Illinois. {sentence}")
    assert draft.deadline is None
    assert kind in {question.kind for question in draft.questions}


@pytest.mark.parametrize(
    "sentence",
    [
        "Peoria, Illinois, received the letter from the Justice Department on Jan. 25.",
        "Peoria, Illinois, got a letter Thursday from the Justice Department.",
        "On Thursday, Peoria, Illinois, received a letter from the Justice Department.",
        "The city of Peoria, Illinois, received the attached letter from the Justice Department yesterday.",
    ],
)
def test_the_day_on_which_one_place_got_the_letter_is_offered_and_not_taken(sentence: str) -> None:
    draft = published(f"{sentence} It must answer within 30 days of the date of the letter.")
    assert draft.letter_date is None
    assert draft.deadline is None
    [asked] = [question for question in draft.questions if question.kind is QuestionKind.LETTER_DATE_OF_RECEIPT]
    assert [reading_label(reading) for reading in asked.readings] == ["25 January 2018"]


def test_a_day_of_receipt_goes_with_a_later_or_contradicts_an_earlier_day_of_sending() -> None:
    sent = published("The Justice Department sent a letter to Peoria, Illinois, on Jan. 24. The city got the letter Jan. 25.")
    assert sent.letter_date and sent.letter_date.value == date(2018, 1, 24)
    odd = published("The Justice Department sent a letter to Peoria, Illinois, on Jan. 24. The city got the letter Jan. 23.")
    assert odd.letter_date is None
    assert QuestionKind.SEVERAL_LETTER_DATES in {question.kind for question in odd.questions}


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The department says Jan. 23.", 23),
        ("The department said it was sent on Jan. 23, not the day after.", 23),
        ("The department says Feb. 23 is the deadline.", None),
        ("The mayor said Jan. 23 that he expected it.", None),
    ],
)
def test_a_day_that_somebody_else_gives_contradicts_the_day_of_sending(sentence: str, day: int | None) -> None:
    draft = published(f"The Justice Department sent a letter to Peoria, Illinois, on Jan. 24, the city says. {sentence}")
    asked = [one for one in draft.questions if one.kind is QuestionKind.SEVERAL_LETTER_DATES]
    days = [reading_label(reading)[:2] for one in asked for reading in one.readings]
    assert days == (["24", str(day)] if day else [])
    assert (draft.letter_date is None) == bool(day)


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no deadline. A report is due Feb. 23.",
        "The letter did not set a deadline. A reply is due Feb. 23, the city thinks.",
        "The city must turn over records for the year ended by Feb. 15.",
    ],
)
def test_a_day_is_no_certain_deadline_where_the_text_gives_none(sentence: str) -> None:
    assert published(f"The Justice Department sent a letter to Peoria, Illinois, on Jan. 24. {sentence}").deadline is None


def test_a_letter_of_another_agency_named_in_passing_does_not_make_it_the_sender() -> None:
    mailing = "The Justice Department on Jan. 24 sent letters to Peoria, Illinois, and to Joliet, Illinois, "
    draft = published(f"{mailing}which got a letter from HUD on Jan. 20, and they must respond by Feb. 23.")
    assert draft.authority and draft.authority.value == "U.S. Department of Justice"
    alone = published("Joliet, Illinois, which got a letter from HUD on Jan. 24, must respond by Feb. 23.")
    assert alone.authority and alone.authority.value == "U.S. Department of Housing and Urban Development"


def test_an_email_about_a_letter_that_came_the_day_before_dates_nothing() -> None:
    head = "From: clerk@peoria.example\nSent: Thursday, January 25, 2018 9:12 AM\nTo: all@peoria.example\nSubject: DOJ\n\n"
    draft = published(
        f"{head}The city of Peoria, Illinois, received the attached letter from the Justice Department yesterday."
    )
    assert draft.letter_date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Had the cities responded by Feb. 1, no subpoena would have followed.",
        "The mayor said the city would respond by Feb. 20.",
        "The city plans to respond by Feb. 20.",
        "The city's lawyer promised to answer by Feb. 20.",
        "The city responded by Feb. 20.",
        "The city asked for a deadline of March 9.",
        "The department will respond to questions by Feb. 20.",
        "It was first reported that answers were due Feb. 20.",
        "The city's request that the department reply by Feb. 9 was refused.",
        "The city demanded an answer from the department by Feb. 9.",
        "Sen. Roe demanded that the department provide its records by Feb. 9.",
        "The city must respond to a separate lawsuit by Feb. 15.",
        "The records requested cover Jan. 1, 2016 through Feb. 15, 2018.",
        "It wants all documents from January 1, 2015, until February 15, 2018.",
        "It asks whether all grants were spent by Feb. 10, 2018.",
        "The council must provide a budget by Feb. 15.",
        "The city council wants a report on the letter by Feb. 9.",
        "The mayor asked her staff to report by Feb. 9.",
        "Residents may send comments by Feb. 9.",
        "Under the old rule, cities had to certify compliance by June 30.",
        "Last year's letters asked for answers by June 30.",
        "It follows a 2016 letter, in which the department asked for proof of compliance by June 30.",
        "In 2017 cities had until June 30 to certify compliance.",
        "It has 30 days from Wednesday to respond.",
        "Peoria submitted its answer by Feb. 10.",
        "Peoria could answer by Feb. 10, its lawyer said.",
        '"We\'ll respond by Feb. 10," the mayor said.',
        '"Our response will be ready by Feb. 10," the mayor said.',
        "Under state law the city has until Feb. 10 to respond to the newspaper's request for the letter.",
        "The union's demand for records must be met by Feb. 10.",
        "House Democrats demanded documents on the letter from the attorney general by Feb. 10.",
        "It withdrew the Feb. 23 deadline.",
        "HUD asked Peoria in another letter to reply by Feb. 9.",
        "The Feb. 23 deadline no longer applies.",
        "The deadline was Feb. 23. It is now March 9.",
        "A subpoena, if it comes, would be returnable by March 9.",
        "The deadline for the city's grant reports is Feb. 10.",
        "The deadline for Congress to fund the government is Feb. 8.",
        "The law requires the department to report on the letters by Feb. 10.",
        "It cited the Feb. 10 deadline mandated by Section 12 for a report on the records.",
        "The rule requires that trappers use new lines by Feb. 10, and it asked for documents.",
        "Renters have until Feb. 10 to choose a plan and to ask for records.",
        "The original deadline of Feb. 10 was extended under pressure.",
        "The inspector must send his report on the answers to Congress by Feb. 10.",
        "The work for which it wants records is scheduled for completion by Feb. 10.",
        "The closure, on which it needs data, could run through Feb. 10.",
        "The department agreed that it would deliver a decision on the request by Feb. 10.",
        "The mayor asked that the department extend the response deadline, now set for Feb. 10.",
        "Forms must be submitted by Feb. 10 of each year.",
        "The House passed an extension through Feb. 10 for those who need data.",
        "The deadline for the next round of fire grants, which it asks about, is Feb. 10.",
        "Owners got an extension until Feb. 10 to file tax returns and submit forms.",
        "Reconsider your Feb. 10 deadline, it was asked.",
        "The self-imposed Feb. 10 deadline is no reason for a request, it says.",
        "The mayor asks about the deadline of Feb. 10 to leave the camp.",
        "Who does not sign up by the Feb. 10 deadline pays more for data.",
        "Twelve towns asked for an extension of the Feb. 10 deadline for records.",
        "The certification should have been completed by Feb. 10.",
        "The records are of events leading up to Feb. 10.",
        "Proposals are due Feb. 10, and a request for more was made.",
        "The panel has been tasked with finding documents by Feb. 10.",
    ],
)
def test_a_day_that_others_set_promise_or_once_had_is_not_certain(sentence: str) -> None:
    story = f"The Justice Department sent a letter to Peoria, Illinois, on Wednesday, Jan. 24. {sentence}"
    assert published(story).deadline is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Those that have not responded by Feb. 23 will be subpoenaed.",
        "They must return the form by Feb. 23.",
        "The answers, it says, must be complied with by Feb. 23.",
        "Responses were requested by Feb. 23.",
        "If the records are not delivered by Feb. 23, it will sue.",
        "Subpoenas could follow unless it responds by Feb. 23.",
        "Subpoenas will follow if documents are not produced by Feb. 23.",
        "Peoria will have until Feb. 23 to respond.",
        "The deadline to file a response is Feb. 23.",
        "The deadline was set for Feb. 23.",
    ],
)
def test_words_like_those_of_others_do_not_hide_a_deadline(sentence: str) -> None:
    story = f"The Justice Department sent a letter to Peoria, Illinois, on Wednesday, Jan. 24. {sentence}"
    due = published(story).deadline
    assert due and due.value.date == date(2018, 2, 23)

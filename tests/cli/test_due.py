"""letterwatch due: the deadline with its work, as JSON, and what it says to a wrong question."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date, time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.due import EXAMPLES
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.steps import TextStep
from bot.words.deadlines import advice, explained
from tests.conftest import Run

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def run(run: Run) -> Run:
    """Runs `letterwatch due`."""
    return partial(run, "due")


def test_a_deadline_is_told_with_its_work(run: Run) -> None:
    code, out, err = run("10 days", "--after", "2007-08-22", "--calendar", "us")
    assert (code, err) == (0, "")
    assert out == (
        "Due Tue 4 September 2007, end of day EDT\n"
        "Rule: 10 days, by Fed. R. Civ. P. 6(a)(1)\n"
        "Counted from Wednesday, 22 August 2007, which is not counted; day 10 is Saturday, 1 September 2007; "
        "Monday 3 September is Labor Day; due Tuesday, 4 September 2007\n"
        "Calendar: US\n"
        "Time zone: America/New_York\n"
    )


def test_without_a_calendar_a_weekend_is_pointed_out(run: Run) -> None:
    _, out, _ = run("30 days", "--after", "2018-01-25")
    assert out.startswith("Due Sat 24 February 2018, end of day EST\n")
    assert out.endswith("24 February 2018 is a Saturday; no calendar was named, so nothing moves it.\n")
    _, out, _ = run("30 days", "--after", "2018-01-24", "--closed", "2018-02-23")
    assert out.endswith("24 February 2018 is a Saturday; no calendar was named, so only closures move it.\n")
    _, out, _ = run("2018-02-24")
    assert out.endswith("24 February 2018 is a Saturday; a date that was set is not moved.\n")


def test_json_holds_the_deadline_and_each_step(run: Run) -> None:
    code, out, _ = run("30 days", "--after", "2018-01-24", "--json")
    assert code == 0
    assert json.loads(out) == {
        "due": "2018-02-23T23:59:59-05:00",
        "date": "2018-02-23",
        "time": None,
        "timezone": "America/New_York",
        "rule": "30 days",
        "law": None,
        "start": "2018-01-24",
        "calendar": "none",
        "steps": ["counted from Wednesday, 24 January 2018, which is not counted", "day 30 is Friday, 23 February 2018"],
        "advice": [],
    }


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (("72 hours", "--after", "2007-11-02 10:23 a.m."), ("2007-11-05T09:23:00-05:00", "09:23", "72 hours")),
        (("February 23, 2018 5:00 p.m. ET",), ("2018-02-23T17:00:00-05:00", "17:00", "a date and a time")),
        (("2018-02-23", "--tz", "Asia/Kolkata"), ("2018-02-23T23:59:59+05:30", None, "a date")),
        (("2018-07-04 00:00",), ("2018-07-04T00:00:00-04:00", "00:00", "a date and a time")),
        (("10 days", "--before", "2007-09-11", "--calendar", "US"), ("2007-08-31T23:59:59-04:00", None, "10 days before")),
        (("10 days.", "--before", "2007-09-11"), ("2007-09-01T23:59:59-04:00", None, "10 days before")),
        (("10 days before", "--before", "2007-09-11"), ("2007-09-01T23:59:59-04:00", None, "10 days before")),
        (("10 days before", "--after", "2007-09-11"), ("2007-09-01T23:59:59-04:00", None, "10 days before")),
        (("24 hours", "--before", "2018-02-23 17:00"), ("2018-02-22T17:00:00-05:00", "17:00", "24 hours before")),
        (
            ("14 days + mail", "--after", "2018-02-02", "--calendar", "US"),
            ("2018-02-20T23:59:59-05:00", None, "14 days + mail"),
        ),
        (("30 days after January 24, 2018",), ("2018-02-23T23:59:59-05:00", None, "30 days")),
        (("30", "days", "--after", "2018-01-24"), ("2018-02-23T23:59:59-05:00", None, "30 days")),
        (("2018-02-23", "--calendar", "US"), ("2018-02-23T23:59:59-05:00", None, "a date")),
    ],
)
def test_rules_of_each_kind(run: Run, args: tuple[str, ...], found: tuple[str, str | None, str]) -> None:
    code, out, err = run(*args, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert (answer["due"], answer["time"], answer["rule"]) == found


def test_closures_move_a_deadline_with_their_reason(run: Run) -> None:
    shut = ("--closed", "2018-02-23=flood", "--closed", "2018-02-26")
    _, out, _ = run("30 days", "--after", "2018-01-24", "--calendar", "US", *shut, "--json")
    answer = json.loads(out)
    assert answer["date"] == "2018-02-27"
    assert answer["steps"][2:] == [
        "Friday 23 February is closed (flood)",
        "Monday 26 February is closed",
        "due Tuesday, 27 February 2018",
    ]


def test_a_day_may_be_told_from_today(run: Run) -> None:
    _, first, _ = run("30 days", "--after", "today", "--json")
    _, second, _ = run("in 30 days", "--json")
    assert json.loads(first)["date"] == json.loads(second)["date"]
    assert re.match(r"“in 30 days”, on \w+, \d+ \w+ \d{4}, is ", json.loads(second)["steps"][0])


@pytest.mark.parametrize(
    ("args", "code", "answer"),
    [
        (("30 days",), 1, "“30 days” is counted from a day that is not known. Give it with --after or --before."),
        (("72 hours",), 1, "“72 hours” is counted from a moment that is not known. Give it with --after or --before."),
        (("72 hours", "--after", "2018-01-24"), 1, "Give the time too, like 2018-01-24 10:23."),
        (("2/3/2018",), 1, "“2/3/2018” can be read as 3 February 2018 or as 2 March 2018."),
        (("30 days", "--after", "2/3/2018"), 1, "“2/3/2018” can be read as 3 February 2018 or as 2 March 2018."),
        (("Feb 23, 2018 midnight",), 1, "can be read as the start or as the end of 23 February 2018"),
        (("0 days", "--after", "2018-01-24"), 1, "“0 days” leaves no time."),
        (("soon",), 1, "“soon” cannot be read as a date with certainty."),
        (("5 court days", "--after", "2018-01-24"), 1, "Write it like 30 days, 20 business days"),
        (("30 days", "--after", "2100-12-15", "--calendar", "US"), 1, "The holidays of 2101 are not known."),
        (("30 days", "--after", "soon"), 1, "“soon” cannot be read as a date with certainty."),
        (("14 days + mail", "--before", "2018-01-24"), 1, "three days for mail are added to"),
        (
            ("2018-02-23", "--after", "2018-01-24"),
            2,
            "“2018-02-23” is a date, from which nothing is counted. Leave --after out.",
        ),
        (
            ("30 days after receipt", "--before", "2018-01-24"),
            2,
            "lies after its start, so it cannot be counted with --before.",
        ),
        (("30 days", "--after", "2018-01-24", "--before", "2018-01-24"), 2, "not allowed with argument"),
        (
            ("30 days", "--after", "2018-01-24", "--calendar", "California"),
            2,
            "“California” is not a calendar. Did you mean US-CA?",
        ),
        (("30 days", "--after", "2018-01-24", "--tz", "EST"), 2, "“EST” names no region"),
        (("30 days", "--after", "2018-01-24", "--closed", "flood"), 2, "“flood” cannot be read as a date with certainty."),
        ((" ",), 2, "RULE is empty; write a date, or a period such as"),
        ((), 2, "the following arguments are required: RULE"),
    ],
)
def test_a_wrong_question_gets_one_clear_answer(run: Run, args: tuple[str, ...], code: int, answer: str) -> None:
    found, out, err = run(*args)
    assert (found, out) == (code, "")
    assert answer in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 2


def test_the_examples_of_its_help_work(run: Run) -> None:
    for line in EXAMPLES.splitlines():
        code, out, _ = run(*shlex.split(line)[2:])
        assert (code, bool(out)) == (0, True)


def test_it_needs_neither_settings_nor_a_database(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", "nonsense://")
    assert run("30 days", "--after", "2018-01-24")[0] == 0
    assert list(Path.cwd().iterdir()) == []


def test_control_codes_in_a_rule_do_not_reach_the_terminal(run: Run) -> None:
    _, out, err = run("30 days after \x1b[31mreceipt", "--after", "2018-01-24")
    assert "\x1b" not in out + err


# The same explanation in chat


def test_an_explanation_says_rule_work_calendar_zone_and_result() -> None:
    calendar = calendar_named("US-CA")
    deadline = parse_deadline("20 business days of receipt", NEW_YORK, start=date(2018, 1, 24), calendar=calendar)
    assert explained(deadline) == [
        "Rule: 20 business days, by the counting convention of Letterwatch with the holidays of the calendar US-CA",
        "As it was written: 20 business days of receipt",
        "Counted from Wednesday, 24 January 2018, which is not counted; Saturdays, Sundays and 19 February 2018 "
        "(Washington's Birthday) are not counted; business day 20 is Thursday, 22 February 2018",
        "Calendar: US-CA",
        "Time zone: America/New_York",
        "Due: Thu 22 February 2018, end of day EST",
    ]


def test_a_date_is_explained_without_a_calendar() -> None:
    assert explained(Deadline(date(2018, 2, 23), NEW_YORK, time(17), words="by 5 p.m. on Feb. 23")) == [
        "Rule: a date and a time",
        "As it was written: by 5 p.m. on Feb. 23",
        "Time zone: America/New_York",
        "Due: Fri 23 February 2018, 17:00 EST",
    ]


def test_steps_of_an_imported_deadline_stand_as_they_are() -> None:
    by_hand = (TextStep("counted by hand"), TextStep("on a Saturday"))
    deadline = Deadline(date(2018, 2, 24), NEW_YORK, rule_words="30 days", steps=by_hand)
    assert explained(deadline)[:3] == ["Rule: 30 days", "Counted by hand", "On a Saturday"]
    assert advice(deadline) == []
    odd = Deadline(date(2018, 2, 24), NEW_YORK, rule_words="thirty (20) days", start=date(2018, 1, 24), calendar="US")
    assert explained(odd)[0] == "Rule: thirty (20) days"


@pytest.mark.parametrize(
    ("rule", "law"),
    [
        ("72 hours", "6(a)(2)"),
        ("30 days", "6(a)(1)"),
        ("30 days before", "6(a)(1) and 6(a)(5)"),
        ("30 days + mail", "6(a)(1) and 6(d)"),
    ],
)
def test_a_rule_names_its_law_where_a_calendar_made_it_count(rule: str, law: str) -> None:
    start = parse_deadline("2018-01-24 10:23", NEW_YORK).last_moment
    counted, plain = (parse_deadline(rule, NEW_YORK, start=start, calendar=calendar_named(name)) for name in ("US", "none"))
    assert explained(counted)[0] == f"Rule: {rule}, by Fed. R. Civ. P. {law}"
    assert explained(plain)[0] == f"Rule: {rule}"


CONVENTION = "the counting convention of Letterwatch with the holidays of the calendar"


@pytest.mark.parametrize(
    ("rule", "calendar", "authority", "law"),
    [
        ("10 business days", "US", "U.S. Department of Justice", "5 U.S.C. § 552(a)(6)(A)(i)"),
        ("10 business days", "US-OH", "U.S. Department of Justice", f"{CONVENTION} US-OH"),
        ("10 business days", "US-OH", "Ohio Attorney General", f"{CONVENTION} US-OH"),
        ("10 business days", "US", "Attorney General of Ohio", f"{CONVENTION} US"),
        ("10 business days", "US-OH", "", f"{CONVENTION} US-OH"),
        ("10 business days", "US", "", "5 U.S.C. § 552(a)(6)(A)(i)"),
        ("30 days", "US-CA", "FEMA Region 9", "Fed. R. Civ. P. 6(a)(1)"),
        ("30 days", "US-CA", "Department of Education", f"{CONVENTION} US-CA"),
        ("30 days", "US", "Department of Education", "Fed. R. Civ. P. 6(a)(1)"),
        ("30 days", "US", "City of Columbus", f"{CONVENTION} US"),
        ("30 days + mail", "US-TX", "Governor of Texas", f"{CONVENTION} US-TX"),
        ("10 days before", "US-NY", "New York State Comptroller", f"{CONVENTION} US-NY"),
        ("30 days", "none", "U.S. Department of Justice", ""),
        ("10 business days", "none", "Ohio Attorney General", ""),
    ],
)
def test_the_law_follows_the_authority_and_the_calendar(rule: str, calendar: str, authority: str, law: str) -> None:
    deadline = parse_deadline(rule, NEW_YORK, start=date(2018, 1, 24), calendar=calendar_named(calendar))
    assert explained(deadline, authority)[0] == f"Rule: {rule}" + (f", by {law}" if law else "")


def test_the_authority_can_be_named(run: Run) -> None:
    options = ("10 business days", "--after", "2026-01-05", "--calendar", "US-OH", "--authority", "Ohio Attorney General")
    code, out, _ = run(*options)
    assert code == 0 and f"Rule: 10 business days, by {CONVENTION} US-OH\n" in out and "U.S.C." not in out
    assert json.loads(run(*options, "--json")[1])["law"] == f"{CONVENTION} US-OH"

"""The command line as a person and a script meet it: what it prints, where, and with which exit code."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.cli.main import VERBS
from bot.cli.terminal import wrapped
from bot.files.sheets.case_table import harmless
from bot.record.ladder import NEWS
from bot.store import heartbeat, servers
from bot.store.database import Database
from bot.store.heartbeat import Heartbeat, Held
from bot.store.tables import alerts
from tests.conftest import Run
from tests.corpus import samples
from tests.corpus.record_files import changed
from tests.recording import NEW_YORK, Desk

JANUARY = "2018-01-24-documents"
RECIPIENTS = 23
PLANNED = {  # of the January letter: day, rung, cases, days left
    "2018-02-09": ("14-days-before", 23, 14),
    "2018-02-16": ("7-days-before", 23, 7),
    "2018-02-20": ("3-days-before", 23, 3),
    "2018-02-22": ("1-day-before", 23, 1),
    "2018-02-23": ("the-day-itself", 23, 0),
    "2018-02-24": ("passed", 23, -1),
    "2018-02-26": ("3-days-after", 23, -3),
    "2018-03-02": ("7-days-after", 23, -7),
    "2018-03-09": ("14-days-after", 23, -14),
    "2018-03-25": ("30-days-after", 23, -30),
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.json"
    file.write_text(json.dumps(changed()), encoding="utf-8")
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """A migrated database without a server."""
    return Path(shutil.copy(migrated, tmp_path / "letterwatch.db"))


def within(file: Path, work: Callable[[Database], Any]) -> None:
    async def go() -> None:
        db = Database(f"sqlite+aiosqlite:///{file}")
        try:
            await work(db)
        finally:
            await db.close()

    asyncio.run(go())


def known(file: Path, *ids: int) -> None:
    async def make(db: Database) -> None:
        async with db.write() as conn:
            for id in ids:
                await servers.ensure(conn, id, f"Server {id}")

    within(file, make)


# plan


def test_the_plan_of_the_january_letter(run: Run) -> None:
    code, out, _ = run("plan", "--example", "--from", "2018-02-01", "--to", "2018-03-31", "--json")
    notices = [json.loads(line) for line in out.splitlines()]
    found = {
        notice["at"][:10]: (section["rung"], len(section["cases"]), *{case["days_left"] for case in section["cases"]})
        for notice in notices
        for section in notice["sections"]
        if section["letter"] == JANUARY
    }
    assert code == 0
    assert found == PLANNED
    assert [notice["at"] for notice in notices] == sorted(notice["at"] for notice in notices)


def test_a_planned_notice_says_when_where_what_and_to_whom(run: Run) -> None:
    _, out, _ = run("plan", "--example", "--from", "2018-02-24", "--to", "2018-02-24", "--json")
    passed = json.loads(out)
    assert passed.keys() == {"at", "channel", "rung", "letter", "cases", "sections", "text"}
    assert passed["sections"] == [{name: passed[name] for name in ("rung", "letter", "cases")}]
    assert passed["at"] == "2018-02-24T09:00:00-05:00"
    assert passed["channel"] == "alerts"
    assert passed["text"].startswith("Deadline passed: 23 jurisdictions")
    assert "<t:" not in passed["text"]


def test_what_is_due_in_one_morning_is_one_notice(run: Run) -> None:
    _, out, _ = run("plan", "--example", "--from", "2018-04-01", "--to", "2018-04-01", "--json")
    notice = json.loads(out)
    assert notice.keys() == {"at", "channel", "sections", "text"}
    january, november = notice["sections"]
    assert january.keys() == november.keys() == {"rung", "letter", "cases"}
    assert (january["letter"], len(november["cases"])) == (JANUARY, 26)
    assert january["cases"][0] == {"number": 30, "jurisdiction": "Chicago", "state": "IL", "days_left": -37}
    assert "West Palm Beach" not in [case["jurisdiction"] for case in january["cases"]]
    assert "\n\nOverdue by 37 days: 22 jurisdictions" in notice["text"]
    assert "\n\nOverdue by 114 days: 26 jurisdictions" in notice["text"]


def test_a_plan_is_also_readable(run: Run) -> None:
    code, out, _ = run("plan", "--example", "--from", "2018-02-23", "--to", "2018-02-24")
    assert code == 0
    assert "Fri 23 February 2018, 09:00 EST, channel alerts\nDue today: 23 jurisdictions" in out
    assert "Sat 24 February 2018, 09:00 EST, channel alerts\nDeadline passed: 23 jurisdictions" in out
    assert "\x1b" not in out


def test_a_plan_without_notices_says_so_or_prints_nothing(run: Run) -> None:
    empty = ("plan", "--example", "--from", "2017-01-01", "--to", "2017-01-31")
    assert run(*empty) == (0, "Nothing would be posted from Sun 1 January 2017 to Tue 31 January 2017.\n", "")
    assert run(*empty, "--json") == (0, "", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("release.txt", b"Letters went to Denver, Colorado."),
        ("story.html", b"<html><body><p>Letters went to Denver, Colorado.</p></body></html>"),
        ("letter.pdf", samples.pdf(["Letters went to Denver, Colorado."])),
        ("letter.DOCX", samples.docx()),
    ],
)
def test_a_text_is_not_imported_without_a_person_who_looks_at_it(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, err = run("import", name)
    assert (code, out) == (2, "")
    assert f"letterwatch extract {name}" in err and "/import in Discord" in err


@pytest.mark.parametrize(
    ("span", "message"),
    [
        (("2018-03-01", "2018-02-01"), "--to 2018-02-01 is before --from 2018-03-01."),
        (("2018-01-01", "2028-01-01"), "more than 1,100 days"),
        (("2018-02-30", "2018-03-01"), "“2018-02-30” is not a date: February 2018 has 28 days."),
        (("2/3/2018", "2018-03-01"), "can be read as 3 February 2018 or as 2 March 2018"),
        (("", "2018-03-01"), "cannot be read as a date"),
    ],
)
def test_a_span_that_is_none_is_refused(run: Run, span: tuple[str, str], message: str) -> None:
    code, out, err = run("plan", "--example", "--from", span[0], "--to", span[1])
    assert (code, out) == (2, "")
    assert message in err


# status


def test_status_is_one_object_with_everything_in_it(run: Run) -> None:
    code, out, _ = run("status", "West Palm Beach", "--example", "--on", "2018-02-24", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["jurisdiction"], found["state"], found["on"]) == ("West Palm Beach", "FL", "2018-02-24")
    november, january = found["cases"]
    assert (november["letter"], november["status"], november["days_left"]) == ("2017-11-15-inquiry", "overdue", -78)
    assert (january["letter"], january["status"], january["overdue"]) == (JANUARY, "in court", True)
    assert (january["deadline"], january["deadline_time"], january["days_left"]) == ("2018-02-23", None, -1)
    assert january["next_alert"] == "2018-02-26T09:00:00-05:00"
    assert [one["state"] for one in january["consequences"]] == ["threatened"] * 4
    assert [event["kind"] for event in january["events"]] == ["sent", "deadline", "court"]
    filed = january["events"][-1]
    assert (filed["date"], filed["precision"], filed["step"]) == ("2018-02-06", "day", "filed")
    assert filed["sources"][0]["url"] == "https://clearinghouse.net/case/16514/"
    assert all(source["title"] for source in january["sources"])


def test_status_keeps_precision_amounts_and_unknown_deadlines(run: Run) -> None:
    _, out, _ = run("status", "Seattle", "--example", "--on", "2018-12-31", "--json")
    november, april = json.loads(out)["cases"]
    answer = next(event for event in november["events"] if event["kind"] == "answer")
    assert (answer["date"], answer["precision"], answer["when"]) == ("2017-12-31", "month", "2017-12")
    assert (april["deadline"], april["days_left"], april["next_alert"]) == (None, None, None)
    assert {one["state"] for one in april["consequences"]} == {"threatened"}, "an award that was released lifts no threat"
    released = april["events"][-1]
    assert (released["kind"], released["when"]) == ("note", "by 2018-10-17")
    assert released["amount"] == {"usd": 252157, "qualifier": "exactly", "what": "Byrne JAG, fiscal year 2017"}


def test_status_gives_every_status_and_answer(run: Run) -> None:
    _, out, _ = run("status", "Burlington", "--example", "--on", "2018-04-20", "--json")
    january = json.loads(out)["cases"][1]
    assert (january["status"], january["overdue"], january["acknowledged"]) == ("overdue", True, False)
    assert january["statuses"] == ["overdue", "answered, extent unknown"]
    [answer] = january["answers"]
    assert (answer["extent"], answer["when"], answer["certainty"]) == ("unknown", "by 2018-04-16", "reported")
    assert answer["sources"][0]["publisher"] == "rssing.com"


def test_status_shows_what_was_withheld_and_then_released(run: Run) -> None:
    for day, state in (("2019-07-30", None), ("2019-08-01", "lifted")):
        _, out, _ = run("status", "State of Oregon", "--example", "--on", day, "--json")
        moved = [one for one in json.loads(out)["cases"][1]["consequences"] if one["name"] == "withholding of grants"]
        assert [one["state"] for one in moved] == ([state] if state else [])
        assert all("moved_before" not in one for one in moved)


def test_status_leaves_out_letters_that_were_not_sent_yet(run: Run) -> None:
    code, out, _ = run("status", "Oakland", "--example", "--on", "2018-03-28", "--json")
    assert (code, json.loads(out)["cases"]) == (0, [])


def test_status_says_which_consequences_the_letter_does_not_threaten(run: Run) -> None:
    _, out, _ = run("status", "Vermont", "--example", "--on", "2019-02-20", "--json")
    consequences = {one["name"]: one for case in json.loads(out)["cases"] for one in case["consequences"]}
    assert consequences["subpoena"]["threatened"] is True
    assert consequences["withholding of grants"]["threatened"] is False
    _, out, _ = run("status", "Vermont", "--example", "--on", "2019-02-20")
    line = next(line for line in out.splitlines() if "withholding of grants: carried out by 8 February 2019" in line)
    assert "more than $2,000,000, not threatened in the letter" in line


def test_status_shows_what_is_known_of_the_place_apart_from_letters(run: Run) -> None:
    _, out, _ = run("status", "Chicago", "--example", "--on", "2018-04-20", "--json")
    assert [event["date"] for event in json.loads(out)["context"]] == ["2017-09-30", "2018-04-19"]


def test_status_in_words(run: Run) -> None:
    code, out, _ = run("status", "Denver", "--example", "--on", "2018-02-24")
    assert code == 0
    assert out.startswith("Denver, CO — overdue by 1 day\nAs of 24 February 2018, end of day\n")
    assert out.count("As of 24 February 2018") == 1
    assert "https://" in out
    assert "\x1b" not in out


def test_status_of_now_needs_no_date(run: Run) -> None:
    code, out, _ = run("status", "Denver", "--example", "--json")
    assert code == 0
    assert json.loads(out)["cases"][0]["days_left"] < -3000


def test_an_unknown_name_gets_the_nearest_on_standard_error(run: Run) -> None:
    code, out, err = run("status", "Burlingtn", "--example")
    assert (code, out) == (1, "")
    assert "No place called “Burlingtn”" in err
    assert "Burlington, VT" in err


def test_an_ambiguous_name_gets_the_candidates(run: Run, database: Path, tmp_path: Path) -> None:
    def second_denver(raw: dict[str, Any]) -> None:
        raw["jurisdictions"].append({"name": "Denver", "kind": "city", "state": "IL", "aliases": [], "sources": ["news"]})
        raw["letters"][0]["recipients"].append("Denver, IL")

    known(database, 1)
    file = tmp_path / "two.json"
    file.write_text(json.dumps(changed(second_denver)), encoding="utf-8")
    assert run("import", str(file))[0] == 0
    code, out, err = run("status", "Denver")
    assert (code, out) == (1, "")
    assert "Denver, CO (city and county)" in err
    assert "Denver, IL (city)" in err
    assert run("status", "Denver, IL")[0] == 0
    assert run("status", "Denver, IL (city)")[0] == 0


def test_a_name_of_several_places_is_answered_for_the_one_with_a_letter_and_names_the_others(run: Run) -> None:
    _, out, _ = run("status", "Washington", "--example")
    assert out.startswith("Washington, D.C. — ")
    assert out.endswith("\nAlso recorded under this name: Washington (state), no letter.\n")
    assert json.loads(run("status", "Washington", "--example", "--json")[1])["also"] == ["Washington (state)"]
    _, out, _ = run("status", "Washington (state)", "--example")
    assert out.startswith("Washington\nNo letter to Washington is recorded.")
    assert "Also recorded" not in out
    assert json.loads(run("status", "Denver", "--example", "--json")[1])["also"] == []


@pytest.mark.parametrize("args", [("--on", "2018-02-30"), ("--on", "soon"), ("--on", "")])
def test_an_impossible_date_is_wrong_use(run: Run, args: tuple[str, ...]) -> None:
    code, out, err = run("status", "Denver", "--example", *args)
    assert (code, out) == (2, "")
    assert "date" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_wrong_use(run: Run, name: str) -> None:
    code, _, err = run("status", name, "--example")
    assert code == 2
    assert "is empty" in err


@pytest.mark.parametrize("name", ["!!!", "x" * 5000, "@everyone", "'; DROP TABLE cases; --", "日本", "\x1b[31m"])
def test_odd_names_are_answered_kindly(run: Run, name: str) -> None:
    code, _, err = run("status", name, "--example")
    assert code == 1
    assert "No place called" in err
    assert "\x1b" not in err


# the database


@pytest.mark.parametrize(
    "args",
    [
        ("status", "Denver"),
        ("plan", "--from", "2018-02-01", "--to", "2018-02-02"),
        ("export",),
        ("import", "small.json"),
        ("import", "small.json", "--server", "7"),
    ],
)
def test_without_a_database_every_verb_says_so_and_makes_none(
    run: Run, small: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    code, out, err = run(*args)
    assert (code, out) == (1, "")
    assert "There is no database yet at" in err
    assert f"letterwatch import {'small.json' if args[0] == 'import' else 'FILE'} --server ID --name NAME" in err
    assert {file.name for file in tmp_path.iterdir()} == {"small.json"}


def test_health_without_a_database_says_that_the_bot_has_not_run(run: Run, tmp_path: Path) -> None:
    code, out, err = run("health")
    assert (code, out) == (1, "")
    assert "There is no database yet at" in err
    assert "letterwatch run" in err
    assert "--example" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("server", [(), ("--server", "7"), ("--server", "7", "--name", "City Desk")])
def test_a_dry_run_needs_no_database_and_makes_none(run: Run, small: Path, tmp_path: Path, server: tuple[str, ...]) -> None:
    code, out, _ = run("import", str(small), "--dry-run", *server)
    assert code == 0
    assert "cases         2 new" in out
    assert "Nothing was recorded: this was a dry run." in out
    assert {file.name for file in tmp_path.iterdir()} == {"small.json"}


def test_a_dry_run_needs_no_server_in_the_database_and_makes_none(run: Run, small: Path, database: Path) -> None:
    assert "cases         2 new" in run("import", str(small), "--dry-run")[1]
    assert "has no server yet" in run("import", str(small))[2]


def test_a_first_import_can_make_the_database_and_the_server(run: Run, small: Path) -> None:
    assert run("import", str(small), "--server", "7", "--name", "City Desk")[0] == 0
    code, out, _ = run("status", "Denver", "--on", "2018-02-21", "--json")
    assert code == 0
    assert [case["status"] for case in json.loads(out)["cases"]] == ["answered"]


@pytest.mark.parametrize("zone", ["America/Denver", "Pacific/Honolulu", "Asia/Tokyo", "Pacific/Auckland", "UTC"])
def test_a_day_is_one_in_the_zone_of_the_deadline(run: Run, database: Path, zone: str) -> None:
    """The deadline is 23 February in New York, wherever the server is."""
    within(database, partial(in_zone, zone=zone))
    file = database.parent / "small.json"
    file.write_text(json.dumps(changed(lambda raw: raw.update(events=[]))), encoding="utf-8")
    assert run("import", str(file), "--server", "7")[0] == 0
    for day, left, overdue in (("2018-02-22", 1, False), ("2018-02-23", 0, False), ("2018-02-24", -1, True)):
        code, out, _ = run("status", "Denver", "--on", day, "--json")
        answer = json.loads(out)
        [case] = answer["cases"]
        assert (code, answer["on"], case["days_left"], case["overdue"]) == (0, day, left, overdue)


async def in_zone(db: Database, zone: str) -> None:
    async with db.write() as conn:
        await servers.ensure(conn, 7, "City Desk")
        await servers.change(conn, 7, datetime(2018, 1, 1, tzinfo=UTC), zone=zone)


def test_a_database_without_a_server_says_how_to_make_one(run: Run, database: Path, small: Path) -> None:
    for args in (("status", "Denver"), ("import", str(small))):
        code, _, err = run(*args)
        assert code == 1
        assert "--server ID --name NAME" in err


def test_of_several_servers_one_must_be_named(run: Run, database: Path, small: Path) -> None:
    known(database, 1, 2)
    code, _, err = run("import", str(small))
    assert code == 1
    assert "--server 1   Server 1\n  --server 2   Server 2" in err
    assert run("import", str(small), "--server", "2")[0] == 0
    assert run("status", "Denver", "--server", "2")[0] == 0
    assert "No place called" in run("status", "Denver", "--server", "1")[2]
    assert "no server 3" in run("status", "Denver", "--server", "3")[2]


def test_importing_reports_what_is_new_the_same_and_different(run: Run, database: Path, small: Path) -> None:
    known(database, 1)
    code, out, err = run("import", str(small))
    assert (code, err) == (0, "")
    assert "cases         2 new        0 the same        0 different" in out
    assert out.endswith("Recorded.\n")
    again = run("import", str(small))[1]
    assert "cases         0 new        2 the same        0 different" in again
    assert again.endswith("Nothing to record: all of it is already recorded.\n")
    small.write_text(json.dumps(changed(lambda raw: raw["letters"][0].update(title="Order"))), encoding="utf-8")
    different = run("import", str(small))[1]
    assert "letter january: the title is “Demand” here, “Order” in the file" in different
    assert different.endswith("\n\nNothing was recorded.\n")


@pytest.mark.parametrize(("options", "announced"), [((), 3), (("--quiet",), 0), (("--dry-run",), 0)])
def test_an_import_announces_what_is_new_unless_it_is_quiet(
    run: Run, database: Path, small: Path, options: tuple[str, ...], announced: int
) -> None:
    async def make(db: Database) -> None:
        alice = Desk(db)
        await alice.open()
        await alice.letter(datetime(2018, 1, 24, 12, tzinfo=NEW_YORK), title="Another demand")

    async def count(db: Database) -> None:
        async with db.read() as conn:
            query = select(func.count()).select_from(alerts).where(alerts.c.rung == NEWS)
            found.append((await conn.execute(query)).scalar_one())

    found: list[int] = []
    within(database, make)
    assert run("import", str(small), *options)[0] == 0
    within(database, count)
    assert found == [announced]


def test_a_dry_run_changes_nothing(run: Run, database: Path, small: Path) -> None:
    known(database, 1)
    before = database.read_bytes()
    assert "cases         2 new" in run("import", str(small), "--dry-run")[1]
    assert database.read_bytes() == before
    assert "No place called" in run("status", "Denver")[2]


def test_a_file_with_mistakes_is_refused_with_all_of_them(run: Run, database: Path, small: Path) -> None:
    known(database, 1)
    small.write_text(json.dumps(changed(lambda raw: raw["events"][0].update(certainty="sure", on="soon"))), encoding="utf-8")
    code, out, err = run("import", str(small))
    assert (code, out) == (1, "")
    assert "has 2 mistakes; nothing was recorded:" in err


def test_the_plan_of_a_server_names_its_channel_in_its_zone(run: Run, database: Path) -> None:
    async def make(db: Database) -> None:
        alice = Desk(db)
        await alice.open(channel_id=42, zone="Europe/Berlin", hour=7)
        await alice.letter(datetime(2018, 1, 24, 12, tzinfo=NEW_YORK))

    within(database, make)
    _, out, _ = run("plan", "--from", "2018-02-23", "--to", "2018-02-24", "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert [(notice["at"], notice["channel"], notice["rung"]) for notice in found] == [
        ("2018-02-23T07:00:00+01:00", "42", "the-day-itself"),
        ("2018-02-24T07:00:00+01:00", "42", "passed"),  # at 06:00 it was midnight in New York
    ]


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letterwatch.db").write_text("not a database at all, whatever its name says\n" * 100)
    code, _, err = run("status", "Denver")
    assert code == 1
    assert "file is not a database" in err


def test_an_empty_database_is_told_to_be_migrated_and_can_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letterwatch.db").touch()
    assert "letterwatch migrate creates them" in run("status", "Denver")[2]
    assert run("migrate")[0] == 0
    assert run("migrate")[0] == 0
    assert "has no server yet" in run("status", "Denver")[2]


@pytest.mark.parametrize(("age", "code"), [(timedelta(seconds=20), 0), (timedelta(minutes=4), 1)])
def test_health_is_the_age_of_the_last_tick(run: Run, database: Path, age: timedelta, code: int) -> None:
    async def beat(db: Database) -> None:
        async with db.write() as conn:
            await heartbeat.beat(conn, Heartbeat(datetime.now(UTC) - age))

    assert run("health")[0] == 1
    within(database, beat)
    found, out, err = run("health")
    assert found == code
    assert "The last check was" in out + err


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(hours=3), timedelta(days=30)], ids=str)
def test_health_fails_on_a_check_from_the_future(run: Run, database: Path, ahead: timedelta) -> None:
    left(database, Heartbeat(datetime.now(UTC) + ahead + timedelta(seconds=0.4)))
    code, out, err = run("health")
    assert (code, out) == (1, "")
    assert "in the future" in err and "clock was ahead then, or is behind now" in err


def test_health_forgives_a_check_from_a_few_seconds_ahead(run: Run, database: Path) -> None:
    left(database, Heartbeat(datetime.now(UTC) + timedelta(seconds=5)))
    assert run("health")[:2] == (0, "The last check was 0 seconds ago.\n")


@pytest.mark.parametrize(
    ("held", "ahead_by", "said"),
    [
        (Held.AHEAD, 30 * 86_400, "This machine's clock is 30 days ahead of Discord's. Nothing is posted until it is right."),
        (Held.UNCONFIRMED, 7_200, "This machine's clock seems to be 2 hours ahead, and Discord has not confirmed the time."),
        (Held.UNCONFIRMED, None, "Discord has not confirmed the time. Nothing is posted until it does."),
    ],
)
def test_health_says_what_keeps_the_bot_from_posting(
    run: Run, database: Path, held: Held, ahead_by: int | None, said: str
) -> None:
    left(database, Heartbeat(datetime.now(UTC), held, ahead_by))
    code, _, err = run("health")
    assert code == 1 and said in err


@pytest.mark.parametrize(("clock", "code"), [("wrong", 1), ("right", 0)])
def test_an_import_is_refused_while_the_bot_knows_that_the_clock_is_ahead(
    run: Run, database: Path, tmp_path: Path, clock: str, code: int
) -> None:
    file = tmp_path / "record.json"
    file.write_text(run("export", "--example")[1])
    ticked_at = datetime.now(UTC) + (timedelta() if clock == "wrong" else timedelta(days=30))
    left(database, Heartbeat(ticked_at, Held.AHEAD, 30 * 86_400))  # the clock has been set right since, or has not
    found, _, err = run("import", str(file), "--server", "1", "--name", "Newsroom")
    assert found == code
    assert ("clock is 30 days ahead of Discord's, so that nothing was recorded" in err) == (clock == "wrong")


def left(database: Path, last: Heartbeat) -> None:
    """What the watch leaves in the database."""

    async def beat(db: Database) -> None:
        async with db.write() as conn:
            await heartbeat.beat(conn, last)

    within(database, beat)


# export


def test_the_exported_example_is_the_example(run: Run, database: Path, tmp_path: Path) -> None:
    known(database, 1)
    code, out, _ = run("export", "--example")
    file = tmp_path / "example.json"
    file.write_text(out, encoding="utf-8")
    assert code == 0
    assert "cases        55 new" in run("import", str(file))[1]
    assert run("export", "--json", "--output", "server.json")[0] == 0
    again = run("import", "server.json")[1]
    assert "Nothing to record: all of it is already recorded." in again
    assert "Different from" not in again


def test_the_table_has_one_row_a_case(run: Run) -> None:
    code, out, _ = run("export", "--example", "--csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert code == 0
    assert len(rows) == 55
    assert (rows[29]["number"], rows[29]["jurisdiction"], rows[29]["deadline"]) == ("30", "Chicago", "2018-02-23")
    assert all(row["sources"] for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("Denver") == "Denver"


def test_an_export_that_cannot_be_written_says_why(run: Run) -> None:
    code, out, err = run("export", "--example", "--output", "no/such/folder.json")
    assert (code, out) == (1, "")
    assert "cannot be written: No such file or directory." in err


# use


@pytest.mark.parametrize("verb", sorted(verb.name for verb in VERBS))
def test_every_verb_has_a_help_text_with_examples(run: Run, verb: str) -> None:
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert f"letterwatch {verb}" in out
    assert "examples:" in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("stauts", "Denver"), "invalid choice: 'stauts'"),
        (("status",), "the following arguments are required: NAME"),
        (("status", "Denver", "--server", "x"), "“x” is not a server's id"),
        (("demo", "--port", "99999"), "“99999” is not a port"),
        (("export", "--csv", "--json"), "not allowed with argument"),
        (("import", "x.json", "--name", "City Desk"), "give both"),
    ],
)
def test_wrong_use_is_told_in_a_line_or_two(run: Run, args: tuple[str, ...], message: str) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") <= 2


def test_settings_that_are_wrong_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[databse]\nurl = 'x'\n")
    code, _, err = run("status", "Denver")
    assert code == 2
    assert "databse" in err
    assert run("status", "Denver", "--config", "none.toml")[0] == 2
    assert run("--config", "none.toml", "status", "Denver")[0] == 2
    assert run("status", "Denver", "--example", "--config", "none.toml")[0] == 0  # it needs no settings


def test_a_list_of_governments_that_is_not_there_is_a_wrong_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "story.txt").write_text("Letters went to Denver.")
    monkeypatch.setenv("LETTERWATCH_GOVERNMENTS", "none.csv")
    code, out, err = run("extract", "story.txt")
    assert (code, out) == (2, "")
    assert "LETTERWATCH_GOVERNMENTS in the environment: places.governments = 'none.csv': there is no such file." in err
    assert run("import", "recipients.csv", "--dry-run")[0] == 2
    code, _, err = run("health")  # it needs no list
    assert code == 1
    assert "There is no database yet" in err


def test_a_verb_fails_only_on_the_settings_that_it_needs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Letters went to Denver.")
    (tmp_path / "config.toml").write_text("[watch]\ntick_seconds = 0\n")
    assert run("health")[0] == 2
    assert run("extract", "story.txt")[0] == 0
    assert run("demo", "--config", "none.toml")[0] == 2


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"letterwatch {version('letterwatch')}\n", "")


def test_nothing_asked_for_shows_the_help(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert "show the cases of a jurisdiction" in out


def python(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", *args], capture_output=True, text=True, check=False, **options)


def test_help_answers_at_once_without_heavy_modules() -> None:
    heavy = "pydantic sqlalchemy discord rich alembic httpx"
    probe = (
        f"import sys; from bot.cli.main import parser; parser().format_help(); print(set('{heavy}'.split()) & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True).stdout == "set()\n"


def test_the_example_is_shown_without_a_database_library() -> None:
    command = "main(['status', 'Denver', '--example', '--json'])"
    probe = f"import sys; from bot.cli.main import main; {command}; print({{'sqlalchemy', 'alembic'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("\nset()\n")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m bot plan --example --from 2017-12-01 --to 2018-12-01 --json | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_piped_output_is_utf_8_and_plain_whatever_the_locale() -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "", "TERM": "xterm-256color"}
    done = python("status", "Denver", "--example", "--on", "2018-02-24", env=environment)
    assert done.returncode == 0
    assert "§" in done.stdout or "—" in done.stdout
    assert "\x1b" not in done.stdout


def test_on_a_terminal_lines_break_between_words_and_items_are_indented() -> None:
    text = "Asked: all of it\n- 6 February 2018: suit filed (<https://example.org/a-long-address-that-stays-whole>)\n\nend"
    assert wrapped(text, 24).split("\n") == [
        "Asked: all of it",
        "- 6 February 2018: suit",
        "  filed",
        "  (<https://example.org/a-long-address-that-stays-whole>)",
        "",
        "end",
    ]


@pytest.mark.parametrize("columns", [60, 100])
def test_status_and_plan_fit_the_terminal(columns: int) -> None:
    for verb in ("status Denver --example --on 2018-02-24", "plan --example --from 2018-02-22 --to 2018-02-23"):
        master, terminal = pty.openpty()
        command = [sys.executable, "-m", "bot", *verb.split()]
        environment = os.environ | {"COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "xterm", "PYTHONUTF8": "1"}
        with subprocess.Popen(command, stdout=terminal, stderr=subprocess.DEVNULL, env=environment):
            os.close(terminal)
            lines = re.sub(r"\x1b\[\d*m", "", _everything(master).decode()).split("\n")
        assert [line for line in lines if len(line.rstrip()) > columns and "://" not in line] == []
        assert max(len(line) for line in lines) > columns // 2


def _everything(master: int) -> bytes:
    found = b""
    with contextlib.suppress(OSError), open(master, "rb", buffering=0) as stream:  # Linux ends a terminal with EIO
        while part := stream.read(65536):
            found += part
    return found


def test_a_year_long_after_is_planned_month_by_month(run: Run) -> None:
    code, out, _ = run("plan", "--example", "--from", "2025-01-01", "--to", "2025-12-31", "--json")
    printed = [json.loads(line) for line in out.splitlines()]
    sections = [(one["at"][:10], section) for one in printed for section in one["sections"]]
    january = [day for day, section in sections if section["letter"] == "2018-01-24-documents"]
    assert code == 0
    assert {section["rung"] for _, section in sections} == {"monthly-after"}
    assert len(printed) == len(january) == len(set(january)) == 12


def test_an_export_names_what_cannot_be_read_and_has_everything_else(run: Run, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(run("export", "--example")[1])
    known(database, 1)
    assert run("import", str(file))[0] == 0
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TRIGGER events_are_never_altered")
        connection.execute("UPDATE events SET detail = '{' WHERE id = 1")
        connection.commit()
    code, out, err = run("export", "--json")
    assert code == 1 and "case 1 cannot be read, and is left out" in err
    exported = json.loads(out)
    assert len(exported["letters"]) == 4 and len(exported["events"]) > 30

"""Recording spreadsheets: all rows or none, what is known is matched, importing twice changes nothing."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy import func, select

from bot.desk import import_record
from bot.desk.import_sheet import SheetImport, SheetOptions, decide_sheet, record_decided
from bot.desk.session import reading, writing
from bot.desk.sheet_places import Settling
from bot.files import example
from bot.files.sheets.case_table import csv_of, harmless
from bot.files.sheets.row_reading import read
from bot.reader.document import Document
from bot.reader.draft import Recipient
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet
from bot.record.import_report import ImportReport, ItemKind
from bot.record.ladder import NEWS
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import cases, places
from bot.store import events as desk
from bot.store.database import BATCH, Database
from bot.store.tables import alerts, documents, events
from bot.words.import_report import difference_text, report_lines
from tests.conftest import Run
from tests.corpus.tables import LETTER, READ_AT, recipients, table
from tests.recording import NEW_YORK, Desk
from tests.undoing import undo_operation

DENVER = {"jurisdiction": "Denver", "kind": "city and county", "state": "CO"}
VERMONT = {"jurisdiction": "Vermont", "kind": "state", "state": "VT"}
MIDDLESEX = {"jurisdiction": "Middlesex", "state": "NJ"}
LATER = READ_AT + timedelta(days=4000)


@pytest.fixture
async def alice(db: Database) -> Desk:
    alice = Desk(db)
    await alice.open(calendar="US")
    return alice


async def store(alice: Desk, document: Document, *, skip: bool = False, now: datetime = READ_AT, **options: Any) -> SheetImport:
    """Recorded as `letterwatch import` does."""
    async with writing(alice.db, alice.server_id, now, "import") as session:
        sheet = read(document, NEW_YORK)
        decision = await decide_sheet(session, document, sheet, SheetOptions(skip_bad_rows=skip, **options))
        return await record_decided(session, decision)


def counted(report: ImportReport) -> dict[str, tuple[int, int, int]]:
    kinds = (ItemKind.PLACE, ItemKind.LETTER, ItemKind.CASE)
    return {kind.value: (report.new[kind], report.same[kind], report.different[kind]) for kind in kinds}


def differences(report: ImportReport) -> list[str]:
    return [difference_text(difference) for difference in report.differences]


def due_of(case: Case) -> list[Deadline]:
    return [event.detail.deadline for event in case.events if isinstance(event.detail, DeadlineSet)]


async def copies(alice: Desk) -> int:
    async with alice.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(documents))).scalar_one())


async def test_a_row_becomes_a_case_with_its_letter_deadline_and_source(alice: Desk) -> None:
    source = "Press release https://example.org/release"
    document = recipients(
        {**DENVER, "deadline": "30 days", "source": source}, {**VERMONT, "deadline": "Feb 26, 2018"}, demand="All"
    )
    imported = await store(alice, document)
    assert counted(imported.report) == {"places": (2, 0, 0), "letters": (1, 0, 0), "cases": (2, 0, 0)}
    denver, vermont = await alice.cases()
    assert (denver.letter.title, denver.letter.authority, denver.letter.sent.text) == tuple(
        LETTER[name] for name in ("title", "authority", "sent")
    )
    assert denver.letter.deadline is None
    assert [one.date for one in (*due_of(denver), *due_of(vermont))] == [date(2018, 2, 23), date(2018, 2, 26)]
    assert {(one.title, one.url) for event in denver.events for one in event.sources} == {
        ("Press release", "https://example.org/release")
    }
    assert {one.sha256 for event in vermont.events for one in event.sources} == {document.sha256}
    assert denver.place.ocd_id
    assert await copies(alice) == 1


async def test_periods_are_counted_on_the_server_s_calendar(alice: Desk) -> None:
    await store(alice, recipients(DENVER, sent="2018-01-05", deadline="10 days"))
    [denver] = await alice.cases()
    assert [one.date for one in due_of(denver)] == [date(2018, 1, 16)]  # the 15th was Martin Luther King Jr. Day


async def test_more_recipients_of_a_letter_are_counted_on_its_calendar(alice: Desk) -> None:
    """Recorded when the server counted by another calendar than today."""
    await store(alice, recipients(DENVER, sent="2018-01-05", deadline="10 days"))
    await alice.open(calendar="none")
    await store(alice, recipients(VERMONT, sent="2018-01-05", deadline="8 days"))
    _, vermont = await alice.cases()
    assert [(due.date, due.calendar) for due in due_of(vermont)] == [(date(2018, 1, 16), "US")]


async def test_importing_twice_changes_nothing(alice: Desk) -> None:
    document = recipients(DENVER, VERMONT, {"jurisdiction": "Chicago, IL"}, deadline="30 days")
    await store(alice, document)
    before = await alice.cases()
    again = await store(alice, document)
    assert counted(again.report) == {"places": (0, 3, 0), "letters": (0, 1, 0), "cases": (0, 3, 0)}
    assert not again.report.changes
    assert not again.report.differences
    assert await alice.cases() == before


async def test_places_that_the_list_settles_are_found_again(alice: Desk) -> None:
    rows = [
        {"jurisdiction": name, "state": state} for name, state in (("Denver", "CO"), ("Louisville", "KY"), ("Boston", "MA"))
    ]
    rows += [{"jurisdiction": "Washington, D.C."}, {"jurisdiction": "Cook County", "state": "IL"}, {"jurisdiction": "Vermont"}]
    await store(alice, recipients(*rows))
    assert counted((await store(alice, recipients(*rows))).report)["cases"] == (0, 6, 0)


async def test_a_deadline_that_differs_is_named_and_left(alice: Desk) -> None:
    await store(alice, recipients(DENVER, deadline="2018-02-23"))
    again = await store(alice, recipients(DENVER, VERMONT, deadline="2018-03-01"))
    assert counted(again.report)["cases"] == (1, 0, 1)
    [line] = differences(again.report)
    assert "to Denver, CO: the deadline is 2018-02-23 here, 2018-03-01 in the file" in line
    assert line.startswith("row 2, ")
    assert [one.date for case in await alice.cases() for one in due_of(case)] == [date(2018, 2, 23), date(2018, 3, 1)]


async def test_a_deadline_that_was_extended_since_is_no_difference(alice: Desk) -> None:
    document = recipients(DENVER, deadline="2018-02-23")
    await store(alice, document)
    [denver] = await alice.cases()
    await alice.extend(READ_AT, denver, date(2018, 3, 9))
    assert not (await store(alice, document)).report.differences


async def test_an_empty_deadline_is_that_of_the_recorded_letter(alice: Desk) -> None:
    await store(alice, recipients(DENVER, deadline="2018-03-01"))
    [denver] = await alice.cases()
    await store(alice, table(["name", "deadline"], ["Vermont (state)", ""]), letter=denver.letter.slug)
    assert [one.date for case in await alice.cases() for one in due_of(case)] == [date(2018, 3, 1)] * 2


async def test_a_new_letter_has_the_deadline_that_all_rows_state(alice: Desk) -> None:
    await store(alice, recipients(DENVER, VERMONT, deadline="2018-02-23"))
    await store(alice, recipients({**DENVER, "deadline": "2018-02-23"}, VERMONT, title="Another"))
    january, another = {case.letter.title: case.letter.deadline for case in await alice.cases()}.values()
    assert january is not None
    assert january.date == date(2018, 2, 23)
    assert another is None


async def test_rows_without_a_letter_need_one(alice: Desk) -> None:
    with pytest.raises(CaseError, match="Row 2: names no letter"):
        await store(alice, table(["name"], ["Denver, CO"]))
    with pytest.raises(CaseError, match="no letter “doj” is recorded here"):
        await store(alice, table(["name", "letter"], ["Denver, CO", "doj"]))


async def test_a_letter_goes_by_its_short_name_and_is_made_where_the_rows_say_enough(alice: Desk) -> None:
    await store(alice, recipients(DENVER, letter="doj-january"))
    imported = await store(alice, table(["name", "letter"], ["Vermont (state)", "doj-january"]))
    assert counted(imported.report)["letters"] == (0, 1, 0)
    assert [case.letter.slug for case in await alice.cases()] == ["doj-january", "doj-january"]


async def test_a_letter_that_is_recorded_otherwise_is_named_and_left(alice: Desk) -> None:
    await store(alice, recipients(DENVER, letter="doj-january", demand="All documents"))
    imported = await store(alice, recipients(DENVER, letter="doj-january", demand="Some documents"))
    assert differences(imported.report) == [
        "letter doj-january: the demand is “All documents” here, “Some documents” in the file"
    ]


async def test_several_letters_of_one_file_are_told_apart(alice: Desk) -> None:
    await store(alice, recipients(DENVER, {**DENVER, "title": "Demand of May"}, VERMONT))
    assert [(case.place.name, case.letter.title) for case in await alice.cases()] == [
        ("Denver", "Demand of January"),
        ("Vermont", "Demand of January"),
        ("Denver", "Demand of May"),
    ]


async def test_a_letter_to_come_is_refused(alice: Desk) -> None:
    with pytest.raises(CaseError, match="2018-02-02, is in the future"):
        await store(alice, recipients(DENVER, sent="2018-02-02"))


# places


async def test_a_known_place_is_matched_by_its_other_names(alice: Desk) -> None:
    known = Jurisdiction(0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO", ("City and County of Denver",))
    university = Jurisdiction(0, "University of Vermont", PlaceKind.INSTITUTION, "", ("UVM",))
    async with alice.db.write() as conn:
        await places.ensure_all(conn, alice.server_id, [known, university])
    imported = await store(alice, recipients({**DENVER, "jurisdiction": "City and County of Denver"}, {"jurisdiction": "UVM"}))
    assert counted(imported.report)["places"] == (0, 2, 0)
    assert [case.place.name for case in await alice.cases()] == ["Denver", "University of Vermont"]


async def test_two_names_of_one_new_place_are_one_place(alice: Desk) -> None:
    paul = {"jurisdiction": "St. Paul", "kind": "city", "state": "MN"}
    saint = {**paul, "jurisdiction": "Saint Paul"}
    with pytest.raises(CaseError, match=r"Row 3: .*is the same place as in row 2"):
        await store(alice, recipients(paul, saint))
    await store(alice, recipients(paul, {**saint, "title": "Another"}))
    assert len({case.place.id for case in await alice.cases()}) == 1


async def test_two_towns_of_one_name_are_never_made_one(alice: Desk) -> None:
    division = "ocd-division/country:us/state:mi/county:{}/place:lincoln"
    berrien, clare = (
        {"jurisdiction": "Lincoln", "kind": "town", "state": "MI", "ocd_id": division.format(county)}
        for county in ("berrien", "clare")
    )
    with pytest.raises(CaseError, match=r"Row 3: another place is already recorded as Lincoln, MI \(town\)"):
        await store(alice, recipients(berrien, clare))
    await store(alice, recipients(berrien))
    with pytest.raises(CaseError, match="Row 2: another place is already recorded as Lincoln"):
        await store(alice, recipients(clare))


async def test_a_place_that_is_certain_in_no_way_is_a_wrong_row_with_its_candidates(alice: Desk) -> None:
    with pytest.raises(CaseError, match=r"Row 2: “Middlesex” may be .*Middlesex County, NJ \(county\)"):
        await store(alice, recipients(MIDDLESEX))
    with pytest.raises(CaseError, match="Row 2: “Nowhereville” is not in the list of places; fill in its kind and state"):
        await store(alice, recipients({"jurisdiction": "Nowhereville"}))
    await store(alice, recipients({**MIDDLESEX, "kind": "county", "jurisdiction": "Middlesex County"}))
    assert [case.place.full_label for case in await alice.cases()] == ["Middlesex County, NJ (county)"]


async def test_denver_as_a_city_would_stand_twice_and_is_refused(alice: Desk) -> None:
    with pytest.raises(CaseError, match=r"Row 2: .*is Denver, CO \(city and county\), not a city"):
        await store(alice, recipients({**DENVER, "kind": "city"}))
    with pytest.raises(CaseError, match="Row 2: “Nowhereville” is not in the list of places; fill in its kind"):
        await store(alice, recipients({"jurisdiction": "Nowhereville", "state": "VT"}))
    await store(alice, recipients({"jurisdiction": "Nowhereville", "state": "VT", "kind": "city and county"}))


async def test_a_place_that_goes_without_its_state_is_told_for_a_second_look(alice: Desk) -> None:
    imported = await store(alice, recipients({"jurisdiction": "Chicago"}))
    assert [str(note) for note in imported.doubtful] == [
        "Row 2: The text gives no state. Read as Chicago, IL, which newspapers name without its state."
    ]


async def test_a_county_written_without_the_word_has_its_full_name(alice: Desk) -> None:
    await store(alice, recipients({**MIDDLESEX, "kind": "county"}))
    assert [case.place.label for case in await alice.cases()] == ["Middlesex County, NJ"]


async def test_a_township_of_another_county_is_not_the_known_one(alice: Desk) -> None:
    township = {"jurisdiction": "Washington Township", "kind": "town", "state": "IN"}
    morgan = {**township, "ocd_id": "ocd-division/country:us/state:in/county:morgan/place:washington"}
    await store(alice, recipients(morgan))
    with pytest.raises(CaseError, match="Row 2: another place is already recorded as Washington Township, IN"):
        await store(alice, recipients({**township, "county": "Pike"}))
    await store(alice, recipients({**township, "county": "Morgan County"}))
    assert len(await alice.cases()) == 1


# all or none


async def test_one_wrong_row_and_nothing_is_recorded(alice: Desk) -> None:
    with pytest.raises(CaseError) as refused:
        await store(alice, recipients(DENVER, {**VERMONT, "deadline": "2/3/2018"}, {**DENVER}, MIDDLESEX))
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]] == ["- Row 3", "- Row 4", "- Row 5"]
    assert await alice.cases() == []
    assert await copies(alice) == 0


async def test_wrong_rows_can_be_left_out(alice: Desk) -> None:
    imported = await store(alice, recipients(DENVER, MIDDLESEX, {**VERMONT, "kind": "castle"}), skip=True)
    assert [bad.number for bad in imported.bad] == [3, 4]
    assert [case.place.name for case in await alice.cases()] == ["Denver"]


async def test_a_case_that_was_taken_back_stays_so(alice: Desk) -> None:
    document = recipients(DENVER)
    await store(alice, document)
    async with alice.db.write() as conn:
        operation = (await conn.execute(select(events.c.operation).limit(1))).scalar_one()
        await undo_operation(conn, alice.audit(READ_AT + timedelta(minutes=1)), operation)
    again = await store(alice, document)
    assert "was undone here, and is not recorded again" in differences(again.report)[0]
    assert not again.report.changes


async def test_more_rows_than_one_batch_keep_their_order(alice: Desk) -> None:
    many = [{"jurisdiction": f"Town {number}", "kind": "town", "state": "VT"} for number in range(BATCH + 3)]
    await store(alice, recipients(*many, deadline="30 days"))
    assert [(case.number, case.place.name) for case in await alice.cases()] == [
        (number + 1, one["jurisdiction"]) for number, one in enumerate(many)
    ]


# news


async def announced(alice: Desk) -> list[tuple[int, int]]:
    """The notice and the case of each announced event."""
    async with alice.db.read() as conn:
        rows = await conn.execute(
            select(alerts.c.notice_id, alerts.c.case_id).where(alerts.c.rung == NEWS).order_by(alerts.c.id)
        )
        return [(row.notice_id, row.case_id) for row in rows]


async def test_a_first_sheet_is_no_news(alice: Desk) -> None:
    await store(alice, recipients(DENVER))
    assert await announced(alice) == []


async def test_new_recipients_are_announced_in_one_notice_a_letter(alice: Desk) -> None:
    await store(alice, recipients(DENVER))
    second = recipients(DENVER, VERMONT, {**DENVER, "title": "Demand of May"}, {**VERMONT, "title": "Demand of May"})
    await store(alice, second)
    by_case = {case.id: (case.place.name, case.letter.title) for case in await alice.cases()}
    notices = [[case_id for notice, case_id in await announced(alice) if notice == number] for number in (1, 2)]
    assert [[by_case[case_id] for case_id in cases_] for cases_ in notices] == [
        [("Vermont", "Demand of January")],
        [("Denver", "Demand of May"), ("Vermont", "Demand of May")],
    ]
    before = await announced(alice)
    await store(alice, second)
    assert await announced(alice) == before


async def test_a_quiet_sheet_announces_nothing(alice: Desk) -> None:
    await store(alice, recipients(DENVER))
    await store(alice, recipients(VERMONT), quiet=True)
    assert await announced(alice) == []


async def test_recipients_beyond_one_batch_are_one_notice(alice: Desk) -> None:
    await store(alice, recipients(DENVER))
    many = [{"jurisdiction": f"Town {number}", "kind": "town", "state": "VT"} for number in range(BATCH + 3)]
    await store(alice, recipients(*many))
    assert [notice for notice, _ in await announced(alice)] == [1] * (BATCH + 3)


# back and forth


async def test_an_export_read_into_another_server_exports_as_the_same_table(alice: Desk, db: Database) -> None:
    """But for what a sheet cannot hold: the events after a letter was sent, and what follows from them."""
    charlie = Desk(db, 7)
    await charlie.open()
    async with writing(db, alice.server_id, LATER, "import") as session:
        await import_record.record_file(session, example.example())
    async with db.write() as conn:
        kind = Jurisdiction(0, "=Bobby Tables", PlaceKind.INSTITUTION, "NY", ("@bobby",))
        [(odd, _)] = await places.ensure_all(conn, alice.server_id, [kind])
        letter = (await cases.letters_of(conn, alice.server_id))[0]
        await desk.add_cases(conn, alice.audit(LATER), letter, [NewCase(odd, None)])
    first = csv_of(await alice.cases(), LATER)
    document = table(*csv.reader(io.StringIO(first, newline="")))
    await store(charlie, document, now=LATER)
    second = csv_of(await charlie.cases(), LATER)
    held = ("jurisdiction", "kind", "state", "letter", "title", "authority", "sent", "deadline", "deadline_time", "time_zone")
    columns = ("sources", "aliases", "demand", "threatened", "legal_basis")
    ours, theirs = (
        sorted([row[name] for name in (*held, *columns)] for row in csv.DictReader(io.StringIO(text, newline="")))
        for text in (first, second)
    )
    assert theirs == ours
    assert harmless("=Bobby Tables") in {row[0] for row in theirs}
    assert not (await store(charlie, document, now=LATER)).report.changes


# the command line


def file_of(folder: Path, document: Document, name: str) -> str:
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in document.rows:
            sheet.append(row)
        book.save(folder / name)
    else:
        (folder / name).write_bytes(document.content)
    return name


SERVER = ("--server", "1", "--name", "City Desk")


@pytest.mark.parametrize("name", ["recipients.csv", "recipients.xlsx", "RECIPIENTS.CSV"])
def test_a_spreadsheet_is_imported_once(run: Run, tmp_path: Path, name: str) -> None:
    file = file_of(tmp_path, recipients(DENVER, VERMONT, deadline="30 days", phone="1"), name)
    code, out, _ = run("import", file, "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "Columns that are not read: phone.")
    assert "Nothing was recorded: this was a dry run." in out
    assert not (tmp_path / "letterwatch.db").exists()
    code, out, _ = run("import", file, *SERVER)
    assert (code, out.splitlines()[-1]) == (0, "Recorded.")
    assert "cases         2 new        0 the same" in out
    code, out, _ = run("import", file)
    assert (code, out.splitlines()[-1]) == (0, "Nothing to record: all of it is already recorded.")
    assert "23 February 2018" in run("status", "Denver")[1]


def test_wrong_rows_are_told_on_standard_error_and_nothing_is_recorded(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, recipients(DENVER, {**VERMONT, "kind": "castle"}, MIDDLESEX), "bad.csv")
    code, out, err = run("import", file, *SERVER)
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "bad.csv: 2 rows cannot be recorded, so nothing was recorded:"
    assert err.splitlines()[1].startswith("- Row 3: kind: “castle” is not a kind of place.")
    code, out, _ = run("import", file, *SERVER, "--skip-bad-rows")
    assert code == 0
    assert "2 rows left out:\n  Row 3: kind" in out
    assert "cases         1 new" in out


def test_where_every_row_is_left_out_nothing_is_called_recorded(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, recipients({**VERMONT, "kind": "castle"}), "bad.csv")
    code, out, _ = run("import", file, *SERVER, "--skip-bad-rows")
    assert (code, out.splitlines()[-1]) == (0, "Nothing was recorded.")


def test_a_csv_of_formulas_is_refused_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "formulas.csv").write_text("name,kind\n=cmd|' /C calc'!A0,city\n")
    code, out, err = run("import", "formulas.csv", *SERVER)
    assert (code, out) == (1, "")
    assert err.startswith("formulas.csv: Row 2: name: “=cmd|' /C calc'!A0” is a formula")
    (tmp_path / "formulas.csv").write_text("name,kind\n=1+1,city\n@SUM(A1),city\n-2,=3\n")
    _, _, more = run("import", "formulas.csv", *SERVER)
    assert more.startswith("formulas.csv: rows 2, 3 and 4 contain formulas instead of text. Row 2: name: “=1+1”")
    assert [err.count("\n"), more.count("\n")] == [1, 1]
    assert "The database has no server yet" in run("export", "--csv")[2]


def test_the_order_of_day_and_month_is_never_guessed_but_may_be_said(run: Run, tmp_path: Path) -> None:
    file = file_of(tmp_path, recipients(DENVER, sent="1/2/2018", deadline="2/3/2018"), "us.csv")
    assert "can be read as" in run("import", file, *SERVER)[2]
    assert run("import", file, *SERVER, "--dates", "month-first")[0] == 0
    assert "3 February 2018" in run("status", "Denver")[1]


def test_a_spreadsheet_of_another_kind_is_to_be_saved_as_one_that_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    code, out, err = run("import", "old.xls", *SERVER)
    assert (code, out) == (1, "")
    assert "save it as .xlsx" in err


def test_rows_take_the_letter_named_beside_the_file(run: Run, tmp_path: Path) -> None:
    assert run("import", file_of(tmp_path, recipients(DENVER, letter="january"), "first.csv"), *SERVER)[0] == 0
    second = file_of(tmp_path, table(["name"], ["Vermont (state)"]), "second.csv")
    code, _, err = run("import", second, "--letter", "march")
    assert (code, err) == (1, "No letter with the short name “march” is recorded here. Recorded letters: january.\n")
    assert run("import", second, "--letter", "january")[0] == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "Name either the FILE to import or --template."),
        (("x.csv", "--template"), "Name either the FILE to import or --template."),
        (("x.csv", "--output", "y.csv"), "--output says where --template is written"),
        (("x.json", "--dates", "day-first"), "are for spreadsheets"),
        (("x.json", "--hidden-rows", "skip"), "are for spreadsheets"),
        (("x.csv", "--letter", "y", "--new-letter"), "give one of them"),
    ],
)
def test_wrong_use_of_import_is_told_in_a_line(run: Run, args: Sequence[str], says: str) -> None:
    code, _, err = run("import", *args)
    assert code == 2
    assert says in err


def test_the_template_is_written_by_the_name_s_ending(run: Run, tmp_path: Path) -> None:
    assert run("import", "--template")[1].startswith("\ufeffjurisdiction,kind,state,")
    assert run("import", "--template", "--output", "t.xlsx")[0] == 0
    assert run("import", "--template", "--output", "t.csv")[0] == 0
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
    code, _, err = run("import", "t.xlsx", *SERVER)
    assert (code, err) == (1, "t.xlsx has a header but no row to record below it; nothing was recorded.\n")
    assert run("import", "--template", "--output", "t.txt")[0] == 1
    assert run("import", "missing.csv", *SERVER)[2] == f"missing.csv cannot be read: {os.strerror(2)}.\n"


async def test_places_are_looked_up_before_the_writing_begins(alice: Desk) -> None:
    """So that nobody has to wait for the list of governments. What the server knows is not looked up at all."""
    await store(alice, recipients(VERMONT))
    document = recipients(VERMONT, DENVER)
    sheet = read(document, NEW_YORK)
    settling = Settling()
    async with reading(alice.db, alice.server_id, READ_AT) as session:
        await decide_sheet(session, document, sheet, settling=settling)
    del settling.known  # whoever looks anything up now fails
    assert [outcome.name for outcome in settling._outcomes.values() if isinstance(outcome, Recipient)] == ["Denver"]
    async with writing(alice.db, alice.server_id, READ_AT, "import") as session:
        imported = await record_decided(session, await decide_sheet(session, document, sheet, settling=settling))
    assert imported.report.new == {"places": 1, "cases": 1}


async def test_a_sheet_read_in_another_zone_is_refused(alice: Desk) -> None:
    document = recipients(VERMONT)
    sheet = read(document, ZoneInfo("America/Denver"))
    with pytest.raises(CaseError, match="time zone was changed in the meantime"):
        async with writing(alice.db, alice.server_id, READ_AT, "import") as session:
            await decide_sheet(session, document, sheet)


# a letter that may be recorded already

ALIKE = [
    {"title": "Demand of January."},
    {"title": "Demand of Januray"},
    {"authority": "DOJ"},
    {"authority": "Justice Department"},
    {"authority": "the U.S. department of justice", "title": "“Demand” of January"},
    {"sent": "2018-01"},
]


@pytest.mark.parametrize("cells", ALIKE)
async def test_a_letter_that_may_be_a_recorded_one_is_asked_about(alice: Desk, cells: dict[str, str]) -> None:
    await store(alice, recipients(DENVER, deadline="2018-02-23"))
    more = recipients({**VERMONT, **cells})
    with pytest.raises(
        CaseError, match=r"Row 2: the letter may be “Demand of January” \(2018-01-24-demand-of-january: "
    ) as refused:
        await store(alice, more)
    assert "--letter" in str(refused.value) and "--new-letter" in str(refused.value)
    assert [case.place.label for case in await alice.cases()] == ["Denver, CO"]


@pytest.mark.parametrize("cells", ALIKE)
async def test_it_can_be_said_that_it_is_that_one_or_another(alice: Desk, cells: dict[str, str]) -> None:
    await store(alice, recipients(DENVER, deadline="2018-02-23"))
    [denver] = await alice.cases()
    more = recipients({**VERMONT, **cells})
    await store(alice, more, letter=denver.letter.slug)
    assert {case.letter.id for case in await alice.cases()} == {denver.letter.id}
    await store(alice, recipients({**DENVER, **cells}), new_letters=True)
    assert len({case.letter.id for case in await alice.cases()}) == 2
    again = await store(alice, recipients({**DENVER, **cells}))
    assert not again.report.changes, "the second import finds the letter that is written just so"


async def test_a_letter_column_says_which_one_it_is(alice: Desk) -> None:
    await store(alice, recipients(DENVER))
    await store(alice, recipients({**VERMONT, "title": "Demand of January.", "letter": "2018-01-24-demand-of-january"}))
    assert len({case.letter.id for case in await alice.cases()}) == 1


@pytest.mark.parametrize("cells", [{"title": "Demand 2 of January"}, {"authority": "DHS"}, {"sent": "2018-01-25"}])
async def test_a_letter_that_is_another_one_is_not_asked_about(alice: Desk, cells: dict[str, str]) -> None:
    await store(alice, recipients(DENVER))
    await store(alice, recipients({**VERMONT, **cells}))
    assert len({case.letter.id for case in await alice.cases()}) == 2


async def test_of_two_recorded_letters_that_are_written_just_so_none_is_chosen(alice: Desk) -> None:
    [first] = await alice.letter(datetime(2018, 1, 24, 12, tzinfo=NEW_YORK), to=("Albany",), title="Demand")
    await alice.letter(datetime(2018, 1, 24, 13, tzinfo=NEW_YORK), to=("Albany",), title="Demand")
    row = recipients({**VERMONT, "title": "Demand", "authority": "The authority"})
    with pytest.raises(CaseError, match=r"may be “Demand” \(.*\) or “Demand” \(.*\), which are recorded"):
        await store(alice, row, new_letters=True)
    await store(alice, row, letter=first.letter.slug)
    assert [case.place.label for case in await alice.cases() if case.letter.id == first.letter.id] == ["Albany, NY", "Vermont"]


async def test_two_letters_of_one_file_that_may_be_one_are_asked_about(alice: Desk) -> None:
    rows = recipients(DENVER, {**VERMONT, "authority": "DOJ"})
    with pytest.raises(CaseError, match="Row 3: the letter may be that of row 2, “Demand of January”"):
        await store(alice, rows)
    await store(alice, rows, new_letters=True)
    assert len({case.letter.id for case in await alice.cases()}) == 2


# recipients without a deadline


async def test_the_report_names_those_that_take_the_letters_deadline(alice: Desk) -> None:
    await store(alice, recipients(DENVER, deadline="2018-02-23"))
    [denver] = await alice.cases()
    imported = await store(alice, recipients(VERMONT, {"jurisdiction": "Boulder", "kind": "city", "state": "CO"}))
    [(which, names)] = imported.report.without_own_deadline.items()
    assert (which.letter, which.deadline) == (denver.letter.slug, denver.letter.deadline)
    assert names == ["Vermont (row 2)", "Boulder, CO (row 3)"]
    lines = report_lines(imported.report, dry_run=True)
    assert "Letter 2018-01-24-demand-of-january: its deadline, 2018-02-23, for 2 recipients without another one:" in lines
    assert "  Vermont (row 2)" in lines


async def test_the_report_names_those_that_have_no_deadline_at_all(alice: Desk) -> None:
    imported = await store(alice, recipients({**DENVER, "deadline": "2018-02-23"}, VERMONT))
    assert "Letter 2018-01-24-demand-of-january: no deadline, and so no countdown, for 1 recipient:" in report_lines(
        imported.report, False
    )
    again = await store(alice, recipients({**DENVER, "deadline": "2018-02-23"}, VERMONT))
    assert not again.report.without_own_deadline, "nothing was recorded"


# the command line


def hiding(tmp_path: Path) -> str:
    book = openpyxl.Workbook()
    for row in (["name", "authority", "title", "sent"], ["Denver, CO"], ["Vermont (state)"], ["Boulder, CO (city)"]):
        book.active.append(row if row[0] == "name" else [*row, "DOJ", "Demand", "2018-01-24"])
    book.active.auto_filter.ref = "A1:D4"
    for number in (3, 4):
        book.active.row_dimensions[number].hidden = True
    book.save(tmp_path / "hiding.xlsx")
    return "hiding.xlsx"


@pytest.mark.parametrize("trial", [(), ("--dry-run",)])
def test_hidden_rows_stop_the_import_until_it_is_said_what_becomes_of_them(
    run: Run, tmp_path: Path, trial: Sequence[str]
) -> None:
    file = hiding(tmp_path)
    code, out, err = run("import", file, *SERVER, *trial)
    assert (code, out) == (1, "")
    assert err.startswith("hiding.xlsx has 2 rows that are hidden, by a filter or by hand: rows 3 and 4. Nothing was recorded.")
    assert "--hidden-rows include or --hidden-rows skip" in err
    code, out, _ = run("import", file, *SERVER, *trial, "--hidden-rows", "skip")
    assert code == 0 and "2 hidden rows left out: rows 3 and 4." in out and "cases         1 new" in out
    code, out, _ = run("import", file, *SERVER, *trial, "--hidden-rows", "include")
    assert code == 0 and "2 hidden rows included: rows 3 and 4." in out
    assert f"cases         {3 if trial else 2} new" in out


def test_garbled_cells_are_refused_with_their_rows(run: Run, tmp_path: Path) -> None:
    garbled = {"jurisdiction": "DoÃ±a Ana County", "kind": "county", "state": "NM"}
    file = file_of(tmp_path, recipients(DENVER, garbled), "list.csv")
    code, _, err = run("import", file, *SERVER)
    assert code == 1
    assert "Row 3: jurisdiction: “DoÃ±a Ana County” seems to be “Doña Ana County”, garbled by a wrong encoding." in err
    assert run("import", file, *SERVER, "--skip-bad-rows")[0] == 0
    assert "Doña" not in run("status", "Denver")[1]
    assert run("import", file, *SERVER, "--keep-garbled")[0] == 0


def test_a_letter_is_asked_about_once_and_what_else_is_wrong_is_named_too(run: Run, tmp_path: Path) -> None:
    assert run("import", file_of(tmp_path, recipients(DENVER), "first.csv"), *SERVER)[0] == 0
    boulder = {"jurisdiction": "Boulder", "kind": "city", "state": "CO", "deadline": "2018-02-23 0:00"}
    code, _, err = run("import", file_of(tmp_path, recipients(VERMONT, boulder, authority="DOJ"), "more.csv"), *SERVER)
    first, *lines = err.splitlines()
    assert (code, first) == (1, "more.csv: 2 rows cannot be recorded, so nothing was recorded:")
    assert [line.partition(":")[0] for line in lines] == ["- Rows 2 and 3", "- Row 3"]
    assert "start or as the end of 23 February 2018" in lines[1]

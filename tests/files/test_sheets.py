"""Spreadsheets of recipients: how columns are found, cells read, wrong rows named, and a draft made for a person to confirm."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.sheet_draft import draft_of
from bot.files.sheets import template
from bot.files.sheets.case_table import COLUMNS, harmless
from bot.files.sheets.cells import FORMULAS, read_sources
from bot.files.sheets.columns import SYNONYMS, Column, columns_of
from bot.files.sheets.row_reading import read
from bot.files.sheets.rows import BadRowKind, HiddenRows, HiddenRowsFound, Sheet
from bot.reader.document import Document
from bot.reader.documents import from_file
from bot.reader.draft import QuestionKind
from bot.record.errors import CaseError
from bot.record.place_kinds import read_kind
from bot.record.place_names import read_state
from bot.record.places import PlaceKind
from tests.corpus import samples
from tests.corpus.tables import READ_AT, recipients, table
from tests.recording import NEW_YORK

DENVER = {"jurisdiction": "Denver", "kind": "city and county", "state": "CO"}
VERMONT = {"jurisdiction": "Vermont", "kind": "state", "state": "VT"}
NOT_READ = (
    *(
        "number",
        "status",
        "days_left",
        "days_overdue",
        "answered",
        "answers",
        "ended",
        "in_court",
        "consequences",
        "last_event",
    ),
)


def sheet(document: Document) -> Sheet:
    return read(document, NEW_YORK)


def wrong(*rows: dict[str, str], **shared: str) -> str:
    """The one row's reason."""
    [bad] = sheet(recipients(*rows, **shared)).bad
    return str(bad)


# columns


@pytest.mark.parametrize("header", ["Letter date", "letter_date", "LETTERDATE", " Letter-Date "])
def test_case_spaces_and_underscores_do_not_matter(header: str) -> None:
    assert columns_of(["Name", header], "x.csv").at == {Column.JURISDICTION: 0, Column.SENT: 1}


def test_columns_stand_in_any_order() -> None:
    for header in itertools.permutations(["State", "Recipient", "Type", "Due"]):
        cells = {"State": "CO", "Recipient": "Denver", "Type": "City and County", "Due": "2018-02-23"}
        [row] = sheet(table(header, [cells[name] for name in header])).rows
        assert (row.name, row.kind, row.state, row.deadline) == ("Denver", PlaceKind.CITY_AND_COUNTY, "CO", "2018-02-23")


def test_no_name_stands_for_two_columns() -> None:
    names = [name for column in Column for name in (column.value, *SYNONYMS[column].split(", "))]
    assert len({name.replace("_", " ") for name in names}) == len(names)


def test_what_an_export_writes_is_understood_or_named_as_not_read() -> None:
    assert columns_of(COLUMNS, "x.csv").ignored == NOT_READ


def test_unknown_columns_are_named_and_never_an_error() -> None:
    found = sheet(table(["Jurisdiction", "Phone"], ["Denver, CO", "+1 303 555 0100"]))
    assert (found.columns.ignored, len(found.rows)) == (("Phone",), 1)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["Phone", "State"], ["1", "CO"]], "first row names no column for the recipients"),
        ([["Name", "name"], ["a", "b"]], "the column “Name” appears twice"),
        ([["Name", "Recipient"], ["a", "b"]], "the columns “Name” and “Recipient” both mean “jurisdiction”"),
        ([["Jurisdiction"], [""]], "a header but no row"),
        ([[""], [""]], "is empty"),
        ([["Mailing of 2018"], [], ["Name", "State"], ["Denver", "CO"]], r"header seems to be row 3\. .*“Mailing of 2018”"),
    ],
)
def test_a_table_without_a_usable_header_is_refused_in_one_line(rows: list[list[str]], says: str) -> None:
    with pytest.raises(CaseError, match=says) as refused:
        sheet(table(*rows))
    assert "\n" not in str(refused.value)


# rows


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    found = sheet(table(["Name", "Kind"], ["Denver", "city"], ["", ""], ["Boulder", "castle"]))
    assert ([row.number for row in found.rows], [bad.number for bad in found.bad]) == ([2], [4])


def test_every_wrong_cell_of_a_row_is_named_by_its_header() -> None:
    found = wrong({"Name": "Denver", "Type": "castle", "State": "Kolorado"}, sent="2/3/2018")
    assert found.startswith("Row 2: ")
    assert "Type: “castle” is not a kind of place." in found
    assert "State: “Kolorado” is not a state." in found
    assert "sent: “2/3/2018” can be read as 3 February 2018 or as 2 March 2018" in found


@pytest.mark.parametrize("sign", FORMULAS)
def test_a_formula_is_no_name(sign: str) -> None:
    assert "is a formula, not text" in wrong({**DENVER, "jurisdiction": f"{sign}HYPERLINK(A1)"})
    [row] = sheet(recipients({**DENVER, "jurisdiction": harmless(f"{sign}HYPERLINK(A1)")})).rows
    assert row.name == f"{sign}HYPERLINK(A1)"


def test_a_row_with_a_formula_is_of_a_kind_of_its_own_whatever_the_words() -> None:
    words = "is a formula, not text"
    assert [bad.kind for bad in sheet(recipients({**DENVER, "kind": words}, {**DENVER, "jurisdiction": "=1+1"})).bad] == [
        BadRowKind.OTHER,
        BadRowKind.FORMULA,
    ]


def test_a_formula_is_no_date_either() -> None:
    assert "sent: “=TODAY()” is a formula" in wrong(DENVER, sent="=TODAY()")


def test_a_row_longer_than_the_header_is_wrong() -> None:
    [bad] = sheet(table(["Name", "State"], ["Denver", "CO", "city and county"])).bad
    assert str(bad) == "Row 2: has more cells than the header: “city and county” is under no header."


def test_a_row_without_a_name_is_wrong() -> None:
    assert wrong({"jurisdiction": "", "state": "CO"}) == "Row 2: jurisdiction is empty."


def test_a_name_without_a_letter_that_finds_it_is_wrong() -> None:
    assert wrong({"jurisdiction": "城市", "state": "CO"}).startswith("Row 2: jurisdiction: “城市” has no letter from A to Z")


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        ({"name": "Denver, CO (city and county)"}, ("Denver", PlaceKind.CITY_AND_COUNTY, "CO")),
        ({"name": "Denver, Colorado", "kind": "City-and-County"}, ("Denver", PlaceKind.CITY_AND_COUNTY, "CO")),
        ({"name": "Denver, CO", "state": "CO"}, ("Denver", None, "CO")),
        ({"name": "Denver, CO", "state": "NE"}, ("Denver, CO", None, "NE")),
        ({"name": "Vermont", "kind": "state"}, ("Vermont", PlaceKind.STATE, "VT")),
        ({"name": "Washington, D.C.", "kind": "federal district"}, ("Washington, D.C.", PlaceKind.FEDERAL_DISTRICT, "DC")),
        ({"name": "Regents, Maryland", "kind": "institution"}, ("Regents, Maryland", PlaceKind.INSTITUTION, None)),
        ({"name": "Orleans", "kind": "parish", "state": "La"}, ("Orleans", PlaceKind.COUNTY, "LA")),
        ({"name": "Oak Park", "kind": "village", "state": "IL"}, ("Village of Oak Park", PlaceKind.TOWN, "IL")),
        ({"name": "Oak Park, IL (Village)"}, ("Village of Oak Park", PlaceKind.TOWN, "IL")),
        ({"name": "Village of Oak Park", "kind": "Village", "state": "IL"}, ("Village of Oak Park", PlaceKind.TOWN, "IL")),
        ({"name": "Cherry Hill", "kind": "township", "state": "NJ"}, ("Cherry Hill Township", PlaceKind.TOWN, "NJ")),
        ({"name": "Princeton, NJ", "kind": "borough"}, ("Borough of Princeton", PlaceKind.TOWN, "NJ")),
        ({"name": "Kenai Peninsula", "kind": "borough", "state": "AK"}, ("Kenai Peninsula Borough", PlaceKind.COUNTY, "AK")),
        ({"name": "Oak Park", "kind": "town", "state": "IL"}, ("Oak Park", PlaceKind.TOWN, "IL")),
        ({"name": "Navajo Nation", "kind": "tribe"}, ("Navajo Nation", PlaceKind.TRIBE, None)),
        ({"name": "Hopi Tribe, AZ (tribe)"}, ("Hopi Tribe", PlaceKind.TRIBE, "AZ")),
        (
            {"name": "Boulder Valley School District", "kind": "School_District", "state": "CO"},
            ("Boulder Valley School District", PlaceKind.SCHOOL_DISTRICT, "CO"),
        ),
    ],
)
def test_kind_and_state_may_stand_behind_the_name(cells: dict[str, str], meant: tuple[object, ...]) -> None:
    [row] = sheet(table(list(cells), list(cells.values()))).rows
    assert (row.name, row.kind, row.state) == meant


def test_sources_are_parted_by_semicolons_and_addresses_by_spaces_too() -> None:
    assert [
        (one.title, one.url) for one in read_sources("Press release https://a.org/b; Docket 17; https://c.org https://d.org")
    ] == [
        ("Press release", "https://a.org/b"),
        ("Docket 17", ""),
        ("c.org", "https://c.org"),
        ("d.org", "https://d.org"),
    ]


@pytest.mark.parametrize("text", ["x", "javascript://a.org", "https://a.org and more", "https://nowhere", "https://me@a.org/"])
def test_what_names_no_source_is_refused(text: str) -> None:
    with pytest.raises(CaseError):
        read_sources(text)


@given(st.text())
def test_no_cell_breaks_the_reader(text: str) -> None:
    for reader in (read_kind, read_state, read_sources):
        try:
            reader(text)
        except CaseError as refused:
            assert str(refused)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), min_size=1, max_size=6))
def test_no_table_breaks_the_reader(rows: list[list[str]]) -> None:
    header = ["Name", "State", "Kind", "Sent", "Deadline", "Source"]
    found = sheet(table(header, *rows, ["Denver", "CO"]))
    numbers = [*(row.number for row in found.rows), *(bad.number for bad in found.bad)]
    assert set(numbers) <= set(range(2, len(rows) + 3))
    assert len(rows) + 2 in {row.number for row in found.rows}


# the draft


def test_a_table_is_a_draft_letter_with_a_recipient_a_row() -> None:
    draft = draft_of(
        recipients(DENVER, VERMONT, deadline="Feb 23, 2018", demand="Documents", threatened="subpoena; lawsuit"), NEW_YORK
    )
    assert draft.authority is not None and draft.letter_date is not None and draft.deadline is not None
    assert (draft.title, draft.authority.value, draft.letter_date.value) == (
        "Demand of January",
        "U.S. Department of Justice",
        date(2018, 1, 24),
    )
    assert [one.label for one in draft.recipients] == ["Denver, CO (city and county)", "Vermont (state)"]
    assert [one.value for one in draft.threatened] == ["subpoena", "lawsuit"]
    assert draft.deadline.value.date == date(2018, 2, 23)
    assert [one.deadline for one in draft.recipients] == [None, None]
    assert draft.source.sha256


def test_each_thing_of_the_draft_stands_with_its_cell() -> None:
    draft = draft_of(recipients(DENVER, VERMONT, deadline="Feb 23, 2018"), NEW_YORK)
    spans = [one.span for one in (draft.authority, draft.letter_date, draft.deadline, *draft.recipients) if one]
    assert [draft.words(span) for span in spans if span] == [
        "U.S. Department of Justice",
        "2018-01-24",
        "Feb 23, 2018",
        "Denver",
        "Vermont",
    ]


def test_deadlines_that_differ_are_each_recipient_s_own() -> None:
    draft = draft_of(recipients({**DENVER, "deadline": "30 days"}, VERMONT), NEW_YORK)
    assert draft.deadline is None
    assert [one.deadline and one.deadline.date for one in draft.recipients] == [date(2018, 2, 23), None]


def test_a_name_that_several_places_bear_is_left_to_the_person() -> None:
    [middlesex] = draft_of(recipients({"jurisdiction": "Middlesex", "state": "NJ"}), NEW_YORK).recipients
    assert not middlesex.is_settled
    assert "Middlesex County, NJ (county)" in [place.full_label for place in middlesex.candidates]
    assert "Fill in its kind" in str(middlesex.doubt)


def test_a_kind_and_a_state_that_are_missing_come_from_the_list_of_governments() -> None:
    draft = draft_of(
        recipients({"jurisdiction": "Denver", "state": "CO"}, {"jurisdiction": "Cook County", "state": "Illinois"}), NEW_YORK
    )
    assert [one.label for one in draft.recipients] == ["Denver, CO (city and county)", "Cook County, IL (county)"]
    assert all(one.ocd_id for one in draft.recipients)


def test_denver_as_a_city_would_stand_twice_and_is_asked_about() -> None:
    [denver] = draft_of(recipients({**DENVER, "kind": "city"}), NEW_YORK).recipients
    assert not denver.is_settled
    assert [place.full_label for place in denver.candidates] == ["Denver, CO (city and county)"]
    assert "is Denver, CO (city and county), not a city" in str(denver.doubt)


def test_the_same_place_twice_is_refused_with_both_rows() -> None:
    with pytest.raises(CaseError, match=r"Row 4: Denver, CO \(city and county\) is the same place as in row 2"):
        draft_of(recipients(DENVER, VERMONT, {"jurisdiction": "Denver, CO"}), NEW_YORK)


def test_two_letters_in_one_file_are_named() -> None:
    with pytest.raises(CaseError, match=r"names 2 letters: Demand of January \(from row 2\); Demand of May \(from row 3\)"):
        draft_of(recipients(DENVER, {**VERMONT, "title": "Demand of May"}), NEW_YORK)


def test_rows_that_say_different_things_of_one_letter_are_refused() -> None:
    with pytest.raises(CaseError, match="Row 3: demand of the letter is “b”, but “a” in row 2"):
        draft_of(recipients({**DENVER, "demand": "a"}, {**VERMONT, "demand": "b"}), NEW_YORK)


def test_a_letter_that_is_half_said_is_refused() -> None:
    with pytest.raises(CaseError, match="does not say enough about its letter: authority and sent missing"):
        draft_of(table(["name", "title"], ["Denver, CO", "Demand"]), NEW_YORK)


def test_rows_that_name_no_letter_ask_for_one() -> None:
    draft = draft_of(table(["name"], ["Denver, CO"]), NEW_YORK)
    assert (draft.title, draft.authority, draft.letter_date) == ("", None, None)
    assert [question.kind for question in draft.questions] == [QuestionKind.NO_LETTER_NAMED_BY_FILE]


@pytest.mark.parametrize(
    ("deadline", "says"),
    [
        ("2018-01-02", "is before the letter's date"),
        ("2081-01-02", "more than 20 years after"),
        ("soon", "soon"),
    ],
)
def test_a_deadline_that_cannot_be_meant_is_refused(deadline: str, says: str) -> None:
    with pytest.raises(CaseError, match=says):
        draft_of(recipients(DENVER, deadline=deadline), NEW_YORK)


def test_a_deadline_has_its_time_and_zone_from_their_cells() -> None:
    row = {**DENVER, "deadline": "2018-02-23", "deadline_time": "17:00:00", "time_zone": "America/Denver"}
    found = draft_of(recipients(row), NEW_YORK).deadline
    assert found is not None
    assert found.value.last_moment.isoformat() == "2018-02-24T00:00:00+00:00"
    assert found.value.zone == ZoneInfo("America/Denver")


# the start or the end of a day


@pytest.mark.parametrize(
    "cells",
    [
        {"deadline": "2018-02-23 0:00"},
        {"deadline": "2018-02-23 00:00"},
        {"deadline": "2018-02-23 00:00:00"},
        {"deadline": "2018-02-23 00:00:00.000"},
        {"deadline": "2018-02-23T00:00"},
        {"deadline": "2018-02-23T00:00:00"},
        {"deadline": "February 23, 2018 0:00"},
        {"deadline": "Feb 23, 2018 12:00 AM"},
        {"deadline": "Feb 23, 2018, 12 a.m."},
        {"deadline": "midnight on February 23, 2018"},
        {"deadline": "2018-02-23", "deadline_time": "0:00"},
        {"deadline": "2018-02-23", "deadline_time": "00:00"},
        {"deadline": "2018-02-23", "deadline_time": "00:00:00"},
        {"deadline": "2018-02-23", "deadline_time": "0:00:00"},
        {"deadline": "2018-02-23", "deadline_time": "12:00:00 AM"},
        {"deadline": "2018-02-23", "deadline_time": "12:00 a.m."},
        {"deadline": "2018-02-23", "deadline_time": "midnight"},
        {"deadline": "2018-02-23 0:00", "deadline_time": "0:00"},
        {"deadline": "2018-02-23 00:00 ET"},
        {"deadline": "2018-02-23", "deadline_time": "0000 hours"},
        {"deadline": "2018-02-23", "deadline_time": "00:00 hrs"},
    ],
)
def test_midnight_in_a_cell_is_asked_about(cells: dict[str, str]) -> None:
    with pytest.raises(CaseError, match=r"can be read as the start or as the end of 23 February 2018") as refused:
        draft_of(recipients({**DENVER, **cells}), NEW_YORK)
    assert "Row 2: " in str(refused.value)
    assert "Write 2018-02-23 for its end, or 2018-02-23 00:00-05:00 for its start." in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "last"),
    [
        ({"deadline": "2018-02-23 00:00-05:00"}, "2018-02-23T05:00"),
        ({"deadline": "2018-02-23", "deadline_time": "00:00-05:00"}, "2018-02-23T05:00"),
        ({"deadline": "2018-02-23T00:00-05:00"}, "2018-02-23T05:00"),
        ({"deadline": "2018-02-23"}, "2018-02-24T04:59"),
        ({"deadline": "2018-02-23 00:00", "deadline_time": "17:00"}, "2018-02-23T22:00"),
        ({"deadline": "2018-02-23 0:00:00", "deadline_time": "5:00 PM"}, "2018-02-23T22:00"),
        ({"deadline": "2018-02-23 10:00"}, "2018-02-23T15:00"),
        ({"deadline": "2018-02-23 00:01"}, "2018-02-23T05:01"),
        ({"deadline": "2018-02-23 00:30"}, "2018-02-23T05:30"),
        ({"deadline": "30 days", "sent": "2018-01-24 0:00"}, "2018-02-24T04:59"),
    ],
)
def test_what_says_which_midnight_or_none_is_read(cells: dict[str, str], last: str) -> None:
    deadline = draft_of(recipients({**DENVER, **cells}), NEW_YORK).deadline
    assert deadline is not None and deadline.value.last_moment.isoformat().startswith(last)


@pytest.mark.parametrize(
    "cells",
    [
        {"deadline": "Feb 23, 2018 5:00"},
        {"deadline": "2018-02-23", "deadline_time": "5:00"},
        {"deadline": "July 5, 2018 17:00 EST"},
        {"deadline": "2018-07-05", "deadline_time": "17:00 EST"},
        {"deadline": "2018-02-23", "deadline_time": "17:00 EDT"},
        {"deadline": "2018-02-23", "deadline_time": "COB"},
        {"deadline": "close of business on February 23, 2018"},
        {"deadline": "before February 23, 2018"},
        {"deadline": "2/3/2018"},
        {"deadline": "2018-03-11 02:30"},
        {"deadline": "2018-07-05", "time_zone": "EST"},
    ],
)
def test_a_cell_is_asked_about_as_typing_is(cells: dict[str, str]) -> None:
    with pytest.raises(CaseError, match="Row 2: "):
        draft_of(recipients({**DENVER, **cells}), NEW_YORK)


async def test_an_excel_day_is_a_day_and_a_shown_midnight_is_asked_about() -> None:
    def draft(number_format: str) -> bytes:
        book = openpyxl.Workbook()
        book.active.append(["name", "deadline", "authority", "title", "sent"])
        book.active.append(["Denver, CO", datetime(2018, 2, 23), "DOJ", "Demand", datetime(2018, 1, 24)])  # noqa: DTZ001
        book.active["B2"].number_format = number_format
        return samples.saved(book.save)

    day = draft_of(await from_file("a.xlsx", draft("m/d/yyyy"), READ_AT), NEW_YORK)
    assert day.deadline and day.deadline.value.time is None
    assert day.letter_date and day.letter_date.value == date(2018, 1, 24)
    with pytest.raises(CaseError, match="start or as the end of 23 February 2018"):
        draft_of(await from_file("a.xlsx", draft("m/d/yyyy h:mm"), READ_AT), NEW_YORK)


# a wrong encoding


RECORDED = (
    *(Column.JURISDICTION, Column.ALIASES, Column.COUNTY, Column.TITLE, Column.AUTHORITY),
    *(Column.SOURCE, Column.DEMAND, Column.THREATENED, Column.LEGAL_BASIS, Column.DEADLINE),
)


@pytest.mark.parametrize("column", RECORDED)
@pytest.mark.parametrize("garbled", ["DoÃ±a Ana", "DoÃƒÂ±a Ana", "Do√±a Ana", "DoÃ\u00b1a Ana"])
def test_a_garbled_cell_of_any_column_is_refused_with_its_row_and_column(column: Column, garbled: str) -> None:
    says = wrong({**DENVER, column.value: garbled})
    assert says.startswith(f"Row 2: {column.value}: “{garbled}” seems to be “Doña Ana”, garbled by a wrong encoding.")
    assert "UTF-8" in says


def test_a_cell_that_lost_its_letter_is_refused_too() -> None:
    assert "“Do\ufffda Ana” has lost a character" in wrong({**DENVER, "jurisdiction": "Do\ufffda Ana"})
    assert "has a question mark for a letter" in wrong({**DENVER, "jurisdiction": "Do?a Ana"})
    assert sheet(recipients(DENVER, demand="What?All")).bad == ()


@pytest.mark.parametrize("name", ["Doña Ana County", "Cañon City", "São Paulo", "SÃO PAULO", "Ã", "Saint-Étienne"])
def test_a_name_with_accents_is_not_garbled(name: str) -> None:
    [row] = sheet(recipients({**DENVER, "jurisdiction": name, "title": name, "demand": name})).rows
    assert (row.name, row.letter.title) == (name, name)


def test_a_garbled_cell_can_be_kept_as_it_is() -> None:
    [row] = read(recipients({**DENVER, "jurisdiction": "DoÃ±a Ana"}), NEW_YORK, keep_garbled=True).rows
    assert row.name == "DoÃ±a Ana"


def test_what_nobody_reads_may_be_garbled() -> None:
    assert len(sheet(table(["Jurisdiction", "Remark"], ["Denver, CO", "CaÃ±on"])).rows) == 1


# hidden rows


def test_hidden_rows_stop_until_somebody_says_what_becomes_of_them() -> None:
    document = replace(recipients(DENVER, VERMONT, {**DENVER, "jurisdiction": ""}), hidden_rows=(1, 3, 4))
    with pytest.raises(
        HiddenRowsFound, match=r"2 rows that are hidden, by a filter or by hand: rows 3 and 4\. .*--hidden-rows"
    ):
        read(document, NEW_YORK)
    skipped = read(document, NEW_YORK, hidden=HiddenRows.SKIP)
    assert ([row.name for row in skipped.rows], skipped.bad, skipped.hidden_rows) == (["Denver"], (), (3, 4))
    included = read(document, NEW_YORK, hidden=HiddenRows.INCLUDE)
    assert ([row.name for row in included.rows], len(included.bad)) == (["Denver", "Vermont"], 1)


def test_only_the_rows_that_are_not_hidden_are_read_of_many() -> None:
    document = replace(recipients(*[DENVER] * 20_000), hidden_rows=tuple(range(2, 20_001)))
    assert [row.number for row in read(document, NEW_YORK, hidden=HiddenRows.SKIP).rows] == [20_001]


def test_a_table_of_hidden_rows_only_has_nothing_to_record() -> None:
    with pytest.raises(CaseError, match="only hidden rows"):
        read(replace(recipients(DENVER), hidden_rows=(2,)), NEW_YORK, hidden=HiddenRows.SKIP)


def test_only_the_first_of_many_wrong_rows_are_told() -> None:
    with pytest.raises(CaseError) as refused:
        draft_of(recipients(*({**DENVER, "kind": "castle"} for _ in range(40))), NEW_YORK)
    lines = str(refused.value).splitlines()
    assert lines[0] == "recipients.csv: 40 rows cannot be recorded, so nothing was recorded:"
    assert (len(lines), lines[-1]) == (17, "- and 25 more")


# files


async def test_the_template_is_understood_and_its_example_is_no_recipient() -> None:
    for name, content in (("t.csv", template.csv_bytes()), ("t.xlsx", template.xlsx_bytes())):
        document = await from_file(name, content, READ_AT)
        assert columns_of(document.rows[0], name).ignored == ()
        assert set(columns_of(document.rows[0], name).at) == set(Column)
        with pytest.raises(CaseError, match="no row to record"):
            draft_of(document, NEW_YORK)


async def test_the_example_row_of_the_template_is_right_but_for_its_name() -> None:
    rows = list(csv.reader(io.StringIO(template.csv_bytes().decode("utf-8-sig"))))
    rows[1][0] = "Cook County"
    [cook] = draft_of(table(*rows), NEW_YORK).recipients
    assert cook.label == "Cook County, IL (county)"


def test_the_excel_template_offers_the_kinds_and_explains_its_columns() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.xlsx_bytes()))
    recipients_, about = book.worksheets
    [choice] = recipients_.data_validations.dataValidation
    assert choice.formula1 == f'"{",".join(kind.words for kind in PlaceKind)}"'
    assert [row[0].value for row in about.iter_rows(min_row=2)] == [column.value for column in Column]


async def test_an_excel_file_with_real_dates_reads_as_the_same_in_csv() -> None:
    book = openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append(["Letter date", "Name", "Due", "Due time", "Authority", "Title"])
    rows.append([date(2018, 1, 24), "Denver, CO", date(2018, 2, 23), "17:00", "DOJ", "Demand"])
    rows.append([])
    rows.append([date(2018, 1, 24), "Vermont (state)", date(2018, 2, 23), "17:00", "DOJ", "Demand"])
    content = io.BytesIO()
    book.save(content)
    excel = sheet(await from_file("r.xlsx", content.getvalue(), READ_AT))
    text = (
        'Letter date,Name,Due,Due time,Authority,Title\r\n2018-01-24,"Denver, CO",2018-02-23,17:00,DOJ,Demand\r\n\r\n'
        "2018-01-24,Vermont (state),2018-02-23,17:00,DOJ,Demand\r\n"
    )
    assert excel.rows == sheet(await from_file("r.csv", text.encode(), READ_AT)).rows
    assert [row.number for row in excel.rows] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_an_excel_file_that_declares_entities_is_refused(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e "Denver">]><worksheet/>'.encode(encoding)
    with pytest.raises(CaseError, match="its XML declares a document type"):
        await from_file(
            "r.xlsx", samples.with_part(samples.xlsx([["Name"], ["Denver"]]), "xl/worksheets/sheet1.xml", part), READ_AT
        )


async def test_every_wrong_row_of_a_csv_file_is_named_formulas_and_wide_rows_too() -> None:
    text = "Name,State,Kind\n=1+1,CO,city\nBoulder,CO,city,x\nDenver,CO,castle\n"
    found = sheet(await from_file("bad.csv", text.encode(), READ_AT))
    assert [bad.number for bad in found.bad] == [2, 3, 4]

"""Lists of governments: what is installed is what is read, whatever the files looked like."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.gazetteer import governments
from bot.reader.gazetteer.census_files import CensusFile
from bot.reader.gazetteer.divisions import with_divisions
from bot.reader.gazetteer.government_list import written
from bot.reader.gazetteer.list_files import read_government_file
from bot.reader.gazetteer.listed import ListedGovernment
from bot.record.errors import CaseError
from bot.record.place_names import TERRITORIES
from bot.record.places import COUNTRY
from tests.corpus import government_files as files

LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "us-governments.csv"
DIGITS = {"OH": "39", "VT": "50", "LA": "22", "PR": "72"}
COUNTY_WORDS = {"LA": "Parish", "PR": "Municipio"}


def read(*contents: bytes) -> tuple[ListedGovernment, ...]:
    """What is installed of these files of the Census, or of a list in the documented form."""
    parts = [part for content in contents for part in read_government_file("a file", content)]
    census = [one for part in parts if isinstance(part, CensusFile) for one in part.governments]
    return with_divisions(census) if census else parts[0]  # type: ignore[return-value]  # it is no file of the Census


@st.composite
def lists(draw: st.DrawFn) -> list[ListedGovernment]:
    """Counties, places and townships of some states, many of them with one name."""
    names = st.sampled_from(["Ash", "Ash City", "St. Ash", "Dueña", "O'Ash", 'Ash "X"', "Ash (Elm)", "Ash-Elm, Oak"])
    words = st.sampled_from([" city", " town", " village", " borough", " township", ""])
    found: dict[str, ListedGovernment] = {}
    for state in draw(st.lists(st.sampled_from(sorted(DIGITS)), min_size=1, unique=True)):
        for number in range(draw(st.integers(1, 3))):
            code = f"{DIGITS[state]}00{number}"
            found[code] = ListedGovernment(state, f"Oak {number} {COUNTY_WORDS.get(state, 'County')}", code)
            for below in draw(st.lists(st.integers(0, 99_999), max_size=3)):
                below_code = f"{code}{below:05}"
                found[below_code] = ListedGovernment(state, draw(names) + draw(words), below_code)
        for place in draw(st.lists(st.integers(0, 99_999), max_size=5)):
            place_code = f"{DIGITS[state]}{place:05}"
            found[place_code] = ListedGovernment(state, draw(names) + draw(words), place_code)
    return draw(st.permutations(list(found.values())))


@given(lists())
def test_what_is_written_is_what_the_program_reads(
    tmp_path_factory: pytest.TempPathFactory, entries: list[ListedGovernment]
) -> None:
    listed = with_divisions(entries)
    assert {one._replace(division="") for one in listed} == set(entries)
    assert len({one.division for one in listed}) == len(entries)
    content = written(listed)
    assert read(content) == listed
    for other in (b"\xef\xbb\xbf" + content, content.replace(b"\n", b"\r\n"), content.decode().encode("utf-16")):
        assert read(other) == listed
    file = tmp_path_factory.getbasetemp() / "listed.csv"
    file.write_bytes(content)
    assert [(one.ocd_id, one.state) for one in governments.census(file)] == [(one.division, one.state) for one in listed]


@given(lists(), st.data())
def test_a_list_with_any_line_that_is_wrong_is_refused_by_that_line(
    entries: list[ListedGovernment], data: st.DataObject
) -> None:
    lines = written(with_divisions(entries)).decode().splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    damaged = data.draw(
        st.sampled_from(
            [
                lines[at].rpartition(",")[0],
                lines[at] + ",x",
                lines[at][:-1],
                lines[at][4:],
                lines[at].replace("/state:", "/state:x").replace("/territory:", "/state:"),
                lines[at].replace("place-", "place-x"),
                "\x07" + lines[at],
                "<p>503</p>",
            ]
        )
    )
    with pytest.raises(CaseError, match=rf"a file, line {at + 1:,} "):
        read("\n".join([*lines[:at], damaged, *lines[at + 1 :], ""]).encode())


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_the_files_of_the_census_are_translated(year: int) -> None:
    contents = [files.census_file(rows, year) for rows in (files.COUNTIES, files.PLACES, files.SUBDIVISIONS)]
    listed = read(*contents)
    assert {one.division.removeprefix(f"{COUNTRY}/"): (one.name, one.code) for one in listed} == files.TRANSLATED
    assert read(files.packed(a=contents[0]), files.packed(b=contents[1], c=contents[2])) == listed
    assert {one.state for one in listed if "/territory:" in one.division} <= set(TERRITORIES)


def test_townships_need_their_counties() -> None:
    with pytest.raises(CaseError, match=r"The county of Penny township, OH .* is in no file\..*install the file of counties"):
        read(files.census_file(files.SUBDIVISIONS))


@pytest.mark.skipif(not LIST.is_file(), reason="the list of governments (../shared/data/us-governments.csv) is not here")
def test_the_ids_of_the_whole_list_follow_from_its_names_and_codes() -> None:
    listed = read(LIST.read_bytes())
    assert len(listed) == 39_242
    assert with_divisions([one._replace(division="") for one in listed]) == listed


def refused(content: bytes, **options: bool) -> str:
    with pytest.raises(CaseError) as refusal:
        read_government_file("a file", content, **options)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def census_rows(*rows: tuple[str, ...]) -> bytes:
    return files.census_file((*files.PLACES[:2], *rows))


LAST = files.LINES[-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a file is empty"),
        (b" \r\n\n", "a file is empty"),
        (b"\xef\xbb\xbf", "no list of governments"),
        (files.listed(), "has no line below the names of its columns"),
        (b"<!DOCTYPE html><title>404</title>", "is a web page, not a list. Download the file itself"),
        (b"404: Not Found\n", "no list of governments: its first line is “404: Not Found”"),
        (b"name,state\nDenver,CO\n", "no list of governments: its first line is “name,state”"),
        (b"id;name;census_geoid\n", "does not begin with the columns id,name,census_geoid, separated by commas"),
        (b"{}\n", "no list of governments"),
        (b"%PDF-1.4\n", "no list of governments"),
        (b"\x1f\x8b\x08\x00", "is packed in a way that is not read here"),
        (b"PK\x03\x04 and no more", "is damaged or cut off"),
        (files.packed(), "is damaged or cut off|has no file in it that ends in .txt or .csv"),
        (files.packed(a=files.listed(*files.LINES))[:-60], "is damaged or cut off"),
        (files.packed(a=b""), r"a\.txt in a file is empty"),
        (files.packed(a=b"0" * 60_000_000), "unpacks to far more than any list of governments"),
        (files.listed(*files.LINES, LAST), "line 6 has the id of line 5 again"),
        (
            files.listed(*files.LINES, LAST.replace("zaleskiburg", "other")),
            "line 6 has the Census code of line 5 again: 3988777",
        ),
        (
            files.listed(LAST, LAST.replace("/state:oh", "/state:ky").replace("777", "776")),
            "line 3 has the Census code 3988776",
        ),
        (files.listed(LAST.replace(",Zaleskiburg City city,", ",,")), "line 2 has no name that can be one"),
        (files.listed(LAST.replace(",Zaleskiburg", ",ZaleskibÃ¼rg")), "line 2 has a name that a wrong encoding has garbled"),
        (files.listed(LAST.replace("/place:", "/cd:")), "line 2 has no id of a U.S. county, place or township"),
        (files.listed("ocd-division/country:us/state:oh,Ohio,39001"), "line 2 has no id of a U.S. county"),
        (files.listed(LAST.replace("/state:oh", "/state:zz")), "line 2 has no id of a U.S. county"),
        (files.listed(LAST.replace("place-3988777", "39887")), "line 2 has the Census code “39887”, where 7 digits belong"),
        (files.listed(LAST.replace(",Zal", ',"Zal')), "line 2 is not CSV"),
        ("id,name,census_geoid\nDoña\n".encode("latin-1"), "is not UTF-8|UTF-8"),
        (b"GEOID|GEOIDFQ|ALAND\n00601|860|1\n", "but not of counties, places or county subdivisions"),
        (b"USPS|GEOID|NAME|LOGRADE\nOH|3900001|Quill School District|KG\n", "but not of counties, places"),
        (b"USPS\tGEOID\tANSICODE\tNAME\tALAND\n", "has no line below the names of its columns"),
        (census_rows(("OH", "3988003", "X city")), "line 4 has the functional status “”"),
        (census_rows(("OH", "3988003", "X city", "Q")), "line 4 has the functional status “Q”"),
        (census_rows(("OH", "398800", "X city", "A")), "line 4 has the Census code “398800”, where 7 digits belong"),
        (census_rows(("ZZ", "9988003", "X city", "A")), "line 4 has the state “ZZ”"),
        (census_rows(("KY", "3988003", "X city", "A")), "line 4 has the Census code 3988003 in KY"),
        (census_rows(("OH", "3988777", "X city", "A")), "line 4 has the Census code of line 3 again"),
        (census_rows(("OH", "3988003", "X|city", "A")), r"line 4 has \d+ columns where the first line has \d+"),
        (files.census_file(files.PLACES)[:-30], r"line 15 has \d+ columns"),
    ],
)
def test_what_is_no_list_is_refused_with_its_first_mistake(content: bytes, message: str) -> None:
    said = refused(content)
    assert re.search(message, said), said


@given(
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_packed_file_that_is_damaged_anywhere_is_refused_or_read(method: int, damages: list[tuple[float, int]]) -> None:
    packed = bytearray(files.packed(method, a=files.listed(*files.LINES)))
    for place, byte in damages:
        packed[4 + int(place * (len(packed) - 4))] = byte
    with suppress(CaseError):
        read_government_file("a file", bytes(packed))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_LZMA])
def test_a_packed_file_with_its_directory_in_no_place_is_refused(method: int) -> None:
    packed = bytearray(files.packed(method, a=files.listed(*files.LINES)))
    packed[-6:-2] = b"\xff" * 4
    assert "is damaged or cut off" in refused(bytes(packed))


def test_a_long_file_without_its_last_line_break_is_taken_for_one_that_was_cut_off() -> None:
    assert len(read(files.listed(*files.LINES)[:-1])) == len(files.LINES)
    places = [("OH", f"39{number:05}", f"Town {number} city", "A") for number in range(1_500)]
    long = files.census_file(places, 2024)
    assert "does not end with a line break: it may have been cut off" in refused(long[:-20])
    [part] = read_government_file("a file", long[:-20], may_be_cut_off=True)
    assert isinstance(part, CensusFile)
    assert len(part.governments) == len(places)

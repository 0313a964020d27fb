"""The verb that reads a text: what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from bot.cli import main
from tests.conftest import Run
from tests.unit.reader.test_extract import KEYS, LETTER


def test_the_verb_prints_the_keys_it_promises_and_a_preview(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER)
    assert main.main(["extract", str(file), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) >= KEYS
    assert [(place["name"], place["kind"], place["state"]) for place in printed["recipients"]] == [("Chicago", "city", "IL")]
    assert (printed["letter_date"], printed["deadline"], printed["deadline_time"]) == ("2018-01-24", "2018-02-23", None)
    assert main.main(["extract", str(file)]) == 0
    preview = capsys.readouterr().out
    assert "“by February 23, 2018”" in preview and "1 recipient" in preview


def test_a_file_that_is_not_there_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["extract", "no-such-file.txt"]) == 1
    assert capsys.readouterr().err == "no-such-file.txt cannot be read: No such file or directory.\n"


def test_a_spreadsheet_with_hidden_rows_is_read_once_it_is_said_what_becomes_of_them(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["name"], ["Denver, CO"], ["Vermont (state)"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "hiding.xlsx")
    code, _, err = run("extract", "hiding.xlsx", "--json")
    assert code == 1 and "1 row that is hidden, by a filter or by hand: row 3." in err
    for choice, names in (("skip", ["Denver"]), ("include", ["Denver", "Vermont"])):
        _, out, _ = run("extract", "hiding.xlsx", "--json", "--hidden-rows", choice)
        assert [recipient["name"] for recipient in json.loads(out)["recipients"]] == names

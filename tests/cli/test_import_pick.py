"""`letterwatch import letter.txt --pick`: a person says on the command line who received a letter."""

from __future__ import annotations

import os
import pty
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.corpus.stories import RUN_ON
from tests.journey.test_import import RECIPIENTS

NAMES = "; ".join(RECIPIENTS)
WHERE = ("--server", "7", "--name", "City Desk")
Typed = Callable[..., None]


@pytest.fixture
def story(run: Run, tmp_path: Path, migrated: Path) -> Path:
    """The story, beside a database that nothing is recorded in: to make one takes longer than all that is tested here."""
    shutil.copy(migrated, tmp_path / "letterwatch.db")
    file = tmp_path / "story.txt"
    file.write_text(RUN_ON)
    return file


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    """A terminal at which somebody types these lines; then they end the input."""
    master, terminal = pty.openpty()

    def types(*lines: str) -> None:
        os.write(master, "".join(f"{line}\n" for line in lines).encode() + b"\x04")
        monkeypatch.setattr(sys, "stdin", stdin)

    with os.fdopen(terminal) as stdin, os.fdopen(master, "wb"):
        yield types


def recorded(tmp_path: Path) -> list[str]:
    """The places on record."""
    file = tmp_path / "letterwatch.db"
    if not file.exists():
        return []
    with sqlite3.connect(file) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM jurisdictions ORDER BY id")]


def numbers_of(run: Run, *labels: str) -> list[str]:
    """The numbers by which `extract` lists these places."""
    _, out, _ = run("extract", "story.txt")
    listed = dict(re.findall(r"^ +(\d+)\. (.+?)(?:  .*)?$", out, re.MULTILINE))
    return [number for number, label in listed.items() if label in labels]


def test_without_pick_nothing_is_recorded_and_it_says_how(run: Run, story: Path, tmp_path: Path) -> None:
    code, out, err = run("import", "story.txt", *WHERE)
    assert (code, out) == (2, "")
    assert re.search(r"\d+ places named: .*not ticked", err)
    assert "letterwatch import story.txt --pick\n" in err and "letterwatch extract story.txt" in err
    assert recorded(tmp_path) == []


def test_the_offered_places_are_listed_below_the_recipients(run: Run, story: Path) -> None:
    _, out, _ = run("extract", "story.txt")
    assert re.search(r"\d+ places named: .*not ticked", out)
    assert "most likely first. None is a recipient until a person picks it." in out
    assert out.index("recipients") < out.index("places named") < out.index("1. ")


def test_picks_by_name_are_recorded_with_the_deadline_of_the_letter(run: Run, story: Path, tmp_path: Path) -> None:
    code, out, err = run("import", "story.txt", "--pick", NAMES, *WHERE)
    assert (code, err) == (0, "")
    assert "Deadline: Fri 23 February 2018, end of day EST" in out
    assert "23 recipients: " in out and re.search(r"cases +23 new", out)
    assert len(recorded(tmp_path)) == 23
    code, out, _ = run("import", "story.txt", "--pick", NAMES)
    assert code == 0 and "Nothing to record: all of it is already recorded." in out
    code, out, _ = run("status", "Watsonville")
    assert code == 0 and "Fri 23 February 2018" in out and "story.txt" in out


def test_picks_may_be_numbers_lists_and_names_in_several_options(run: Run, story: Path, tmp_path: Path) -> None:
    numbers = numbers_of(run, "Albany, NY (city)", "Denver, CO (city and county)")
    if numbers:  # else the reader is sure of them
        code, _, err = run("import", "story.txt", "--pick", ",".join(numbers), "--pick", "Oregon (state)", *WHERE)
        assert (code, err) == (0, "")
        assert {"Albany", "Denver", "Oregon"} <= set(recorded(tmp_path))


def test_a_dry_run_records_nothing_and_needs_no_database(run: Run, story: Path, tmp_path: Path) -> None:
    (tmp_path / "letterwatch.db").unlink()
    code, out, _ = run("import", "story.txt", "--pick", NAMES, "--dry-run")
    assert code == 0 and "Nothing was recorded: this was a dry run." in out
    assert not (tmp_path / "letterwatch.db").exists()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--pick", "99"), 1, "There is no place 99: they are numbered 1 to"),
        (("--pick", "Nowhere"), 1, "“Nowhere” is none of the places that are offered."),
        (("--pick", "list 77"), 1, "There is no list 77"),
        (("--pick", "none, all"), 1, "“none” stands alone."),
        (("--pick",), 2, "There is no terminal to ask at. Say which places are meant: --pick 1-5,8"),
        (("--pick", ""), 2, "There is no terminal to ask at."),
        (("--pick", "all", "--keep-garbled"), 2, "--keep-garbled is for record files and spreadsheets."),
        (("--pick", "all", "--dates", "day-first"), 2, "are for spreadsheets"),
        (("--pick", NAMES, "--letter", "no-such"), 1, "No letter with the short name “no-such” is recorded here."),
        (("--date", "2018-02-30"), 2, "is not a date"),
        (("--pick", NAMES, "--sent", "2048-01-01"), 1, "is in the future"),
        (("--pick", NAMES, "--deadline", "soon"), 1, "“soon”"),
        (("--pick", NAMES, "--deadline", "2018-01-02"), 1, "is before the letter was sent"),
        (("--pick", NAMES, "--authority", " "), 1, "Who sent it"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    run: Run, story: Path, tmp_path: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    refused = run("import", "story.txt", *options, *WHERE)
    assert refused[:2] == (code, "") and said in refused[2]
    assert recorded(tmp_path) == []


def test_what_has_to_be_settled_is_said_with_the_way_to_settle_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The council of Portland, Oregon, met. Officials of Boise, Idaho, came too.")
    code, out, err = run("import", "note.txt", "--pick", "Portland, OR", *WHERE)
    assert (code, out) == (1, "")
    assert "Nothing was recorded. Settle this first:" in err
    assert "Say who sent it with --authority NAME." in err and "Say when it was sent with --sent DATE" in err
    assert "/import in Discord" not in err
    assert recorded(tmp_path) == []


def test_what_the_text_does_not_say_can_be_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The council of Portland, Oregon, met. Officials of Boise, Idaho, came too.")
    told = ("--authority", "Department of Justice", "--sent", "2018-01-24", "--deadline", "30 days")
    code, out, err = run("import", "note.txt", "--pick", "Portland, OR; Boise, ID", *told, *WHERE)
    assert (code, err) == (0, "")
    assert "Dated: Wed 24 January 2018\nDeadline: Fri 23 February 2018, end of day EST\n2 recipients: " in out
    assert sorted(recorded(tmp_path)) == ["Boise", "Portland"]


def test_pick_is_for_texts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text("{}")
    for name in ("record.json", "table.csv"):
        assert "--pick, --date, --authority, --sent and --deadline are for texts" in run("import", name, "--pick", "1")[2]
    assert "import reads files" in run("import", "https://example.org/letter.txt", "--pick", "1")[2]
    assert "Write the FILE before --pick: letterwatch import story.txt --pick" in run("import", "--pick", "story.txt")[2]


# At a terminal


def test_a_person_is_shown_the_places_asked_and_asked_to_confirm(run: Run, story: Path, tmp_path: Path, typed: Typed) -> None:
    typed("99", NAMES, "yes")
    code, out, err = run("import", "story.txt", "--pick", *WHERE)
    assert code == 0
    assert "There is no place 99" in err, "they are asked again"
    assert "Which of the places that are not ticked received the letter?" in out
    assert "Record 23 recipients? (yes/no)" in out
    assert len(recorded(tmp_path)) == 23


@pytest.mark.parametrize("lines", [(), ("",), (NAMES, "no"), (NAMES, ""), (NAMES,)])
def test_whoever_stops_records_nothing(run: Run, story: Path, tmp_path: Path, typed: Typed, lines: tuple[str, ...]) -> None:
    typed(*lines)
    code, _, err = run("import", "story.txt", "--pick", *WHERE)
    assert code == 1 and err.endswith("Nothing was recorded.\n")
    assert recorded(tmp_path) == []


def test_a_person_is_not_asked_to_confirm_what_cannot_be_recorded(run: Run, tmp_path: Path, typed: Typed) -> None:
    (tmp_path / "note.txt").write_text("The council of Portland, Oregon, met. Officials of Boise, Idaho, came too.")
    typed("all", "yes")
    code, out, err = run("import", "note.txt", "--pick", *WHERE)
    assert code == 1 and "Settle this first" in err and "(yes/no)" not in out


def test_a_person_is_told_which_are_recorded_already_and_in_which_letter(run: Run, tmp_path: Path, typed: Typed) -> None:
    said = (
        "The Department of Justice sent letters on January 24, 2018. The council of Portland, Oregon, met. Boise, Idaho, waits."
    )
    (tmp_path / "note.txt").write_text(said)
    typed("Portland, OR", "yes", "Portland, OR", "Portland, OR; Boise, ID", "no")
    assert "Record 1 recipient? (yes/no)" in run("import", "note.txt", "--pick", *WHERE)[1]
    code, out, err = run("import", "note.txt", "--pick", *WHERE)
    assert code == 1 and err == "All of them are already recorded.\nNothing was recorded.\n" and "(yes/no)" not in out
    assert (
        "Record 1 recipient (of 2; the others are already recorded), added to the recorded letter “Letter of 24 January 2018”?"
    ) in run("import", "note.txt", "--pick", *WHERE)[1]

"""`letterwatch places`: a list of governments is put beside the database whole, or not at all."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import load
from bot.desk import government_lists
from bot.desk.government_lists import content_named, install
from bot.reader.gazetteer.divisions import with_divisions
from bot.reader.gazetteer.listed import GovernmentLevel, ListedGovernment
from bot.record.errors import CaseError
from tests.conftest import Run
from tests.corpus import government_files as files
from tests.reader.test_addresses import Web, reply, serving

NAME = "us-governments.csv"
MANY = [f"{files.US}oh/place:town_{n},Town {n} village,place-39{n:05}" for n in range(100, 200)]
FAR = [line.replace("state:oh", "state:ky").replace("place-39", "place-21") for line in MANY[:20]]
COUNTIES = [f"{files.US}oh/county:county_{n},No. {n} County,place-39{n:03}" for n in range(100, 120)]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], str]:
    """Writes a file in a folder of its own, and gives its name."""

    def write(name: str, content: bytes) -> str:
        file = tmp_path / "downloads" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        return str(file)

    return write


Put = Callable[[str, bytes], str]


def beside(folder: Path) -> dict[str, bytes]:
    """What is beside the database."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_without_a_list_only_our_own_is_in_use(run: Run) -> None:
    for action in ((), ("status",), ("list",)):
        code, out, err = run("places", *action)
        assert (code, err) == (0, "")
        assert "Only the list that comes with this bot is in use" in out
    assert json.loads(run("places", "--json")[1]) == {
        "file": None,
        "origin": "own",
        "installed_at": str(Path.cwd() / NAME),
        "changed_at": None,
        "sha256": None,
        "governments": 0,
        "by_kind": {"counties": 0, "places": 0, "county subdivisions": 0},
        "by_state": {},
    }


def test_a_list_is_installed_and_names_are_settled_by_it(run: Run, put: Put, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("A letter was sent to Quillton, Ohio.")
    text = ("extract", "story.txt", "--json")
    assert "quillton" not in run(*text)[1]
    code, out, err = run("places", "install", put("list.csv", b"\xef\xbb\xbf" + files.listed(*files.LINES[::-1])))
    assert (code, err) == (0, "")
    assert f"Installed: {tmp_path / NAME}." in out
    assert "4 governments: 1 counties, 2 places, 1 county subdivisions." in out
    assert "By state: OH 4." in out
    assert "restart it" in out
    assert beside(tmp_path)[NAME] == files.listed(*files.LINES)
    assert f"{files.US}oh/place:quillton" in run(*text)[1]
    code, out, _ = run("doctor", "--offline")
    line = next(line for line in out.splitlines() if "list of places" in line)
    assert line.startswith("ok")
    for said in (str(tmp_path / NAME), "4 governments, from ", "SHA-256 ", "it is beside the database"):
        assert said in line


def test_the_files_of_the_census_are_read_together_or_one_after_another(run: Run, put: Put, tmp_path: Path) -> None:
    names = [
        put("counties.zip", files.packed(counties=files.census_file(files.COUNTIES))),
        put("places.txt", files.census_file(files.PLACES, 2023)),
        put("cousubs.txt", files.census_file(files.SUBDIVISIONS)),
    ]
    code, out, _ = run("places", "install", "--json", *names)
    together = json.loads(out)
    assert code == 0
    assert together["governments"] == len(files.TRANSLATED)
    assert together["left_out"] == files.LEFT_OUT
    assert (together["in_use"], together["previous"], together["new"], together["kept"]) == (True, None, None, [])
    content = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).unlink()

    code, out, _ = run("places", "install", names[1])
    assert code == 0
    assert "It has no counties or county subdivisions: until they are installed too" in out
    before = beside(tmp_path)
    code, _, err = run("places", "install", names[2])
    assert code == 1
    assert "install the file of counties of the same year with them" in err
    assert beside(tmp_path) == before
    assert run("places", "install", names[0])[0] == 0
    code, out, _ = run("places", "install", names[2])
    assert "The counties and places are those of the list before" in out
    assert (tmp_path / NAME).read_bytes() == content
    assert "It is the list that was there before." in run("places", "install", *names)[1]


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ([b""], "is empty"),
        ([b"<html>"], "is a web page"),
        ([files.listed(*MANY)[:1000]], "has "),
        ([files.listed(*MANY[:49])], "The new list has 49 governments, the one in use has 100"),
        ([files.listed(*MANY[:45], *COUNTIES)], "The new list has 45 places, the one in use has 100"),
        ([files.listed(*files.LINES), files.listed(*files.LINES)], "is a whole one. Install it alone"),
        ([files.listed(*files.LINES), files.census_file(files.PLACES)], "is a whole one. Install it alone"),
        ([files.census_file(files.PLACES)] * 2, "The Census code 3988888 is in two of these files"),
        ([files.census_file(files.PLACES)], "The new list has 11 governments, the one in use has 100"),
    ],
)
def test_a_list_that_is_refused_changes_nothing(
    run: Run, put: Put, tmp_path: Path, contents: list[bytes], message: str
) -> None:
    assert run("places", "install", put("good.csv", files.listed(*MANY)))[0] == 0
    before, at = beside(tmp_path), (tmp_path / NAME).stat().st_mtime_ns
    code, out, err = run("places", "install", *(put(f"{n}.txt", content) for n, content in enumerate(contents)))
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert (beside(tmp_path), (tmp_path / NAME).stat().st_mtime_ns) == (before, at)
    assert "100 governments" in run("places")[1]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "none.csv cannot be read: No such file"),
        (".", "cannot be read: Is a directory"),
        ("http://127.0.0.1/list.csv", "127.0.0.1 is not on the public Internet"),
        ("http://[::1]/list.csv", "is not on the public Internet"),
        ("http://169.254.169.254/latest", "is not on the public Internet"),
        ("ftp://example.org/list.csv", "is not a web address"),
        ("https://a:b@example.org/list.csv", "contains a user name or password"),
    ],
)
def test_a_file_that_cannot_be_had_is_refused(run: Run, tmp_path: Path, name: str, message: str) -> None:
    code, _, err = run("places", "install", name)
    assert code == 1
    assert message in err
    assert beside(tmp_path) == {}


def test_wrong_use_is_said(run: Run) -> None:
    assert run("places", "install")[0] == 2
    assert run("places", "instal", "x.csv")[0] == 2


def test_a_list_that_lost_a_state_is_taken_for_one_that_was_cut_off(run: Run, put: Put, tmp_path: Path) -> None:
    assert run("places", "install", put("all.csv", files.listed(*FAR, *MANY)))[0] == 0
    before, less = beside(tmp_path), put("less.csv", files.listed(*MANY))
    code, _, err = run("places", "install", less)
    assert code == 1
    assert "The new list has no places in Kentucky, the one in use has 20." in err
    assert beside(tmp_path) == before
    assert run("places", "install", "--force", less)[0] == 0


def test_a_person_may_insist_and_the_list_before_is_kept(run: Run, put: Put, tmp_path: Path) -> None:
    long, short = files.listed(*MANY), files.listed(*MANY[:9])
    run("places", "install", put("long.csv", long))
    code, out, _ = run("places", "install", "--force", put("short.csv", short))
    assert code == 0
    assert "0 ids are new, 91 are gone." in out
    kept = tmp_path / "us-governments.previous.csv"
    assert f"The list before is kept: {kept}." in out
    assert beside(tmp_path) == {NAME: short, kept.name: long}
    assert run("places", "install", str(kept))[0] == 0
    assert beside(tmp_path) == {NAME: long, kept.name: short}


def test_a_list_in_use_that_is_broken_is_said_and_replaced(run: Run, put: Put, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(files.listed("x,y,z"))
    code, _, err = run("places")
    assert code == 1
    assert "line 2 has no id" in err
    code, out, _ = run("doctor", "--offline")
    assert code == 1
    assert "line 2 has no id" in out
    assert "letterwatch places install puts another one in its place" in out
    code, out, _ = run("places", "install", put("list.csv", files.listed(*files.LINES)))
    assert code == 0
    assert "The list before could not be read" in out
    assert "4 governments" in run("places")[1]


def test_what_the_settings_name_stays_in_use(run: Run, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = put("named.csv", files.listed(*files.LINES))
    monkeypatch.setenv("LETTERWATCH_GOVERNMENTS", named)
    code, out, _ = run("places", "install", put("long.csv", files.listed(*MANY)))
    assert code == 0
    assert f"{named} stays in use, since the settings name it" in out
    for verb in (("places",), ("doctor", "--offline")):
        said = run(*verb)[1]
        assert f"{named}: 4 governments" in said
        assert "It is in use because the settings name it" in said
        assert f"{tmp_path / NAME} is not in use" in said
    assert json.loads(run("places", "--json")[1])["origin"] == "setting"


def test_a_list_that_the_settings_name_in_vain_is_said(run: Run, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERWATCH_GOVERNMENTS", "gone.csv")
    code, out, _ = run("places", "install", put("list.csv", files.listed(*files.LINES)))
    assert code == 0
    assert "The settings name gone.csv, which is not there." in out
    assert "there is no such file" in run("places")[2]


def test_a_list_in_the_usual_place_is_the_measure_of_the_first_one_installed(run: Run, put: Put, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / NAME).write_bytes(files.listed(*MANY))
    assert "it is in the usual place in the working folder" in run("places")[1]
    assert "the one in use has 100" in run("places", "install", put("short.csv", files.listed(*files.LINES)))[2]
    assert run("places", "install", put("places.txt", files.census_file(files.PLACES)), "--force")[0] == 0
    assert "it is beside the database" in run("places")[1]
    assert (tmp_path / "data" / NAME).read_bytes() == files.listed(*MANY)


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can become larger than this, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_the_old_list(run: Run, put: Put, tmp_path: Path) -> None:
    run("places", "install", put("old.csv", files.listed(*files.LINES)))
    before, new = beside(tmp_path), put("new.csv", files.listed(*files.LINES, *MANY))
    with full_disk(1000):
        code, out, err = run("places", "install", new)
    assert (code, out) == (1, "")
    assert "cannot be written: File too large. Nothing was changed." in err
    assert beside(tmp_path) == before


@pytest.mark.parametrize("where", ["/:memory:", "", "/file:shared?mode=memory&uri=true", "/file::memory:?uri=true"])
def test_a_database_in_memory_has_no_folder(run: Run, put: Put, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite://{where}")
    code, _, err = run("places", "install", put("list.csv", files.listed(*files.LINES)))
    assert code == 1
    assert "The database is in no file" in err
    assert run("places")[0] == 0


def test_the_folder_is_made_and_what_a_killed_process_left_is_cleared(
    run: Run, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "volume" / "data"
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/letterwatch.db")
    name = put("list.csv", files.listed(*files.LINES))
    assert run("places", "install", name)[0] == 0
    left, new = folder / f"{NAME}.77.unfinished", folder / f"{NAME}.78.unfinished"
    for file in (left, new):
        file.write_bytes(b"id,name")
    os.utime(left, (time.time() - 100_000,) * 2)
    assert run("places", "install", put("more.csv", files.listed(*files.LINES, *MANY)))[0] == 0
    assert (left.exists(), new.exists()) == (False, True)
    assert (folder / NAME).stat().st_mode & 0o777 == 0o644


def test_a_list_that_somebody_installed_meanwhile_is_not_lost(
    tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(None, {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/letterwatch.db"})
    now = SystemClock().now()
    counties, places = ("counties", files.census_file(files.COUNTIES)), ("places", files.census_file(files.PLACES))

    def other(*lists: object) -> tuple[ListedGovernment, ...]:
        monkeypatch.undo()
        install(settings, [counties], now)
        return with_divisions(*lists)  # type: ignore[arg-type]

    monkeypatch.setattr(government_lists, "with_divisions", other)
    with pytest.raises(CaseError, match="Another list was installed in this moment"):
        install(settings, [places], now)
    assert install(settings, [places], now).kept == (GovernmentLevel.COUNTY,)


async def test_a_list_is_fetched_under_the_guards_of_import(tmp_path: Path) -> None:
    content, heard = files.packed(a=files.listed(*files.LINES)), []
    web = Web(paths={"/list.zip": reply(content, "application/zip", Content_Length=str(len(content)))})
    web.paths["/cut.zip"] = reply(content[:-9], "application/zip", Content_Length=str(len(content)))
    web.paths["/page"] = reply(b"<!doctype html><p>404")
    web.paths["/huge"] = reply(b"x", "text/plain", Content_Length="900000000")
    settings = load(None, {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/letterwatch.db"})
    async with serving(web):

        async def fetched(path: str) -> tuple[str, bytes]:
            return await content_named(
                f"http://news.example{path}", web.guard(), lambda done, total: heard.append((done, total))
            )

        file = await fetched("/list.zip")
        assert heard[-1] == (len(content), len(content))
        for path, message in (
            ("/cut.zip", "did not answer with a file .* Download it yourself and name the file"),
            ("/none", r"does not exist \(404\)\. Download it yourself"),
            ("/huge", "is too large: the limit is 25 MB"),
        ):
            with pytest.raises(CaseError, match=message):
                await fetched(path)
        page = await fetched("/page")
    now = SystemClock().now()
    with pytest.raises(CaseError, match=r"news\.example/page is a web page, not a list"):
        install(settings, [page], now)
    assert install(settings, [file], now).counts.total == len(files.LINES)
    assert beside(tmp_path) == {NAME: files.listed(*files.LINES)}

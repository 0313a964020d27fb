"""Importing records what is new, once; leaves what is recorded as it is; and says where the file differs."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.clock import FrozenClock
from bot.desk import import_record, snapshot
from bot.desk.session import reading, writing
from bot.files.event_parts import DeadlineEventPart
from bot.files.example import before, cases_of, example, steps
from bot.files.loading import load, read
from bot.files.record_events import RecordStep, new_event
from bot.files.record_file import RecordFile
from bot.record.amounts import read_amount
from bot.record.case import Case, Letter, Status
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import end_of
from bot.record.errors import CaseError
from bot.record.events import Acknowledged, Answer, Basis, Corrected, DeadlineSet, Extent, Note, Silenced, effective_events
from bot.record.import_report import ImportReport, ItemKind
from bot.record.ladder import NEWS
from bot.record.new_events import NewCase, NewEvent
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import cases, events, places, servers
from bot.store.database import Database
from bot.store.tables import alerts
from bot.watch.deliver import Delivery
from bot.words.deadlines import step_lines
from bot.words.import_report import difference_text
from tests.corpus.record_files import changed, record
from tests.files.test_record_file import setting
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk
from tests.undoing import undo_operation
from tests.watch.test_delivery import Channels

NOW = datetime(2018, 3, 1, 12, tzinfo=NEW_YORK)
TODAY = datetime(2026, 1, 5, 12, tzinfo=NEW_YORK)  # after everything in the real record


@pytest.fixture
async def alice(db: Database) -> AsyncIterator[Desk]:
    desk_ = Desk(db)
    await desk_.open()
    yield desk_


async def imported_into(alice: Desk, file: RecordFile, now: datetime = NOW, **options: Any) -> ImportReport:
    async with writing(alice.db, alice.server_id, now, "import") as session:
        return await import_record.record_file(session, file, **options)


async def exported(alice: Desk) -> dict[str, Any]:
    async with reading(alice.db, alice.server_id, NOW) as session:
        return (await snapshot.of_server(session)).record_file().as_json()


def differences(report: ImportReport) -> list[str]:
    return [difference_text(difference) for difference in report.differences]


def facts(case: Case) -> list[tuple[object, ...]]:
    """What stands in a case's history, whoever recorded it and when."""
    return [(e.when, e.detail, e.text, e.sources, e.certainty, e.amount, e.conflict) for e in effective_events(case.events)]


def content(known: list[Case]) -> list[tuple[object, ...]]:
    return [(c.number, replace(c.letter, id=0), replace(c.place, id=0), facts(c)) for c in known]


async def test_the_real_record_is_stored_as_it_reads_in_memory(alice: Desk) -> None:
    report = await imported_into(alice, example(), TODAY)
    assert report.new == {"places": 45, "letters": 4, "cases": 55, "events": 138}
    assert not report.differences
    in_memory, _ = cases_of(example())
    assert content(await alice.cases()) == content(in_memory)


async def test_importing_twice_changes_nothing(alice: Desk) -> None:
    first = await imported_into(alice, example(), TODAY)
    cases_before = await alice.cases()
    second = await imported_into(alice, example(), TODAY.replace(month=4))
    assert second.same == first.new
    assert not second.new
    assert not second.differences
    assert await alice.cases() == cases_before


async def test_a_longer_file_adds_only_what_is_new(alice: Desk) -> None:
    await imported_into(alice, record(setting("events", []), setting("letters.0.recipients", ["Vermont"])))
    report = await imported_into(alice, record())
    assert report.new == {"cases": 1, "events": 4}
    assert report.same == {"places": 3, "letters": 1, "cases": 1}


async def test_a_file_may_lift_what_never_moved_and_it_comes_back_as_it_was(alice: Desk) -> None:
    """As older versions exported it."""
    lifted = {"kind": "consequence", "name": "fine", "state": "lifted", "extent": None, "conflict": "", "date_note": ""}

    def change(values: dict[str, Any]) -> None:
        event = {**values["events"][1], **lifted}
        values["events"][1] = {name: value for name, value in event.items() if name != "extent"}

    report = await imported_into(alice, record(change))
    assert not report.differences
    denver = next(case for case in await alice.cases() if case.place.name == "Denver")
    case_state = denver.at(TODAY)
    assert case_state.lifted_unmoved == {"fine"}
    assert Status.ESCALATED not in case_state.statuses


async def test_a_file_may_say_that_the_extent_of_an_answer_is_unknown(alice: Desk) -> None:
    await imported_into(alice, record(setting("events.1.extent", "unknown")))
    denver = next(case for case in await alice.cases() if case.place.name == "Denver")
    assert denver.at(TODAY).asks_extent
    full = await imported_into(alice, record())
    [difference] = full.differences
    assert "unknown" in str(difference.ours) and "full" in str(difference.theirs), "what is recorded stays as it is"
    assert denver in await alice.cases()


async def test_a_dry_run_counts_the_same_and_records_nothing(alice: Desk) -> None:
    async with writing(alice.db, alice.server_id, NOW, "import", dry_run=True) as session:
        trial = await import_record.record_file(session, record())
    assert await alice.cases() == []
    report = await imported_into(alice, record())
    assert trial == report
    assert report.new == {"places": 3, "letters": 1, "cases": 2, "events": 4}


@pytest.mark.parametrize(
    ("change", "kind", "line"),
    [
        (
            setting("jurisdictions.0.aliases", []),
            "places",
            "place Denver, CO: the aliases are City of Denver here, none in the file",
        ),
        (setting("letters.0.title", "Order"), "letters", "letter january: the title is “Demand” here, “Order” in the file"),
        (
            setting("letters.0.deadline.on", "2018-03-01"),
            "letters",
            "letter january: the deadline is 2018-02-23 here, 2018-03-01 in the file",
        ),
        (
            setting("letters.0.deadlines", []),
            "cases",
            "letter january to Vermont: the deadline is none here, 2018-02-23 in the file",
        ),
        (
            setting("events.1.on", "2018-02-19"),
            "events",
            "event denver-answers, Denver, CO: the date is by 2018-02-20 here, 2018-02-19 in the file",
        ),
        (
            setting("events.1.extent", "partial"),
            "events",
            "event denver-answers, Denver, CO: the details differ from the file",
        ),
        (
            setting("sources.docket.title", "Other"),
            "events",
            "event chicago-rules, Chicago, IL: the sources differ from the file",
        ),
    ],
)
async def test_what_differs_is_told_and_left_as_recorded(
    alice: Desk, change: Callable[[dict[str, Any]], object], kind: str, line: str
) -> None:
    await imported_into(alice, record())
    before_ = await alice.cases()
    report = await imported_into(alice, record(change))
    assert line in differences(report)
    assert report.different[ItemKind(kind)]
    assert not report.new
    assert await alice.cases() == before_


async def test_a_recipients_own_deadline_is_honoured_with_its_note_and_source(alice: Desk) -> None:
    await imported_into(alice, record())
    denver, vermont = [case.at(NOW) for case in await alice.cases()]
    assert denver.deadline == Deadline(date(2018, 2, 23), NEW_YORK, words="by Feb. 23")
    assert denver.deadline_event and [one.title for one in denver.deadline_event.sources] == ["Docket"]
    assert vermont.deadline is None
    assert [(e.text, e.sources[0].title) for e in vermont.events if e.detail.kind == "note"] == [("Not found.", "Docket")]


async def test_the_note_on_a_date_is_read_with_the_fact(alice: Desk) -> None:
    await imported_into(alice, record())
    denver = (await alice.cases())[0]
    assert denver.events[-1].text == "Denver answers. (Reported on 20 February.)"
    assert denver.events[-1].conflict == "Another gives 19 February."


async def test_a_fact_of_a_place_alone_is_kept_with_the_place(alice: Desk) -> None:
    await imported_into(alice, record())
    async with alice.db.read() as conn:
        chicago = next(place for place in await places.all_of(conn, SERVER) if place.name == "Chicago")
        around = await cases.context(conn, SERVER, chicago.id)
    assert [(event.when.text, event.text) for event in around] == [("2018-02", "A court rules.")]


async def test_one_event_for_several_places_is_a_fact_of_each(alice: Desk) -> None:
    await imported_into(alice, record())
    texts = [[e.text for e in case.events if e.detail.kind == "statement"] for case in await alice.cases()]
    assert texts == [["Both say that they comply."]] * 2


async def test_what_was_corrected_here_stays_corrected(alice: Desk) -> None:
    await imported_into(alice, record())
    denver = (await alice.cases())[0]
    await alice.record(NOW, denver, Answer(Extent.PARTIAL), "2018-02-20", replaces=denver.events[-1].id)
    report = await imported_into(alice, record())
    assert differences(report) == ["event denver-answers, Denver, CO: was corrected or undone here, and is not recorded again"]
    assert (await alice.cases())[0].at(NOW).answered is None


async def test_an_import_that_was_undone_stays_undone_and_is_told(alice: Desk) -> None:
    async with writing(alice.db, alice.server_id, NOW, "import") as session:
        await import_record.record_file(session, record())
    async with alice.db.write() as conn:
        await undo_operation(conn, alice.audit(NOW), session.audit.operation)
    report = await imported_into(alice, record())
    assert not report.new
    assert "letter january to Vermont: was undone here, and is not recorded again" in differences(report)


async def test_another_server_sees_nothing_of_it(alice: Desk, db: Database) -> None:
    charlie = Desk(db, OTHER_SERVER)
    await charlie.open()
    await imported_into(alice, record())
    assert await charlie.cases() == []
    assert (await imported_into(charlie, record())).new[ItemKind.CASE] == 2


async def test_two_files_may_call_their_events_alike(alice: Desk) -> None:
    def renamed(raw: dict[str, Any]) -> None:
        raw["letters"][0]["slug"] = "february"
        raw["events"][0] |= {"letter": "february", "who": {"all_of": "february"}}
        raw["events"][1]["letter"] = "february"

    await imported_into(alice, record())
    report = await imported_into(alice, record(renamed), new_letters=True)
    assert report.new == {"letters": 1, "cases": 2, "events": 3}
    assert not report.differences


async def test_until_a_moment_only_what_had_happened_is_recorded(alice: Desk) -> None:
    start = end_of(date(2018, 1, 22), NEW_YORK)
    report = await imported_into(alice, example(), until=start)
    assert (report.new[ItemKind.LETTER], report.new[ItemKind.CASE], report.new[ItemKind.EVENT]) == (1, 29, 3)
    assert len(before(example(), start)) == 4


async def take(alice: Desk, step: RecordStep, **options: bool) -> ImportReport:
    async with writing(alice.db, alice.server_id, step.moment, "the record") as session:
        return await import_record.record_step(session, record(), step, **options)


async def test_steps_replay_the_record_in_order_and_are_announced(alice: Desk) -> None:
    moments = [step.moment for step in steps(example())]
    assert moments == sorted(moments)
    announced = {}
    for step in steps(record()):
        before_ = len(await news(alice))
        await take(alice, step)
        announced[getattr(step.part, "slug", None) or step.part.id] = [len(lines) for lines in (await news(alice))[before_:]]  # type: ignore[union-attr]
    assert announced == {"january": [2], "both-speak": [], "denver-answers": [1], "chicago-rules": []}
    in_memory, _ = cases_of(record())
    stored = await alice.cases()
    assert content(stored) == content(in_memory)
    assert [[e.recorded_at for e in c.events] for c in stored] == [[e.recorded_at for e in c.events] for c in in_memory]
    assert [case.tracked_since for case in stored] == [case.tracked_since for case in in_memory]


async def test_a_step_repeated_records_and_announces_nothing(alice: Desk) -> None:
    for step in steps(record()):
        assert (await take(alice, step)).changes
        announced = await news(alice)
        assert not (await take(alice, step)).changes
        assert await news(alice) == announced


async def test_a_quiet_step_announces_nothing(alice: Desk) -> None:
    for step in steps(record()):
        await take(alice, step, quiet=True)
    assert await news(alice) == []


async def test_an_event_before_its_letter_is_recorded_is_refused(alice: Desk) -> None:
    last = steps(record())[-2]
    with pytest.raises(CaseError, match="january is not recorded"):
        await take(alice, last)


@pytest.mark.parametrize("source", [record, example], ids=["the small file", "the real record"])
async def test_an_export_imported_elsewhere_gives_the_same(alice: Desk, db: Database, source: Callable[[], RecordFile]) -> None:
    await imported_into(alice, source(), TODAY)
    file = read(json.dumps(await exported(alice)), "export.json")
    charlie = Desk(db, OTHER_SERVER)
    await charlie.open()
    report = await imported_into(charlie, file, TODAY)
    assert not report.differences
    assert content(await charlie.cases()) == content(await alice.cases())
    assert {event.id for event in file.events} == {event.id for event in source().events}


AMOUNTS = ("$64,000 a year", "$1-2 million a year", "nearly $2 million", "about $1,000 a day", "$252,157")


@pytest.mark.parametrize("typed", AMOUNTS)
async def test_an_amount_is_the_same_after_an_export_and_an_import(alice: Desk, db: Database, typed: str) -> None:
    amount = read_amount(typed)
    [albany] = await alice.letter(NOW, due=date(2018, 4, 1), to=("Albany",))
    async with writing(alice.db, SERVER, NOW, "Alice", 4711) as session:
        note = NewEvent(When("2018-02-20", NEW_YORK), Note(), "Money.", (SOURCE,), amount=amount)
        await events.append_events(session.conn, session.audit, [(albany.id, albany.place.id, note)])
    charlie = Desk(db, OTHER_SERVER)
    await charlie.open()
    await imported_into(charlie, read(json.dumps(await exported(alice)), "export.json"), TODAY)
    [case] = await charlie.cases()
    assert [event.amount for event in case.events if event.amount] == [amount]


@pytest.mark.parametrize(
    ("now", "on"),
    [
        ("2018-03-01T12:00-05:00", "2018-03-02"),
        ("2018-03-01T12:00-05:00", "2018-04"),
        ("2018-03-01T12:00-05:00", "by 2018-03-02"),
        ("2018-03-01T12:00-05:00", "between 2018-03-02 and 2018-03-05"),
        ("2018-03-01T12:00-05:00", "2018-03-01T12:01-05:00"),
    ],
)
async def test_what_is_still_to_come_is_refused_by_name_and_nothing_is_recorded(alice: Desk, now: str, on: str) -> None:
    file = record(setting("events.1.on", on))
    with pytest.raises(CaseError, match=f"- event denver-answers: {re.escape(on)} is in the future") as refused:
        await imported_into(alice, file, datetime.fromisoformat(now))
    assert str(refused.value).count("\n") == 1
    async with alice.db.read() as conn:
        assert await places.all_of(conn, alice.server_id) == []


@pytest.mark.parametrize("on", ["2018-03-01", "2018-03", "by 2018-03-01", "between 2018-03-01 and 2018-03-05"])
async def test_what_may_have_happened_is_recorded(alice: Desk, on: str) -> None:
    report = await imported_into(alice, record(setting("events.1.on", on)), NOW)
    assert report.new[ItemKind.EVENT] == 4


async def test_a_letter_still_to_be_sent_is_refused(alice: Desk) -> None:
    with pytest.raises(CaseError, match="- letter january: 2018-01-24 is in the future"):
        await imported_into(alice, record(), datetime(2018, 1, 23, 23, tzinfo=NEW_YORK))


async def test_an_export_imported_where_it_came_from_changes_nothing(alice: Desk) -> None:
    await imported_into(alice, example(), TODAY)
    [albany, *_] = await alice.letter(NOW, due=date(2018, 4, 1), to=("Albany",), title="By hand")
    await alice.record(NOW, albany, Answer(Extent.HOLDING))
    answer = await alice.record(NOW, albany, Answer(Extent.FULL))
    await alice.record(NOW, albany, Answer(Extent.PARTIAL), replaces=answer)
    await alice.extend(NOW, albany, date(2018, 5, 1))
    file = read(json.dumps(await exported(alice)), "export.json")
    report = await imported_into(alice, file, TODAY)
    assert not report.differences
    assert not report.new


@pytest.mark.parametrize("rule", ["20 business days", "14 days + mail", "72 hours", "February 23, 2018 5:00 p.m. CT"])
async def test_an_exported_deadline_keeps_how_it_was_counted(alice: Desk, rule: str) -> None:
    counted = parse_deadline(
        rule, NEW_YORK, start=datetime(2018, 1, 24, 10, 23, tzinfo=NEW_YORK), calendar=calendar_named("US-CA")
    )
    [albany] = await alice.letter(NOW, due=date(2018, 4, 1), to=("Albany",))
    await alice.record(NOW, albany, DeadlineSet(counted, Basis.EXTENSION))
    file = read(json.dumps(await exported(alice)), "export.json")
    deadlines = [part.deadline.deadline(NEW_YORK) for part in file.events if isinstance(part, DeadlineEventPart)]
    assert [deadline.without_work() for deadline in deadlines] == [counted.without_work()]
    assert [step_lines(deadline) for deadline in deadlines] == [step_lines(counted)]


def reworded(raw: dict[str, Any]) -> None:
    """Every sentence on how a deadline was reached, as another version or language might have it."""
    deadlines = [entry["deadline"] for entry in [*raw["letters"], *raw["events"]] if entry.get("deadline")]
    deadlines += [own["deadline"] for letter in raw["letters"] for own in letter.get("deadlines", []) if own["deadline"]]
    counted = [deadline for deadline in deadlines if "steps" in deadline]
    assert counted
    for deadline in counted:
        deadline["steps"] = [f"autrement dit : {step}".replace("EST", "UTC-5") for step in deadline["steps"]]


@pytest.mark.parametrize("keys", [True, False], ids=["by their keys", "by what they say"])
async def test_reworded_steps_are_no_difference_and_no_news(alice: Desk, keys: bool) -> None:
    """For the deadline of a letter, one that a recipient has of its own, and one that an event sets."""
    count = partial(parse_deadline, zone=NEW_YORK, start=NOW.date(), calendar=calendar_named("US"))
    moved = count("72 hours", start=NOW)
    sent = When("2018-03-01", NEW_YORK)
    letter = Letter(0, "", "Counted", "The authority", sent, "all of it", sources=(SOURCE,), deadline=count("30 days"))
    async with writing(alice.db, SERVER, NOW, "Alice") as session:
        letter = await events.add_letter(session.conn, session.audit, letter)
        cities = [Jurisdiction(0, name, PlaceKind.CITY, "NY") for name in ("Albany", "Troy")]
        [albany, troy] = [id for id, _ in await places.ensure_all(session.conn, SERVER, cities)]
        wanted = [NewCase(albany, letter.deadline), NewCase(troy, count("20 business days"))]
        await events.add_cases(session.conn, session.audit, letter, wanted)
    await alice.record(NOW, (await alice.cases())[0], DeadlineSet(moved, Basis.EXTENSION))
    raw = await exported(alice)
    reworded(raw)
    if keys:
        charlie = Desk(alice.db, OTHER_SERVER)
        await charlie.open()
        await imported_into(charlie, read(json.dumps(await exported(alice)), "export.json"))
        alice = charlie
    report = await imported_into(alice, read(json.dumps(raw), "export.json"), TODAY)
    assert differences(report) == []
    assert not report.new
    assert await news(alice) == []


def twice(raw: dict[str, Any], number: int) -> None:
    raw["events"].append(raw["events"][number] | {"id": "once-more"})


@pytest.mark.parametrize("number", [1, 2], ids=["of a case", "of a place alone"])
async def test_an_event_that_a_file_states_twice_is_recorded_once(alice: Desk, number: int) -> None:
    report = await imported_into(alice, record(partial(twice, number=number)))
    assert report.new[ItemKind.EVENT] == 4
    assert report.same[ItemKind.EVENT] == 1


async def test_progress_is_reported_when_something_is_written(alice: Desk) -> None:
    """A letter at a time, and events by the batch, each after it was recorded."""
    calls: list[tuple[int, int]] = []

    async with writing(alice.db, SERVER, NOW, "import") as session:
        recorded = 0

        @event.listens_for(session.conn.sync_connection, "before_cursor_execute")
        def count(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            nonlocal recorded
            if statement.startswith("INSERT INTO events"):
                recorded += len(parameters) if many else 1

        await import_record.record_file(session, record(), progress=lambda items: calls.append((items, recorded)))
    assert calls == [(1, 4), (3, 8)]


async def test_an_export_holds_what_stands(alice: Desk, db: Database) -> None:
    """Neither what was taken back nor who acknowledged what; deadlines with a time and a zone of their own as they are."""
    [albany, denver] = await alice.letter(NOW, due=None, to=("Albany", "Denver"))
    wrong = await alice.record(NOW, albany, Answer(Extent.FULL))
    await alice.record(NOW, albany, Corrected(), replaces=wrong)
    await alice.record(NOW, albany, Acknowledged(albany.events[0].id))
    await alice.record(NOW, denver, Corrected(), replaces=denver.events[0].id)
    file = read(json.dumps(await exported(alice)), "export.json")
    assert file.letters[0].recipients == ("Albany, NY",)
    assert file.events == ()


async def test_silences_are_exported_and_read_again(alice: Desk, db: Database) -> None:
    """By their days; one that lasts until the next event has none."""
    [albany, denver] = await alice.letter(NOW, date(2018, 3, 23), to=("Albany", "Denver"))
    await alice.record(NOW, albany, Silenced(date(2018, 3, 14)))
    await alice.record(NOW, denver, Silenced(None))
    text = json.dumps(await exported(alice))
    assert sorted(event.get("until", "") for event in json.loads(text)["events"]) == ["", "2018-03-14"]
    other = Desk(db, OTHER_SERVER)
    await other.open()
    async with writing(db, OTHER_SERVER, NOW, "import") as session:
        await import_record.record_file(session, read(text, "export.json"))
    untils = {case.place.name: case.at(NOW).silenced_until for case in await other.cases()}
    assert untils == {"Albany": date(2018, 3, 14), "Denver": date.max}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"until": "2018-03-32"}, "until"),
        ({"until": "tomorrow"}, "is not a day"),
        ({"letter": None, "until": "2018-03-14"}, "a silence belongs to a letter"),
        ({"until": "2019-06-01"}, "more than 400 days"),
    ],
    ids=str,
)
async def test_a_silence_that_cannot_be_is_refused_by_its_place(alice: Desk, fields: dict[str, object], why: str) -> None:
    [albany] = await alice.letter(NOW, to=("Albany",))
    await alice.record(NOW, albany, Silenced(date(2018, 3, 14)))
    file = await exported(alice)
    file["events"][0] |= fields
    with pytest.raises(CaseError, match=why):
        read(json.dumps(file), "export.json")


async def test_an_export_names_nobody_who_recorded(alice: Desk) -> None:
    [albany] = await alice.letter(NOW, to=("Albany",))
    async with writing(alice.db, SERVER, NOW, "Alice", 4711) as session:
        answer = NewEvent(When("2018-02-20", NEW_YORK), Answer(Extent.FULL), "Answered.", (SOURCE,))
        await events.append_events(session.conn, session.audit, [(albany.id, albany.place.id, answer)])
    text = json.dumps(await exported(alice))
    assert "Answered." in text
    assert "4711" not in text and "Alice" not in text


async def test_what_is_too_long_for_a_record_file_is_exported_and_refused_by_its_place(alice: Desk) -> None:
    [albany] = await alice.letter(NOW, to=("Albany",), title="Demand " * 40)
    text = json.dumps(await exported(alice))
    with pytest.raises(CaseError, match=f"letters / {albany.letter.slug} / title: is too long: 280 characters, at most 200"):
        read(text, "export.json")


async def test_a_record_is_kept_whole_or_not_at_all(alice: Desk) -> None:
    with pytest.raises(RuntimeError):
        async with writing(alice.db, SERVER, NOW, "import") as session:
            await import_record.record_file(session, record())
            raise RuntimeError
    assert await alice.cases() == []


# news


async def news(alice: Desk) -> list[list[tuple[int, int]]]:
    """What is announced: for each notice its (case, event) pairs."""
    async with alice.db.read() as conn:
        query = select(alerts.c.notice_id, alerts.c.case_id, alerts.c.about_id).where(alerts.c.rung == NEWS)
        rows = (await conn.execute(query.order_by(alerts.c.notice_id, alerts.c.id))).all()
    return [[(row.case_id, row.about_id) for row in of_notice] for _, of_notice in groupby(rows, lambda row: row.notice_id)]


async def test_a_first_load_announces_nothing(alice: Desk) -> None:
    await imported_into(alice, record())
    assert await news(alice) == []


async def test_into_a_server_with_a_letter_each_letter_is_announced_once(alice: Desk) -> None:
    await alice.letter(NOW)
    await imported_into(alice, example(), TODAY)
    announced = await news(alice)
    letters = {case.id: case.letter.slug for case in await alice.cases()}
    assert sorted({letters[case_id] for case_id, _ in lines} for lines in announced) == sorted(
        {letter.slug} for letter in example().letters
    )
    recipients = [case for case in await alice.cases() if case.letter.slug == "2018-01-24-documents"]
    sendings = {(case.id, event.id) for case in recipients for event in case.events if event.detail.kind == "sent"}
    [january] = [lines for lines in announced if sendings & set(lines)]
    assert sendings <= set(january)


async def test_the_same_file_twice_announces_nothing_the_second_time(alice: Desk) -> None:
    await alice.letter(NOW)
    await imported_into(alice, record())
    announced = await news(alice)
    assert [len(lines) for lines in announced] == [3]  # two recipients and an answer; what was said in public is no news
    await imported_into(alice, record(), TODAY)
    assert await news(alice) == announced


async def test_only_what_is_new_is_announced(alice: Desk) -> None:
    await imported_into(alice, record(setting("events", [])))
    await imported_into(alice, record())
    denver = (await alice.cases())[0]
    assert await news(alice) == [[(denver.id, denver.events[-1].id)]]


async def test_a_quiet_import_announces_nothing(alice: Desk) -> None:
    await alice.letter(NOW)
    await imported_into(alice, record(), quiet=True)
    assert await news(alice) == []


async def test_a_dry_run_announces_nothing(alice: Desk) -> None:
    await alice.letter(NOW)
    async with writing(alice.db, alice.server_id, NOW, "import", dry_run=True) as session:
        await import_record.record_file(session, record())
    assert await news(alice) == []


async def test_news_of_an_import_is_posted_once_a_letter_and_pings_nobody(alice: Desk, clock: FrozenClock) -> None:
    async with alice.db.write() as conn:
        await servers.change(conn, SERVER, NOW, escalation_role_id=7)
    await alice.letter(NOW)
    await imported_into(alice, example(), TODAY)
    clock.set(TODAY)
    channels = Channels()
    await Delivery(alice.db, clock, channels).drain()
    assert len(channels.posted) == 4
    heads = {text.split("\n")[0] for text in channels.texts()}
    assert heads == {f"New letter: {letter.title}" for letter in example().letters}
    assert [card.ping_role for _, _, card in channels.posted] == [None] * 4


COUNTED = {"on": "2018-02-07", "rule": "10 business days", "start": "2018-01-24", "calendar": "US-OH"}
EXTENSION = {
    "id": "denver-gets-more-time", "on": "2018-02-01", "kind": "deadline", "letter": "january", "who": ["Denver, CO"],
    "text": "More time.", "basis": "extension", "certainty": "confirmed", "sources": ["news"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("deadline", "calendar"),
    [
        ({"on": "2018-02-22", "rule": "10 business days", "start": "2018-02-07"}, "US-OH"),  # the 19th is a holiday
        ({"on": "2018-02-20", "rule": "12 days", "start": "2018-02-07"}, "US-OH"),
        ({"on": "2018-02-21", "rule": "10 business days", "start": "2018-02-07"}, ""),  # so the file counted otherwise
        ({"on": "2018-02-22", "rule": "10 business days", "start": "2018-02-07", "calendar": "US"}, "US"),
        ({"on": "2018-02-22"}, ""),
    ],
)
async def test_an_extension_of_a_file_inherits_the_letters_calendar(
    alice: Desk, deadline: dict[str, str], calendar: str
) -> None:
    file = record(setting("letters.0.deadline", COUNTED), setting("events", [{**EXTENSION, "deadline": deadline}]))
    await imported_into(alice, file)
    denver = next(case for case in await alice.cases() if case.place.name == "Denver")
    in_force = denver.at(NOW).deadline
    assert in_force and (in_force.date.isoformat(), in_force.calendar) == (deadline["on"], calendar)
    again = await imported_into(alice, file)
    assert not again.new and not again.differences


async def test_an_extension_that_was_recorded_without_a_calendar_stays_as_it_is(alice: Desk) -> None:
    """As files were imported before extensions inherited: the same file still changes nothing, and nothing is reported."""
    await imported_into(alice, record(setting("letters.0.deadline", COUNTED), setting("events", [])))
    file = record(
        setting("letters.0.deadline", COUNTED),
        setting("events", [{**EXTENSION, "deadline": {"on": "2018-02-22", "rule": "10 business days", "start": "2018-02-07"}}]),
    )
    denver = next(case for case in await alice.cases() if case.place.name == "Denver")
    inherited = new_event(file, file.events[0], "Denver, CO")
    assert isinstance(inherited.detail, DeadlineSet) and inherited.detail.deadline.calendar == "US-OH"
    old = replace(inherited, detail=replace(inherited.detail, deadline=replace(inherited.detail.deadline, calendar="")))
    async with writing(alice.db, alice.server_id, NOW, "import") as session:
        await events.append_events(session.conn, session.audit, [(denver.id, denver.place.id, old)])
    report = await imported_into(alice, file)
    assert not report.new and not report.differences
    [recorded] = [case for case in await alice.cases() if case.id == denver.id]
    assert recorded.at(NOW).deadline == old.detail.deadline  # type: ignore[union-attr]


# a letter that may be recorded already


def other_slug(raw: dict[str, Any]) -> None:
    raw["letters"][0] |= {"slug": "february", "title": "Demand."}
    raw["events"][0] |= {"letter": "february", "who": {"all_of": "february"}}
    raw["events"][1]["letter"] = "february"


async def test_a_letter_that_may_be_a_recorded_one_is_asked_about(alice: Desk) -> None:
    await imported_into(alice, record())
    with pytest.raises(CaseError, match=r"letter february may be “Demand” \(january: ") as refused:
        await imported_into(alice, record(other_slug))
    assert "--letter SLUG" in str(refused.value) and "--new-letter" in str(refused.value)
    with pytest.raises(CaseError, match="No letter with the short name “march” is recorded"):
        await imported_into(alice, record(other_slug), letter="march")


async def test_it_can_be_said_that_it_is_that_one(alice: Desk) -> None:
    await imported_into(alice, record())
    report = await imported_into(alice, record(other_slug), letter="january")
    assert not report.new[ItemKind.LETTER]
    assert {case.letter.slug for case in await alice.cases()} == {"january"}


async def test_of_a_letter_with_that_short_name_it_is_true_already(alice: Desk) -> None:
    await imported_into(alice, record())
    report = await imported_into(alice, record(), letter="january")
    assert not any(report.new.values())


async def test_a_letter_of_another_day_is_not_that_one(alice: Desk) -> None:
    def other_day(raw: dict[str, Any]) -> None:
        other_slug(raw)
        raw["letters"][0]["sent"] = "2018-01-23"

    await imported_into(alice, record())
    with pytest.raises(CaseError, match="no letter of the file may be that one"):
        await imported_into(alice, record(other_day), letter="january")


async def test_letters_that_a_file_tells_apart_are_two(alice: Desk) -> None:
    def two(raw: dict[str, Any]) -> None:
        raw["letters"].append({**raw["letters"][0], "slug": "february"})

    report = await imported_into(alice, record(two))
    assert report.new[ItemKind.LETTER] == 2
    assert not (await imported_into(alice, record(two))).changes


async def test_the_report_counts_those_that_take_the_letters_deadline(alice: Desk) -> None:
    report = await imported_into(alice, record())
    assert [(which.letter, names) for which, names in report.without_own_deadline.items()] == [("january", ["Denver, CO"])]
    assert not (await imported_into(alice, record())).without_own_deadline


def test_garbled_texts_of_a_file_are_mistakes(tmp_path: Path) -> None:
    def garble(raw: dict[str, Any]) -> None:
        raw["letters"][0]["title"] = "CaÃ±on City"
        raw["events"][0]["text"] = "itâ€™s"

    file = tmp_path / "garbled.json"
    file.write_text(json.dumps(changed(garble)), encoding="utf-8")
    with pytest.raises(CaseError, match=r"letters / january / title: “CaÃ±on City” seems to be “Cañon City”") as refused:
        load(file)
    assert "“itâ€™s” seems to be “it’s”" in str(refused.value)
    assert load(file, keep_garbled=True).letters[0].title == "CaÃ±on City"


@pytest.mark.parametrize("letters_own", [None, date(2018, 2, 23)])
async def test_a_first_deadline_that_was_granted_later_stays_a_fact_of_its_day(
    alice: Desk, db: Database, letters_own: date | None
) -> None:
    """Also where the letter has a deadline, but not for this recipient; and with an extension that happened before."""
    sent = datetime(2018, 1, 24, 12, tzinfo=NEW_YORK)
    [case] = await alice.letter(sent, due=None, to=("Denver",))
    granted = DeadlineSet(Deadline(date(2018, 3, 9), NEW_YORK), Basis.ORIGINAL, "The clerk")
    await alice.record(NOW, case, granted, when="2018-02-20")
    if letters_own:
        await alice.record(NOW, case, DeadlineSet(Deadline(letters_own, NEW_YORK), Basis.EXTENSION), when="2018-02-05")
    await alice.record(NOW, case, Note(), when="2018-02-21")
    async with reading(db, SERVER, NOW) as session:
        exported = (await snapshot.of_server(session)).record_file()
    record_ = read(json.dumps(exported.as_json()), "the export")
    other = Desk(db, OTHER_SERVER)
    await other.open()
    async with writing(db, OTHER_SERVER, NOW, "import") as session:
        await import_record.record_file(session, record_)
    [copied] = await other.cases()
    said = [(e.when.text, e.detail, e.text, e.sources) for e in effective_events(copied.events)]
    [case] = await alice.cases()
    assert said == [(e.when.text, e.detail, e.text, e.sources) for e in effective_events(case.events)]
    for server_id in (SERVER, OTHER_SERVER):
        async with writing(db, server_id, NOW, "import") as session:
            report = await import_record.record_file(session, record_)
        assert not report.differences and not any(report.new.values())

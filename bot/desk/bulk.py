"""Recording one thing in many cases: shown first, then recorded as one operation.

A batch is kept among the drafts while somebody looks at it, under an id below zero, as forms are (`desk.kept_forms`): it
survives a restart, and only its person can use it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from bot.desk import kept_forms
from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.case_events import EventReport, answer_of, closing_of, extension_of, new_event, other_event_of
from bot.desk.deadlines import Counting, counted_by, counting
from bot.desk.kept import KeptKey, kept_body
from bot.desk.session import Session, WriteSession
from bot.record.bulk import BatchFact, Extension, LeftOut, Planned, is_recorded_already
from bot.record.case import Case, CaseState
from bot.record.corrections import with_recorded
from bot.record.errors import CaseError
from bot.record.events import Answer, Closed, Note, Reopened
from bot.record.new_events import NewEvent
from bot.store import cases, drafts
from bot.store.database import Database, batches
from bot.words import bulk as words

MOST = 500  # cases of one batch
SLICE = 25  # cases: some ten milliseconds of work, after which the event loop goes on
PAGE = 25  # cases of one select (Discord docs, "String Select")


@dataclass(frozen=True)
class BatchCase:
    """A case of a batch as it was when the batch was first shown."""

    id: int
    number: int
    #: Of its place.
    label: str
    #: Its newest event, and the deadline that it would get.
    mark: str


@dataclass(frozen=True)
class Batch:
    """One thing that is about to be recorded in many cases."""

    fact: Annotated[BatchFact, Field(discriminator="kind")]
    #: `when` is set.
    report: EventReport
    #: By number.
    cases: tuple[BatchCase, ...]
    #: Cases that were chosen and cannot take it.
    left_out: tuple[LeftOut, ...] = ()
    #: The ids of cases that were unticked.
    unticked: tuple[int, ...] = ()
    #: Whether its cases are shown in selects.
    picks: bool = False
    #: Whether nothing is announced.
    quietly: bool = False
    #: Grows with each change: a button of an earlier one records nothing.
    version: int = 0


_BATCH = TypeAdapter(Batch)


@dataclass(frozen=True)
class BatchView:
    """A batch with its cases as they are now."""

    batch: Batch
    #: Those that are still what they were, ticked or not; by number.
    planned: tuple[Planned, ...]
    #: Also those that have changed since.
    left_out: tuple[LeftOut, ...]

    @property
    def ticked(self) -> tuple[Planned, ...]:
        unticked = set(self.batch.unticked)
        return tuple(each for each in self.planned if each.case.id not in unticked)


@dataclass(frozen=True)
class RecordedBatch:
    """What was recorded in many cases."""

    planned: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]
    operation: str


async def new_batch(
    session: Session,
    case_ids: Collection[int],
    fact: BatchFact,
    report: EventReport,
    *,
    picks: bool = False,
    quietly: bool = False,
) -> BatchView:
    """What would be recorded in these cases. CaseError if none of them can take it, and for more than `MOST`."""
    check_count(len(case_ids))
    planning = _Planning(session, fact, report)
    planned, left_out = await planning.of(case_ids)
    if not planned:
        raise CaseError(planning.same_for_all or words.nothing_to_record(left_out))
    kept = tuple(BatchCase(each.case.id, each.case.number, each.case.place.label, each.mark) for each in planned)
    return BatchView(Batch(fact, report, kept, tuple(left_out), picks=picks, quietly=quietly), tuple(planned), tuple(left_out))


def check_count(count: int, how: str = "") -> None:
    """CaseError for more than `MOST` cases. `how`: what to do about it."""
    if count > MOST:
        raise CaseError(f"These are {count:,} cases, and at most {MOST} can be recorded at once. {how or words.NAME_FEWER}")


async def keep(db: Database, server_id: int, person_id: int, now: datetime, batch: Batch, lifetime: timedelta) -> KeptKey:
    """Keep a batch that was shown. Those that are older than `lifetime` are dropped."""
    key = KeptKey(kept_forms.new_id(), person_id, lifetime)
    async with db.write(records=False) as conn:
        await drafts.expire(conn, now - lifetime)
        await drafts.add_form(conn, server_id, person_id, key.id, now, _body(batch))
    return key


async def kept_batch(session: Session, key: KeptKey) -> Batch:
    """CaseError if it is not that person's, was recorded or left, or is not kept any more."""
    body = await kept_body(session, key, "batch")
    if body is None:
        raise CaseError(words.OVER)
    if "used" in body:
        raise CaseError(words.USED)
    return kept_forms.load(_BATCH, body)


async def view(session: Session, batch: Batch) -> BatchView:
    """A batch with its cases as they are now."""
    planned, why_not = await _Planning(session, batch.fact, batch.report).of([case.id for case in batch.cases])
    now = {each.case.id: each for each in planned}
    why = {each.number: each.why for each in why_not}
    still = tuple(now[case.id] for case in batch.cases if case.id in now and now[case.id].mark == case.mark)
    same = {each.case.id for each in still}
    changed = [
        LeftOut(case.number, case.label, f"{words.CHANGED}{f' ({why[case.number]})' if case.number in why else ''}")
        for case in batch.cases
        if case.id not in same
    ]
    return BatchView(batch, still, (*batch.left_out, *changed))


async def change(db: Database, session: Session, key: KeptKey, changed: Callable[[Batch], Batch]) -> Batch:
    """Change a batch that is kept. CaseError as `kept_batch`."""
    async with db.write(records=False) as conn:
        batch = await kept_batch(replace(session, conn=conn), key)
        after = replace(changed(batch), version=batch.version + 1)
        await drafts.change(conn, key.id, _body(after))
    return after


def ticked(page: int, case_ids: Collection[int]) -> Callable[[Batch], Batch]:
    """Of the cases of one page, tick these alone."""

    def change_page(batch: Batch) -> Batch:
        of_page = {case.id for case in batch.cases[page * PAGE : (page + 1) * PAGE]}
        unticked = set(batch.unticked) - of_page | of_page - set(case_ids)
        return replace(batch, unticked=tuple(sorted(unticked)))

    return change_page


def all_ticked(batch: Batch) -> Batch:
    return replace(batch, unticked=(), picks=True)


def none_ticked(batch: Batch) -> Batch:
    return replace(batch, unticked=tuple(case.id for case in batch.cases), picks=True)


def picking(batch: Batch) -> Batch:
    return replace(batch, picks=True)


async def leave(db: Database, session: Session, key: KeptKey) -> None:
    """Drop a batch: nothing is recorded of it."""
    async with db.write(records=False) as conn:
        await kept_batch(replace(session, conn=conn), key)
        await drafts.drop(conn, key.id)


async def decide_batch(session: Session, key: KeptKey, version: int) -> BatchView:
    """What `record_batch` is to record. CaseError as `kept_batch`, if nothing is ticked, and if the batch that was shown is
    another one than what is kept."""
    batch = await kept_batch(session, key)
    if batch.version != version:
        raise CaseError(words.OTHER_CHOICE)
    decided = await view(session, batch)
    if not decided.ticked:
        raise CaseError(words.nothing_to_record(decided.left_out))
    return decided


async def record_batch(session: WriteSession, decided: BatchView, key: KeptKey) -> RecordedBatch:
    """Record it in one operation, with one announcement a letter. Nothing may have been recorded since it was decided.

    Of several who press the button at once, one gets here first; the others are told that it was recorded.
    """
    if (await kept_batch(session, key)).version != decided.batch.version:
        raise CaseError(words.OTHER_CHOICE)
    await drafts.change(session.conn, key.id, {"batch": {"used": session.audit.operation}})
    planned = decided.ticked
    await append_and_announce(
        replace(session, quietly=decided.batch.quietly),
        [EventRow(each.event, each.case.place.id, each.case.id, each.case.letter.id) for each in planned],
    )
    return RecordedBatch(planned, decided.left_out, session.audit.operation)


class _Planning:
    """Says what would be recorded in each of many cases."""

    def __init__(self, session: Session, fact: BatchFact, report: EventReport) -> None:
        self._session = session
        self._fact = fact
        self._report = report
        self._countings: dict[tuple[str, str], Counting] = {}
        self._refusals: set[str] = set()

    @property
    def same_for_all(self) -> str:
        """Why no case can take it, if that has nothing to do with any of them: "“soon” is not a date"."""
        return next(iter(self._refusals)) if len(self._refusals) == 1 else ""

    async def of(self, case_ids: Collection[int]) -> tuple[list[Planned], list[LeftOut]]:
        """By number: those that can take it, and those that cannot."""
        planned: list[Planned] = []
        left_out: list[LeftOut] = []
        for few in batches(list(case_ids), SLICE):
            for case in await cases.with_ids(self._session.conn, few):
                try:
                    planned.append(await self._of_case(case))
                except CannotTake as refused:
                    self._refusals.add("")
                    left_out.append(LeftOut(case.number, case.place.label, refused.short))
                except CaseError as refused:
                    self._refusals.add(str(refused))
                    left_out.append(LeftOut(case.number, case.place.label, words.shortened(str(refused))))
            await asyncio.sleep(0)
        planned.sort(key=lambda each: each.case.number)
        return planned, sorted(left_out, key=lambda each: each.number)

    async def _of_case(self, case: Case) -> Planned:
        before = case.at(self._session.now)
        self._check(case, before)
        event = await self._event(case)
        if is_recorded_already(case, event):
            raise CannotTake(words.already(event.detail))
        now = self._session.now
        return Planned(case, event, before, with_recorded(case, [event], now).at(now))

    def _check(self, case: Case, now: CaseState) -> None:
        assert self._report.when is not None
        if not now.exists:
            raise CannotTake(words.UNDONE)
        reopens = isinstance(self._fact, Reopened)
        if now.ended and not reopens and not isinstance(self._fact, Note):
            raise CannotTake(words.ENDED)
        if reopens and not now.ended:
            raise CannotTake(words.OPEN)
        sent = case.letter.sent
        if sent.earliest is not None and self._report.when.latest < sent.earliest:
            raise CannotTake(words.sent_later(sent))

    async def _event(self, case: Case) -> NewEvent:
        session, report = self._session, self._report
        match self._fact:
            case Extension(deadline=deadline, granted_by=granted_by):
                return extension_of(session, case, deadline, await self._counting(case), granted_by, report)
            case Answer(extent=extent):
                return answer_of(session, case, extent, report)
            case Closed(outcome=outcome):
                return closing_of(session, case, outcome, report)
            case detail:
                return other_event_of(session, case, detail, report)

    async def _counting(self, case: Case) -> Counting:
        """Thousands of cases are counted by few calendars."""
        assert isinstance(self._fact, Extension)
        zone, inherited = counted_by(case, self._session.now)
        key = zone.key, inherited
        if key not in self._countings:
            fact = self._fact
            self._countings[key] = await counting(self._session, zone, fact.counted_from, fact.calendar, inherited)
        return self._countings[key]


class CannotTake(CaseError):
    """A case cannot take what is recorded in many."""

    def __init__(self, short: str) -> None:
        super().__init__(short)
        self.short = short


def told_of(batch: Batch) -> NewEvent:
    """What a batch says of every case alike: when, in which words, by which source. A new deadline is none of that."""
    detail = Note() if isinstance(batch.fact, Extension) else batch.fact
    assert batch.report.when is not None
    return new_event(detail, batch.report.when, batch.report)


def _body(batch: Batch) -> dict[str, Any]:
    return {"batch": kept_forms.dump(_BATCH, batch)}

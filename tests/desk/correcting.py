"""Corrects events in tests as the desk does: planned in one transaction, recorded in another."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.desk.corrections import (
    CorrectionRequest,
    EventRef,
    PlannedCorrection,
    RecordedCorrection,
    plan_correction,
    record_correction,
)
from bot.desk.lookups import CaseRef
from bot.record.corrections import How
from bot.record.events import Event
from bot.record.sources import Source
from tests.desk.people import People

REASON = "Entered by mistake."


def request(case: CaseRef, event: Event, how: How, reason: str = REASON, **more: Any) -> CorrectionRequest:
    return CorrectionRequest(case, EventRef.of(event), how, reason, **more)


async def planned(people: People, wanted: CorrectionRequest) -> PlannedCorrection:
    async with people.reading() as session:
        return await plan_correction(session, wanted)


async def corrected(
    people: People,
    case: CaseRef,
    event: Event,
    how: How,
    to: CaseRef | None = None,
    source: Source | None = None,
    by_bob: bool = False,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> RecordedCorrection:
    wanted = request(case, event, how, to=to, source=source, answers=dict(answers))
    plan = await planned(people, wanted)
    async with people.bob() if by_bob else people.alice() as session:
        return await record_correction(session, plan)


async def newest(people: People, case: CaseRef, kind: str = "") -> Event:
    """The newest event of a case, of a kind."""
    events = (await people.case(case)).events
    return next(event for event in reversed(events) if kind in ("", event.detail.kind))

"""Tokens of notices: equal for equal alerts, whatever their ids, and for no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Basis, DeadlineSet, Event, Statement
from bot.record.ladder import NEWS
from bot.record.notice_tokens import CaseAlert, PlaceAlert, token_of
from bot.record.place_facts import PlaceFact
from bot.record.places import Jurisdiction, PlaceKind

NEW_YORK = ZoneInfo("America/New_York")
SENT = When("2018-01-24", NEW_YORK)
RECORDED = datetime(2018, 1, 24, 15, tzinfo=UTC)
LETTER = Letter(1, "demand", "Demand", "The authority", SENT, "all documents")
ALBANY = Jurisdiction(1, "Albany", PlaceKind.CITY, "NY")
DEADLINE = Event(2, SENT, RECORDED, DeadlineSet(Deadline(date(2018, 2, 23), NEW_YORK)))
SAID = Event(3, SENT, RECORDED, Statement("the mayor"), "It will come.")
CASE = Case(1, 1, LETTER, ALBANY, RECORDED, (DEADLINE, SAID))
PASSED = CaseAlert(CASE, DEADLINE.id, "passed")


def token(*alerts: CaseAlert | PlaceAlert, server: int = 1, channel: int = 2) -> str:
    return token_of(server, channel, alerts or [PASSED])


def about(event: Event, rung: str = "passed") -> CaseAlert:
    return CaseAlert(replace(CASE, events=(event,)), event.id, rung)


def test_it_is_a_nonce_and_a_part_of_a_custom_id() -> None:
    assert len(token()) == 24 and token().isalnum() and token().islower()


def test_other_ids_and_another_order_change_nothing() -> None:
    moved = replace(
        CASE,
        id=9,
        letter=replace(LETTER, id=9),
        place=replace(ALBANY, id=9),
        events=(replace(DEADLINE, id=50), replace(SAID, id=51)),
    )
    assert token(CaseAlert(moved, 50, "passed")) == token()
    news = CaseAlert(CASE, SAID.id, NEWS)
    assert token(PASSED, news) == token(news, PASSED)


@pytest.mark.parametrize(
    "other",
    [
        token(server=7),
        token(channel=7),
        token(CaseAlert(CASE, DEADLINE.id, "3-days-after")),
        token(CaseAlert(CASE, DEADLINE.id, "passed", occurrence=1)),
        token(CaseAlert(CASE, SAID.id, "passed")),
        token(CaseAlert(replace(CASE, letter=replace(LETTER, slug="other")), DEADLINE.id, "passed")),
        token(CaseAlert(replace(CASE, place=replace(ALBANY, state="CA")), DEADLINE.id, "passed")),
        token(CaseAlert(replace(CASE, place=replace(ALBANY, kind=PlaceKind.COUNTY)), DEADLINE.id, "passed")),
        token(about(replace(DEADLINE, recorded_at=RECORDED + timedelta(microseconds=1)))),
        token(about(replace(DEADLINE, detail=DeadlineSet(Deadline(date(2018, 2, 24), NEW_YORK))))),
        token(about(replace(DEADLINE, detail=DeadlineSet(Deadline(date(2018, 2, 23), NEW_YORK), Basis.EXTENSION)))),
        token(about(replace(DEADLINE, when=When("2018-01-25", NEW_YORK)))),
        token(about(replace(DEADLINE, text="Until then."))),
        token(PlaceAlert(PlaceFact(ALBANY, SAID))),
        token(PASSED, CaseAlert(replace(CASE, place=replace(ALBANY, name="Buffalo")), DEADLINE.id, "passed")),
    ],
)
def test_what_says_something_else_has_another(other: str) -> None:
    assert other != token()


def test_two_events_that_say_the_same_are_two() -> None:
    twice = replace(CASE, events=(SAID, replace(SAID, id=4)))
    assert token(CaseAlert(twice, 3, NEWS)) != token(CaseAlert(twice, 4, NEWS))

"""A silence holds back overdue repeats, and nothing else; when it ends, the newest of them is posted, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.record.audit import DifferenceKind, StoredAlert, differences
from bot.record.case import Case
from bot.record.events import (
    Answer,
    Closed,
    Corrected,
    DeadlineSet,
    Detail,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    Silenced,
)
from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER, Ladder, Phase
from bot.record.later_facts import later_facts
from bot.record.plan import Alert, ahead, next_due, plan
from bot.record.posting import Posting, Quiet
from bot.record.recheck import NotPosted, why_no_alert
from bot.record.rehearsal import upcoming
from bot.record.standing import periods
from tests.unit.record.cases import NEW_YORK, at, by, extended, happens, opened
from tests.unit.record.test_plan import NINE, histories, known, postings

MARCH_14 = Silenced(date(2018, 3, 14))
NEXT = Silenced(None)
#: What Denver is told after the deadline of 23 February while nothing is silenced.
REPEATS = [
    ("02-24", "passed"),
    ("02-26", "3-days-after"),
    ("03-02", "7-days-after"),
    ("03-09", "every-7-days"),
    ("03-16", "every-7-days"),
    ("03-23", "every-7-days"),
    ("03-30", "every-7-days"),
]


ladders = st.sampled_from((LEGACY_LADDER, DEFAULT_LADDER))


def owed(case: Case, start: str = "2018-01-01", end: str = "2018-04-01") -> list[tuple[str, str]]:
    planned = upcoming(case, LEGACY_LADDER, NINE, at(start), at(end))
    return [(f"{alert.due.at.astimezone(NEW_YORK):%m-%d}", alert.due.rung.name) for alert in planned]


def due(case: Case, moment: str) -> str | None:
    planned = plan(case, LEGACY_LADDER, NINE, at(moment)).due
    return planned.due.rung.name if planned else None


def silenced(detail: Silenced = MARCH_14, when: str = "2018-02-27") -> Case:
    return happens(opened(), detail, when)


def of_march(case: Case) -> list[tuple[str, str]]:
    return owed(case, "2018-02-24")


def test_the_newest_repeat_that_was_held_back_is_due_on_the_last_day() -> None:
    case = silenced()
    assert of_march(case) == [*REPEATS[:2], ("03-14", "every-7-days"), *REPEATS[4:]]
    there = replace(case, looked_at=at("2018-02-27 12:00"))
    before, then = (plan(there, LEGACY_LADDER, NINE, at(f"2018-03-14 {time}")) for time in ("08:59", "09:00"))
    assert before.due and before.due.due.rung.name == "passed"  # posted long ago: its key keeps it from being posted again
    assert before.look_at == at("2018-03-14 09:00")
    assert then.due and then.due.due.at == at("2018-03-14 09:00")
    assert [alert.due.rung.name for alert in then.skipped] == ["3-days-after", "7-days-after"]
    assert then.look_at == at("2018-03-16 09:00")


def test_what_falls_due_when_it_ends_is_posted_as_ever() -> None:
    case = silenced(Silenced(date(2018, 3, 9)))
    assert of_march(case) == REPEATS[:2] + REPEATS[3:]


def test_a_silence_in_which_nothing_falls_due_changes_nothing() -> None:
    assert of_march(silenced(Silenced(date(2018, 3, 1)))) == REPEATS
    assert next_due(silenced(Silenced(date(2018, 3, 1))), LEGACY_LADDER, NINE, at("2018-02-28")) == next_due(
        opened(), LEGACY_LADDER, NINE, at("2018-02-28")
    )


def test_the_countdown_and_that_it_passed_are_always_posted() -> None:
    early = happens(opened(), Silenced(date(2018, 3, 20)), "2018-02-01")
    assert owed(early) == [
        ("02-09", "14-days-before"),
        ("02-16", "7-days-before"),
        ("02-20", "3-days-before"),
        ("02-22", "1-day-before"),
        ("02-23", "the-day-itself"),
        ("02-24", "passed"),
        ("03-20", "every-7-days"),
        ("03-23", "every-7-days"),
        ("03-30", "every-7-days"),
    ]


def test_an_answer_meanwhile_ends_it_without_a_word() -> None:
    assert of_march(happens(silenced(), Answer(Extent.FULL), "2018-03-05")) == REPEATS[:2]


def test_a_new_deadline_has_its_own_countdown_and_its_repeats_stay_silent() -> None:
    case = extended(silenced(), by("2018-03-09"), "2018-03-01")
    assert owed(case, "2018-02-24") == [
        *REPEATS[:2],
        ("03-02", "7-days-before"),
        ("03-06", "3-days-before"),
        ("03-08", "1-day-before"),
        ("03-09", "the-day-itself"),
        ("03-10", "passed"),
        ("03-14", "3-days-after"),
        ("03-16", "7-days-after"),
        ("03-23", "every-7-days"),
        ("03-30", "every-7-days"),
    ]


def test_one_until_the_next_event_ends_at_the_posting_moment_after_news() -> None:
    quiet = silenced(NEXT)
    assert of_march(quiet) == REPEATS[:2]
    assert next_due(quiet, LEGACY_LADDER, NINE, at("2018-03-01")) is None
    assert ahead([quiet], lambda _: LEGACY_LADDER, NINE, at("2018-03-01"), at("2018-06-01")) == []
    assert of_march(happens(quiet, Note(), "2018-03-11")) == REPEATS[:2], "a note is no news"
    told = happens(quiet, Answer(Extent.PARTIAL), "2018-03-11")  # at noon
    assert of_march(told) == [*REPEATS[:2], ("03-12", "every-7-days"), *REPEATS[4:]]
    mistaken = happens(told, Corrected(), "2018-03-11", told.events[-1].recorded_at + timedelta(minutes=5), replaces=4)
    assert of_march(mistaken) == REPEATS[:2], "what was taken back ended nothing"


def test_news_that_is_dated_before_the_silence_ends_it_too() -> None:
    told = happens(silenced(NEXT), Answer(Extent.PARTIAL), "2018-02-20", recorded=at("2018-03-11 12:00"))
    assert of_march(told)[2:3] == [("03-12", "every-7-days")]


def test_lifting_posts_the_newest_repeat_at_once() -> None:
    lifted = happens(silenced(), Silenced(date(2018, 3, 12)), "2018-03-12")  # at noon
    assert of_march(lifted) == [*REPEATS[:2], ("03-12", "every-7-days"), *REPEATS[4:]]
    [alert] = upcoming(lifted, LEGACY_LADDER, NINE, at("2018-03-12"), at("2018-03-13"))
    assert alert.due.at == at("2018-03-12 12:00"), "it is not late"
    early = happens(silenced(), Silenced(date(2018, 3, 12)), "2018-03-12", recorded=at("2018-03-12 07:00"))
    assert next_due(early, LEGACY_LADDER, NINE, at("2018-03-12 07:00")) == replace(alert.due, at=at("2018-03-12 09:00"))
    for_news = happens(silenced(NEXT), Silenced(date(2018, 3, 12)), "2018-03-12")
    assert of_march(for_news) == of_march(lifted)


def test_undoing_a_silence_brings_back_what_it_held_back() -> None:
    undone = happens(silenced(), Corrected(), "2018-03-03", replaces=3)
    assert due(undone, "2018-03-03 12:01") == "7-days-after"
    lifted = happens(silenced(), Silenced(date(2018, 3, 3)), "2018-03-03")
    assert of_march(happens(lifted, Corrected(), "2018-03-03", replaces=4))[-4:] == of_march(silenced())[-4:]


def test_the_last_one_holds() -> None:
    longer = happens(silenced(), Silenced(date(2018, 3, 20)), "2018-03-05")
    assert of_march(longer) == [*REPEATS[:2], ("03-20", "every-7-days"), *REPEATS[5:]]
    shorter = happens(silenced(), Silenced(date(2018, 3, 7)), "2018-03-05")
    assert of_march(shorter) == [*REPEATS[:2], ("03-07", "7-days-after"), *REPEATS[3:]]


def test_the_end_of_the_case_ends_it() -> None:
    ended = happens(silenced(), Closed(Outcome.CLOSED), "2018-03-01")
    reopened = happens(ended, Reopened(), "2018-03-03")
    assert ended.at(at("2018-03-02")).silence is None
    assert of_march(reopened) == REPEATS[:2] + REPEATS[3:]
    incomplete = happens(happens(silenced(), Answer(Extent.FULL), "2018-03-01"), Finding(Result.INCOMPLETE), "2018-03-03")
    assert of_march(incomplete) == of_march(silenced()), "an answer that was found incomplete is no end"


@pytest.mark.parametrize(
    ("posting", "end"),
    [
        (Posting(NEW_YORK, 16, at("2018-03-10")), "2018-03-14 16:00"),
        (Posting(NEW_YORK, 7, at("2018-03-13 12:00")), "2018-03-14 07:00"),
        (Posting(ZoneInfo("Asia/Tokyo"), 9, at("2018-03-10")), "2018-03-13 20:00"),
    ],
    ids=str,
)
def test_another_hour_or_zone_moves_the_end(posting: Posting, end: str) -> None:
    case = silenced()
    before, then = (plan(case, LEGACY_LADDER, posting, at(end) + away).due for away in (-timedelta(minutes=1), timedelta()))
    assert before is None or before.due.rung.phase is not Phase.AFTER
    assert then and then.due.at == at(end)
    assert next_due(case, LEGACY_LADDER, posting, at(end) - timedelta(minutes=1)) == then.due


def test_the_clocks_change_between_the_silence_and_its_end() -> None:
    """On 11 March 2018 the clocks of New York were put forward: 09:00 is at 13:00 UTC then, and was at 14:00."""
    planned = next_due(silenced(Silenced(date(2018, 3, 12))), LEGACY_LADDER, NINE, at("2018-03-01"))
    assert planned and planned.at == datetime(2018, 3, 12, 13, tzinfo=UTC)


def test_a_silence_whose_day_is_quiet_ends_at_the_next_open_moment() -> None:
    weekdays = Posting(NEW_YORK, quiet=Quiet(weekends=True))
    case = silenced(Silenced(date(2018, 3, 10)))  # a Saturday
    planned = next_due(case, LEGACY_LADDER, weekdays, at("2018-03-05"))
    assert planned and planned.at == at("2018-03-12 09:00")
    assert plan(case, LEGACY_LADDER, weekdays, at("2018-03-12 08:59")).look_at == planned.at


def test_after_a_week_of_downtime_the_newest_is_posted() -> None:
    there = replace(silenced(), looked_at=at("2018-03-12 09:00"))
    planned = plan(there, LEGACY_LADDER, NINE, at("2018-03-19 15:00"))
    assert planned.due and planned.due.due.at == at("2018-03-16 09:00")
    assert {alert.due.at for alert in planned.skipped} == {at("2018-03-14 09:00")}


def test_a_repeat_that_is_planned_and_then_silenced_is_held_back() -> None:
    case = opened()
    planned = plan(case, LEGACY_LADDER, NINE, at("2018-03-02 09:00")).due
    assert planned
    quiet = happens(case, Silenced(date(2018, 3, 5)), "2018-03-02", recorded=at("2018-03-02 09:00:10"))
    reason = why_no_alert(quiet, planned.key, LEGACY_LADDER, NINE, at("2018-03-02 09:00:20"))
    assert reason is NotPosted.SILENCED
    again = plan(quiet, LEGACY_LADDER, NINE, at("2018-03-05 09:00")).due
    assert again and again.key == planned.key


def test_an_alert_that_is_not_a_repeat_is_not_called_silenced() -> None:
    case = silenced(when="2018-02-23")
    key = (1, 2, "passed", 0)
    assert why_no_alert(case, key, LEGACY_LADDER, NINE, at("2018-02-24 09:00")) is None
    assert why_no_alert(case, key, LEGACY_LADDER, NINE, at("2018-02-23 12:00")) is NotPosted.NEWER_ALERT


def test_the_audit_knows_silences() -> None:
    case = replace(silenced(), looked_at=at("2018-03-10"))

    def found(*stored: StoredAlert, now: str = "2018-03-10 12:00", look_at: str = "2018-03-14") -> list[DifferenceKind]:
        there = differences(case, at(f"{look_at} 09:00"), stored, LEGACY_LADDER, NINE, at(now))
        return [difference.kind for difference in there]

    def alert(rung: str, due_at: str, planned: bool = True) -> StoredAlert:
        moment = at(f"{due_at} 09:00")
        return StoredAlert(2, rung, 0, moment, planned, True, moment if planned else None)

    slept_through = alert("passed", "2018-02-24", planned=False)  # that newer ones overtook before they were silenced
    assert found(slept_through, alert("3-days-after", "2018-02-26")) == []
    assert found(alert("passed", "2018-02-24"), alert("7-days-after", "2018-03-02")) == [DifferenceKind.UNEXPECTED]
    assert found() == [DifferenceKind.MISSING]
    case = replace(case, looked_at=at("2018-03-14 09:00"))
    assert found(alert("passed", "2018-02-24"), now="2018-03-14 09:30", look_at="2018-03-16") == [DifferenceKind.MISSING]


def test_an_undo_of_the_deadline_that_made_it_overdue_takes_it_along() -> None:
    hasty = happens(opened(by("2018-06-30")), DeadlineSet(by("2018-02-23")), "2018-02-25")  # a slip, noticed later
    quiet = happens(hasty, MARCH_14, "2018-02-27")
    assert [event.id for event in later_facts(quiet, {3})] == [4]
    granted = happens(extended(opened(), by("2018-02-25"), "2018-02-20"), MARCH_14, "2018-02-27")
    assert later_facts(granted, {3}) == [], "by the deadline before, it was overdue too"


def test_the_index_knows_since_when_and_until_when() -> None:
    [period] = periods(silenced().events)
    standing = period.standing
    assert (standing.silenced_until, standing.silenced_since) == (date(2018, 3, 14), at("2018-02-27 12:00"))
    [period] = periods(happens(silenced(), NEXT, "2018-03-01").events)
    assert (period.standing.silenced_until, period.standing.silenced_since) == (date.max, at("2018-02-27 12:00"))
    assert standing.silence_ended_at is None
    [period] = periods(happens(silenced(NEXT), Answer(Extent.PARTIAL), "2018-03-01").events)
    assert (period.standing.silenced_until, period.standing.silenced_since) == (None, at("2018-02-27 12:00"))
    assert period.standing.silence_ended_at == at("2018-03-01 12:00"), "news ended it"
    [period] = periods(happens(silenced(), Silenced(date(2018, 3, 1)), "2018-03-01").events)
    assert period.standing.silence_ended_at == at("2018-03-01 12:00"), "it was lifted"


@dataclass
class Channel:
    """What a watch that looks at these moments posts of a case, by the rules of the table of alerts."""

    ladder: Ladder
    posting: Posting
    #: By key, when each row is due, and whether it is planned; those that are not were superseded.
    rows: dict[tuple[int, int, str, int], tuple[datetime, bool]] = field(default_factory=dict)
    waiting: list[Alert] = field(default_factory=list)
    posted: list[tuple[datetime, Alert]] = field(default_factory=list)
    looked_at: datetime | None = None

    def look(self, case: Case, now: datetime, *, posts: bool) -> None:
        case = replace(case, looked_at=self.looked_at)
        planned = plan(case, self.ladder, self.posting, now)
        if planned.due and self._may_be_planned(planned.due):
            self.rows[planned.due.key] = (planned.due.due.at, True)
            self.waiting.append(planned.due)
        for alert in planned.skipped:
            self.rows.setdefault(alert.key, (alert.due.at, False))
        self.looked_at = now
        if posts:
            for alert in self.waiting:
                if why_no_alert(case, alert.key, self.ladder, self.posting, now):
                    self.rows[alert.key] = (alert.due.at, False)
                else:
                    self.posted.append((now, alert))
            self.waiting.clear()

    def _may_be_planned(self, alert: Alert) -> bool:
        if alert.key not in self.rows:
            return True
        due_at, is_planned = self.rows[alert.key]
        newer = (row for key, row in self.rows.items() if key[1] == alert.deadline_id)
        return not is_planned and not any(planned and later > due_at for later, planned in newer)


@st.composite
def quiet_histories(draw: st.DrawFn) -> Case:
    case = draw(histories())
    recorded = case.events[-1].recorded_at
    for _ in range(draw(st.integers(1, 4))):
        recorded += timedelta(hours=draw(st.integers(1, 700)))
        today = recorded.astimezone(NEW_YORK).date()
        days = draw(st.one_of(st.none(), st.integers(0, 60)))
        detail = Silenced(None if days is None else today + timedelta(days=days))
        case = happens(case, detail, today.isoformat(), recorded)
        if draw(st.booleans()):
            recorded += timedelta(hours=draw(st.integers(1, 100)))
            later: Detail = Answer(Extent.PARTIAL) if draw(st.booleans()) else Note()
            case = happens(case, later, today.isoformat(), recorded)
    return case


def without_silences(case: Case) -> Case:
    return replace(case, events=tuple(event for event in case.events if not isinstance(event.detail, Silenced)))


@given(
    quiet_histories(), ladders, postings, st.lists(st.tuples(st.integers(1, 400), st.booleans()), max_size=60), st.booleans()
)
@settings(max_examples=40, deadline=None)
def test_nothing_is_held_back_but_repeats_and_nothing_for_longer(
    case: Case, ladder: Ladder, posting: Posting, looks: list[tuple[int, bool]], runs_on: bool
) -> None:
    """With looks at any moments, and without; a post may fail, and is then tried at the next look."""
    now = case.tracked_since
    there, loud = Channel(ladder, posting), Channel(ladder, posting)
    end = max(event.recorded_at for event in case.events) + timedelta(days=70)
    regular = [(6, True)] * int((end - now).total_seconds() // 21_600) if runs_on else looks
    for hours, posts in [*regular, (0, True)]:
        now = now + timedelta(hours=hours) if hours else max(now, end)
        there.look(known(case, now), now, posts=posts)
        loud.look(known(without_silences(case), now), now, posts=posts)
    assert not [key for key, times in Counter(alert.key for _, alert in there.posted).items() if times > 1]
    for at_moment, alert in there.posted:
        state = known(case, at_moment).at(at_moment)
        if alert.due.rung.phase is Phase.AFTER and state.silenced_until:
            assert at_moment >= posting.on(min(state.silenced_until, date(9998, 1, 1))), "held back until its day"
    told = {alert.key for _, alert in there.posted}
    assert {alert.key for _, alert in loud.posted if alert.due.rung.phase is not Phase.AFTER} <= told
    state = case.at(now)
    last = plan(replace(without_silences(case), looked_at=None), ladder, posting, now).due
    if last and state.silenced_until != date.max and not state.acknowledged:
        assert last.key in told, "what was held back came back"


@given(quiet_histories(), ladders, postings)
@settings(max_examples=60, deadline=None)
def test_what_is_ahead_is_what_a_rehearsal_posts(case: Case, ladder: Ladder, posting: Posting) -> None:
    now = max(event.recorded_at for event in case.events)
    end = now + timedelta(days=90)
    coming = ahead([case], lambda _: ladder, posting, now, end)
    rehearsed = upcoming(case, ladder, posting, now + timedelta(microseconds=1), end)
    assert [(alert.key, alert.due) for alert in coming] == [(alert.key, alert.due) for alert in rehearsed]
    later = ahead([case], lambda _: ladder, posting, now, now + timedelta(days=500))
    assert next_due(case, ladder, posting, now) == next((alert.due for alert in later), None)
    assert all(earlier.due.at < later.due.at for earlier, later in pairwise(coming))

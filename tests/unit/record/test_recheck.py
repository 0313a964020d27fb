"""Why something planned is not posted any more."""

from __future__ import annotations

import pytest

from bot.record.case import Case
from bot.record.events import Acknowledged, Answer, Closed, Corrected, Extent, Outcome
from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import plan
from bot.record.posting import Posting
from bot.record.recheck import NotPosted, why_no_alert, why_no_news
from bot.words.notice_log import not_posted_text
from tests.unit.record.cases import NEW_YORK, at, by, extended, happens, opened

POSTING = Posting(NEW_YORK)
NOW = at("2018-02-27 10:00")
TRACKED = opened()
ALERT = plan(TRACKED, DEFAULT_LADDER, POSTING, NOW).due


def test_an_alert_that_is_still_due_is_posted() -> None:
    assert ALERT is not None
    assert why_no_alert(TRACKED, ALERT.key, DEFAULT_LADDER, POSTING, NOW) is None


@pytest.mark.parametrize(
    ("case", "reason", "text"),
    [
        (
            happens(TRACKED, Corrected(), "2018-02-26", replaces=TRACKED.events[0].id),
            NotPosted.LETTER_TAKEN_BACK,
            "the record of the letter was undone",
        ),
        (happens(TRACKED, Answer(Extent.FULL), "2018-02-26"), NotPosted.CLOCK_STOPPED, "meanwhile answered"),
        (happens(TRACKED, Closed(Outcome.WITHDRAWN), "2018-02-26"), NotPosted.CLOCK_STOPPED, "meanwhile withdrawn"),
        (extended(TRACKED, by("2018-03-09"), "2018-02-26"), NotPosted.DEADLINE_MOVED, "the deadline moved"),
    ],
)
def test_what_was_recorded_since_says_why_an_alert_is_not_posted(case: Case, reason: NotPosted, text: str) -> None:
    assert ALERT is not None
    assert why_no_alert(case, ALERT.key, DEFAULT_LADDER, POSTING, NOW) is reason
    assert not_posted_text(reason, case, NOW) == text


def test_repeats_end_with_an_acknowledgement_and_give_way_to_a_newer_alert() -> None:
    later = at("2018-03-10 10:00")
    repeat = plan(TRACKED, DEFAULT_LADDER, POSTING, NOW).due
    assert repeat is not None
    assert why_no_alert(TRACKED, repeat.key, DEFAULT_LADDER, POSTING, later) is NotPosted.NEWER_ALERT
    acknowledged = happens(TRACKED, Acknowledged(repeat.deadline_id), "2018-02-26")
    assert why_no_alert(acknowledged, repeat.key, DEFAULT_LADDER, POSTING, NOW) is NotPosted.ACKNOWLEDGED


def test_news_of_what_was_undone_is_not_posted() -> None:
    answered = happens(TRACKED, Answer(Extent.FULL), "2018-02-26")
    answer = answered.events[-1]
    assert why_no_news(answered, answer.id) is None
    undone = happens(answered, Corrected(), "2018-02-27", replaces=answer.id)
    assert why_no_news(undone, answer.id) is NotPosted.EVENT_TAKEN_BACK
    assert why_no_news(undone, undone.events[-1].id) is None
    without_case = happens(answered, Corrected(), "2018-02-27", replaces=TRACKED.events[0].id)
    assert (answered.is_recorded, without_case.is_recorded) == (True, False)
    assert why_no_news(without_case, answer.id) is NotPosted.CASE_TAKEN_BACK
    assert why_no_news(without_case, without_case.events[-1].id) is None

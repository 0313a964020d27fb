"""No wrong date: a day that is read from a text is one that the text writes, whatever stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader.document import Document
from bot.reader.draft import Draft, Part, QuestionKind
from bot.reader.extract.date_mentions import dates_in
from bot.reader.extract.whole_text import draft_of
from bot.words.questions import reading_label

MAILING = "The Justice Department sent letters{} to Peoria, Illinois, and Rockford, Illinois. "
LETTERS = MAILING.format(" on Wednesday")
days = st.dates(date(2017, 11, 1), date(2018, 4, 30))


def read(text: str, published: date | None = None) -> Draft:
    document = Document("a.txt", "text/plain", b"", datetime(2032, 6, 15, tzinfo=UTC), text, published=published)
    return draft_of(document, ZoneInfo("America/New_York"))


def asked(draft: Draft, part: Part) -> list[QuestionKind]:
    return [question.kind for question in draft.questions if question.about is part]


@dataclass(frozen=True)
class Words:
    """Words for a day, and what they may mean: days by themselves, a day of the week, or so many days from another."""

    text: str
    days: frozenset[date] = frozenset()
    weekday: int | None = None
    count: int | None = None

    def meanings(self, anchors: set[date]) -> set[date]:
        near = {day + timedelta(days=away) for day in anchors for away in range(-21, 22)}
        counted = {day + timedelta(days=self.count) for day in near} if self.count else set()
        return {*self.days, *counted, *(day for day in near if day.weekday() == self.weekday)}


@st.composite
def words(draw: st.DrawFn) -> Words:
    day, count = draw(days), draw(st.integers(2, 60))
    full = frozenset({day})
    any_year = frozenset(day.replace(year=year) for year in range(2016, 2020))
    forms = [
        Words(f"{day:%B} {day.day}, {day.year}", full),
        Words(f"{day:%A}, {day:%b}. {day.day}, {day.year}", full),
        Words(day.isoformat(), full),
        Words(f"{day.day} {day:%B} {day.year}", full),
        Words(f"{day:%b}. {day.day}", any_year),
        Words(f"{day:%A}, {day:%B} {day.day}", any_year),
        Words(f"{day:%A}", weekday=day.weekday()),
        Words(f"last {day:%A}", weekday=day.weekday()),
        Words(f"within {count} days of the date of the letter", count=count),
        Words(f"within {count} days of {day:%B} {day.day}, {day.year}", full, count=count),
    ]
    return draw(st.sampled_from(forms))


SENTENCES = (
    "The Justice Department sent letters {} to Peoria, Illinois, and Rockford, Illinois.",
    "Peoria, Illinois, got a letter from the Justice Department {}.",
    "The letter, dated {}, asks for records.",
    "Answers are due {}.",
    "Peoria must respond by {}.",
    "They have until {} to answer.",
    "The deadline was {}.",
    "It was extended to {}.",
    "The council, which met {}, sent the letter to the press.",
    "The mayor said {} that the city would answer.",
    'A report, released {}, says: "Respond by Friday."',
    "In response to a letter of {}, the department sent a second one.",
    "The records, from {} on, are to be handed over.",
)
HEADS = ("{}\n\n", "PEORIA, Ill. ({}) - ", "Posted: {}\n\n", "First published {}\n", "Updated {}\n\n", "By A. Writer | {}\n\n")


@settings(max_examples=150)
@given(st.none() | days, st.lists(st.tuples(st.sampled_from(HEADS), words()), max_size=2), st.data())
def test_a_day_that_is_read_is_one_that_the_text_writes(
    published: date | None, heads: list[tuple[str, Words]], data: st.DataObject
) -> None:
    body = data.draw(st.lists(st.tuples(st.sampled_from(SENTENCES), words()), min_size=1, max_size=5))
    text = "".join(frame.format(one.text) for frame, one in heads)
    text += " ".join(frame.format(one.text) for frame, one in body)
    written = [one for _, one in (*heads, *body)]
    anchors = {day for one in written for day in one.days} | ({published} if published else set())
    friday = Words("Friday", weekday=4)
    direct = {day for one in (*written, friday) if not one.count or one.days for day in one.meanings(anchors)}
    draft = read(text, published)
    if draft.letter_date:
        assert draft.letter_date.value in direct
    if draft.deadline:
        assert draft.deadline.value.date in direct | {day for one in written for day in one.meanings(anchors)}


@given(days)
def test_every_form_of_a_day_is_that_day(day: date) -> None:
    forms = [
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%A}, {day:%b}. {day.day}, {day.year}",
        f"{day:%b} {day.day} of {day.year}",
        f"the {day.day}th day of {day:%B}, {day.year}",
        f"{day:%a}., {day.day} {day:%B} {day.year}",
        f"{day.day}-{day:%b}-{day:%y}",
        f"{day:%Y/%m/%d}",
        f"{day:%A}, {day.month}/{day.day}/{day.year}",
    ]
    for form in forms:
        [mention] = dates_in(f"due {form} at noon")
        assert mention.exact == day or (mention.exact is None and "/" in form), form


@given(days, days)
def test_a_day_of_the_past_is_none_after_the_day_that_it_is_seen_from(day: date, seen_from: date) -> None:
    for form in (f"{day:%A}", f"{day:%A}, the {day.day}th", f"this past {day:%A}", f"{day:%B} {day.day}", "yesterday"):
        [mention] = dates_in(f"sent {form}.")
        past = mention.before(seen_from)
        assert past is None or past <= seen_from
        assert past is None or form == "yesterday" or f"{past:%A}" in form or f"{past:%B} {past.day}" == form


@pytest.mark.parametrize("day", ["2/2/2018", "02/02/18", "February 2 of 2018", "Friday, February 2nd of 2018"])
def test_equal_figures_and_a_year_behind_of_leave_no_doubt(day: str) -> None:
    draft = read(f"{MAILING.format(' on Jan. 24, 2018')}Answers are due by {day}.")
    assert draft.deadline and draft.deadline.value.date == date(2018, 2, 2)


@pytest.mark.parametrize("sentence", ["Answers are due at noon Friday.", "They have until noon Friday to answer."])
def test_a_weekday_to_come_is_counted_from_the_day_of_the_story(sentence: str) -> None:
    draft = read(f"PEORIA, Ill. (Jan. 25, 2018) - {MAILING.format('')}{sentence}")
    assert draft.deadline
    assert (draft.deadline.value.date, f"{draft.deadline.value.time:%H:%M}") == (date(2018, 1, 26), "12:00")


@pytest.mark.parametrize(
    "sentence", ["They were due Friday.", "It gave them until Friday to answer.", '"Answer by Friday," they say.']
)
def test_a_weekday_of_the_past_or_of_another_text_is_asked_about(sentence: str) -> None:
    draft = read(f"PEORIA, Ill. (Jan. 25, 2018) - {MAILING.format('')}{sentence}")
    assert draft.deadline is None
    assert asked(draft, Part.DEADLINE) == [QuestionKind.DEADLINE_WITHOUT_WEEK]


@pytest.mark.parametrize(
    "sentence", ["They were due Friday.", "It told them to answer by Friday.", '"Answer by Friday," it says.']
)
def test_a_weekday_that_the_letter_may_have_set_is_offered_in_both_weeks(sentence: str) -> None:
    draft = read(f"{MAILING.format(' on Jan. 24, 2018')}{sentence}", published=date(2018, 1, 29))
    assert draft.deadline is None
    [question] = [one for one in draft.questions if one.about is Part.DEADLINE]
    assert [reading_label(one) for one in question.readings] == ["2 February 2018", "26 January 2018"]


def test_a_period_from_a_weekday_of_a_story_may_have_begun() -> None:
    draft = read(f"{MAILING.format(' on Jan. 24, 2018')}They have 30 days from Monday to answer.", published=date(2018, 1, 31))
    assert draft.deadline is None
    assert asked(draft, Part.DEADLINE) == [QuestionKind.COUNTED_FROM_UNSTATED_DAY]


@pytest.mark.parametrize(
    "head",
    [
        "First published: January 12, 2018. Republished: March 3, 2018.\n\n",
        "This story first appeared on Jan. 10, 2018.\n\nPosted March 3, 2018\n\n",
        "Originally published Jan. 10, 2018\nUpdated March 3, 2018\n\n",
    ],
)
def test_a_story_that_was_published_again_does_not_say_from_which_day_it_counts(head: str) -> None:
    draft = read(head + LETTERS)
    assert draft.letter_date is None
    assert asked(draft, Part.LETTER_DATE) == [QuestionKind.LETTER_DATE_WITHOUT_WEEK]
    assert read("Originally published Jan. 26, 2018\n\n" + LETTERS).letter_date


def test_the_day_of_something_released_is_not_that_of_the_story() -> None:
    released = "A report, released Jan. 5, 2018, says that cities hide their records and their rules from everybody who asks. "
    dated = read(f"PEORIA, Ill. (Jan. 26, 2018) - {released}{LETTERS}").letter_date
    assert dated and dated.value == date(2018, 1, 24)
    assert read(f"PEORIA, Ill. - {released}{LETTERS}").letter_date is None


@pytest.mark.parametrize(
    "other",
    [
        "Illinois Attorney General Ada Quill gave the cities until March 15, 2019, to respond to her own letter.",
        "The Department of Labor has set a deadline of March 15, 2019, for the cities to respond to its subpoena.",
        "The EPA expects an answer from Peoria by March 15, 2019.",
        "Responses to the Environmental Protection Agency are due March 15, 2019.",
        "The 7th Circuit ordered the cities to respond by March 15, 2019.",
        "The magistrate said Peoria must respond by March 15, 2019.",
    ],
)
def test_a_deadline_of_another_authority_or_a_court_is_asked_about(other: str) -> None:
    told = read(f"{MAILING.format(' on March 5, 2019,')}{other}")
    assert told.authority and told.authority.value == "U.S. Department of Justice"
    assert told.deadline is None
    assert asked(told, Part.DEADLINE)


@pytest.mark.parametrize(
    "head", ["Published: March 6, 2019\nUpdated: March 20, 2019", "March 6, 2019 | Updated March 20, 2019"]
)
def test_a_story_that_was_updated_counts_no_weekday_from_one_of_its_days(head: str) -> None:
    told = read(f"{head}\n\n{MAILING.format(' Tuesday')}Answers are due Friday.")
    assert (told.letter_date, told.deadline) == (None, None)
    assert asked(told, Part.LETTER_DATE) == [QuestionKind.LETTER_DATE_WITHOUT_WEEK]
    [question] = [one for one in told.questions if one.about is Part.DEADLINE]
    assert [reading_label(one) for one in question.readings] == ["8 March 2019", "22 March 2019"]


def test_an_update_in_the_same_week_leaves_no_doubt() -> None:
    told = read(f"March 6, 2019 | Updated March 7, 2019\n\n{MAILING.format(' Tuesday')}Answers are due Friday.")
    assert told.letter_date and told.letter_date.value == date(2019, 3, 5)
    assert told.deadline and told.deadline.value.date == date(2019, 3, 8)
    told = read(f"March 6, 2019 | Updated April 7, 2020\n\n{MAILING.format(' today')}")
    assert told.letter_date and told.letter_date.value == date(2019, 3, 6)


@pytest.mark.parametrize(("sent", "due"), [(" Tuesday", "Friday"), (" on March 5", "March 22")])
def test_a_page_and_its_text_of_different_years_are_asked_about(sent: str, due: str) -> None:
    told = read(f"Posted March 6, 2019\n\n{MAILING.format(sent)}Answers are due {due}.", date(2021, 6, 1))
    assert (told.letter_date, told.deadline) == (None, None)
    assert asked(told, Part.LETTER_DATE)
    assert asked(told, Part.DEADLINE)


def test_what_is_to_come_is_not_counted_from_the_letter_if_nobody_knows_the_day_of_the_story() -> None:
    told = read(f"{MAILING.format(' on March 5, 2019,')}Peoria has until Friday to respond.")
    assert told.deadline is None
    assert asked(told, Part.DEADLINE) == [QuestionKind.DEADLINE_WITHOUT_WEEK]
    told = read(f"{MAILING.format(' on March 5, 2019,')}They told the cities to respond by Friday.")
    assert told.deadline and told.deadline.value.date == date(2019, 3, 8)


def test_a_day_that_cannot_be_settled_is_not_settled_by_the_date_that_it_may_count_from() -> None:
    head = "Jane Roe  Illinois     News Room News Releases      Washington  D C    April 3  2019     "
    told = read(f"{head}The Department of Justice  in charge of grants  yesterday sent letters to Peoria  Illinois and Boston")
    assert told.letter_date is None or told.letter_date.value == date(2019, 4, 2)
    assert told.letter_date or asked(told, Part.LETTER_DATE) == [QuestionKind.LETTER_DATE_RELATIVE]


def test_what_somebody_fails_to_do_by_a_day_is_not_an_answer() -> None:
    told = read(
        f"{MAILING.format(' on March 5, 2019,')}Employers pay more if their states fail to repay the loans by March 22, 2019."
    )
    assert told.deadline is None
    told = read(f"{MAILING.format(' on March 5, 2019,')}Cities that fail to comply by March 22, 2019, will be sued.")
    assert told.deadline and told.deadline.value.date == date(2019, 3, 22)


@pytest.mark.parametrize(
    ("more", "readings"),
    [
        ("The department granted an extension to April 5, 2019.", ["22 March 2019", "5 April 2019"]),
        ("It has agreed to extend the deadline to April 5, 2019.", ["22 March 2019", "5 April 2019"]),
        ("It pushed the day to April 5, 2019.", ["22 March 2019", "5 April 2019"]),
        ("The department has since granted an extension.", ["22 March 2019"]),
        ("It later gave Peoria two more weeks.", ["22 March 2019"]),
        ("The deadline is on hold.", ["22 March 2019"]),
        ("Peoria won a reprieve until May 1, 2019.", ["22 March 2019"]),
        ("It gave Peoria another 30 days.", ["22 March 2019"]),
        ("A judge later blocked the demands.", ["22 March 2019"]),
        ("The department has since shelved the deadline.", ["22 March 2019"]),
        ("The deadline was later dropped.", ["22 March 2019"]),
    ],
)
def test_a_day_that_was_extended_is_asked_about(more: str, readings: list[str]) -> None:
    told = read(f"{MAILING.format(' on March 5, 2019,')}Responses were due March 22, 2019. {more}")
    assert told.deadline is None
    [question] = [one for one in told.questions if one.about is Part.DEADLINE]
    assert [reading_label(one) for one in question.readings] == readings


def test_an_extension_that_is_not_granted_changes_nothing() -> None:
    told = read(f"{MAILING.format(' on March 5, 2019,')}Responses are due March 22, 2019. No extension will be granted.")
    assert told.deadline and told.deadline.value.date == date(2019, 3, 22)


def test_today_in_a_story_is_not_the_day_of_an_earlier_letter() -> None:
    story = f"{MAILING.format(' on March 5')}The answers are due two weeks from today."
    assert asked(read(story, date(2019, 3, 8)), Part.DEADLINE) == [QuestionKind.COUNTED_FROM_UNSTATED_DAY]
    same = read(story, date(2019, 3, 5))
    assert same.deadline and same.deadline.value.date == date(2019, 3, 19)


@pytest.mark.parametrize("due", ["until Friday", "3 days from today"])
def test_a_letter_is_counted_from_its_own_day_wherever_it_was_published(due: str) -> None:
    head = (
        "U.S. Department of Labor\n\nMarch 5, 2019\n\nMary Roe\nMayor of Peoria\nPeoria, Illinois 61602\n\nDear Mayor Roe:\n\n"
    )
    letter = read(f"{head}You have {due} to respond to this request.\n\nSincerely,\n\nJo Doe", date(2021, 6, 1))
    assert letter.deadline and letter.deadline.value.date == date(2019, 3, 8)


def test_a_day_with_an_article_is_the_letters_day() -> None:
    told = read(MAILING.format(" on the 5th of March, 2019,").replace("March, 2019, to", "March, 2019 to"))
    assert told.letter_date and told.letter_date.value == date(2019, 3, 5)


def test_a_text_with_an_older_date_of_its_own_counts_no_weekday_from_the_newer() -> None:
    page = f"Posted: Nov. 19, 2031\n\nMayors get letters\n\nNov. 5, 2031, 2:51 PM EST\n\n{MAILING.format(' on Tuesday')}"
    assert read(page).letter_date is None
    assert asked(read(page), Part.LETTER_DATE) == [QuestionKind.LETTER_DATE_WITHOUT_WEEK]


def test_the_day_of_a_picture_is_not_that_of_the_story() -> None:
    picture = "A person walks past the hall of Reno, in Reno, Nevada, U.S., March 17, 2025.\n\nJane Roe | Wire\n\n"
    draft = read(f"{picture}The committee sent letters Tuesday to Reno, Nevada, asking for records.")
    assert draft.letter_date is None


def test_a_dateline_is_not_the_day_of_letters_that_have_gone_before() -> None:
    for dash in ("—", " - ", " — "):
        told = read(f"October 2, 2012{dash}The senator has sent letters to Reno, Nevada, and Boise, Idaho, asking for records.")
        assert told.letter_date is None


@pytest.mark.parametrize(
    "other", ["To sign on, please fill out the form by Thursday, May 25, 2017.", "The moratorium is extended by May 25, 2017."]
)
def test_the_day_until_which_others_may_do_something_is_no_deadline(other: str) -> None:
    assert read(f"The group sent letters to Reno, Nevada, on May 2, 2017, asking for records. {other}").deadline is None


def test_the_date_behind_today_says_which_day_that_is() -> None:
    told = read(MAILING.format(" today Tuesday, 3 October,"), date(2017, 10, 5))
    assert told.letter_date and told.letter_date.value == date(2017, 10, 3)


def test_a_year_with_the_number_of_a_note_is_asked_about() -> None:
    told = read(MAILING.format(" on March 14, 20172"), date(2018, 4, 5))
    assert told.letter_date is None
    assert asked(told, Part.LETTER_DATE) == [QuestionKind.LETTER_DATE_IMPOSSIBLE]


def test_what_a_court_is_asked_to_order_has_no_deadline() -> None:
    suit = "The attorney general asked a court to order the towns of Dracut and Halifax, Massachusetts, to comply. "
    assert read(f"{suit}Plans were required of the towns by July 14, 2025.", date(2026, 1, 29)).deadline is None


def test_the_day_of_an_old_letter_to_nobody_named_is_asked_about() -> None:
    old = "On August 19, 2021, the Attorney General of Iowa sent a letter urging new rules for guns."
    told = read(f"OCTOBER 11, 2022\n\nThe Attorney General of Iowa warned two owners of stores today. {old}")
    assert told.letter_date is None
    [question] = [one for one in told.questions if one.about is Part.LETTER_DATE]
    assert [reading_label(one) for one in question.readings] == ["19 August 2021"]
    told = read(f"AUGUST 30, 2021\n\nThe Attorney General of Iowa warned two owners of stores today. {old}")
    assert told.letter_date and told.letter_date.value == date(2021, 8, 19)


def test_the_day_of_earlier_letters_that_newer_ones_speak_of_is_asked_about() -> None:
    story = "Senator Roe told Reno, Nevada, and Boise, Idaho, in letters that they had {} earlier requests for records.\n\n"
    earlier = "In letters sent May 18, the senator asked Reno and Boise for records by June 1."
    head = "July 7, 2016\n\n"
    told = read(head + story.format("not answered") + earlier)
    assert told.letter_date is None
    [question] = [one for one in told.questions if one.about is Part.LETTER_DATE]
    assert [reading_label(one) for one in question.readings] == ["18 May 2016"]
    told = read(head + earlier)
    assert told.letter_date and told.letter_date.value == date(2016, 5, 18)


TODAY = date(2031, 3, 13)  # a Thursday
MAILED = MAILING.format(" on March 5, 2031,")


@pytest.mark.parametrize(
    "sent",
    [
        " a week ago Monday",
        " a week ago today",
        " two weeks ago Tuesday",
        " on Monday of last week",
        " Monday of the week before",
        " the Monday before last",
        " Monday a week ago",
        " the day before yesterday",
        " on the eve of the March 5, 2031, election",
        " on March 3, 4 and 5, 2031,",
        " as early as March 5, 2031,",
    ],
)
def test_a_day_of_an_earlier_week_is_not_one_of_this_week(sent: str) -> None:
    told = read(MAILING.format(sent), TODAY)
    assert told.letter_date is None
    assert asked(told, Part.LETTER_DATE)


@pytest.mark.parametrize(
    "when",
    [
        "Last year, on Feb. 20, the",
        "A year ago, on Feb. 20, the",
        "The year before, on Feb. 20, the",
        "In 2030, on Feb. 20, the",
    ],
)
def test_a_day_of_another_year_is_none_of_this_year(when: str) -> None:
    told = read(f"{when}{MAILING.format('')[3:]}They had until April 10 to answer.", TODAY)
    assert (told.letter_date, told.deadline) == (None, None)
    assert asked(told, Part.LETTER_DATE)


@pytest.mark.parametrize("act", ["published", "shared", "obtained", "answered", "criticized", "posted"])
def test_the_day_of_what_others_did_with_letters_is_not_theirs(act: str) -> None:
    text = f"On March 10, 2031, the Department of Labor {act} the letters that the EPA sent to Peoria and Rockford, Illinois."
    assert read(text, TODAY).letter_date is None


def test_the_day_on_which_the_next_clause_begins_is_not_the_letters() -> None:
    text = MAILING.format("").removesuffix(". ") + ", and on March 5, 2031, the mayor of Peoria resigned."
    assert read(text, TODAY).letter_date is None


@pytest.mark.parametrize(
    "more",
    [
        "On Tuesday the department extended that to the first Monday of April.",
        "It moved the deadline to an unspecified date in April.",
        "It has since pushed the day back to the spring.",
    ],
)
def test_a_deadline_that_was_moved_to_no_known_day_is_asked_about(more: str) -> None:
    told = read(f"{MAILED}It gave them until March 20 to answer. {more}", TODAY)
    assert told.deadline is None
    assert asked(told, Part.DEADLINE)


@pytest.mark.parametrize(
    "other",
    [
        "The suspect must answer the charges by March 20, 2031.",
        "The school must respond to the bids by March 20, 2031.",
        "By March 20, 2031, both had answered.",
        "By March 20, 2031, Peoria had already responded.",
        "It demands answers and records of spending from Jan. 1, 2029, through March 20, 2031.",
        "It demands answers and records of grants through March 20, 2031.",
        "The cities asked for an extension until May 1, 2031.",
        "Employees must respond to a survey by April 4, 2031.",
        "Parents have until April 4, 2031, to submit forms.",
        "Congress has until April 4, 2031, to respond.",
        "Residents can respond to the proposal until April 4, 2031.",
        "Under a settlement, the state must submit a plan by April 4, 2031.",
        "Aurora, in a separate case, must comply by April 4, 2031.",
        "Permits issued by April 4, 2031, must comply.",
        "By 11 a.m. on Monday, March 17, 2031, the office had received 363 complaints.",
        "There is the new June 30, 2031 deadline for small carriers to adopt the rules.",
        "If they do not comply, grants end by July 1, 2031.",
        "The mayor wants the Justice Department to respond by April 1, 2031.",
        "Peoria urged the department to answer by April 1, 2031.",
        "The cities have until the Friday after Easter to respond.",
        "The cities must respond by the Friday before the election.",
    ],
)
def test_the_day_of_something_else_is_no_deadline(other: str) -> None:
    assert read(MAILED + other, TODAY).deadline is None


@pytest.mark.parametrize(
    "due", ["They have through March 20, 2031, to respond.", "It gave both cities through March 20 to answer."]
)
def test_the_last_day_through_which_they_have_is_one(due: str) -> None:
    told = read(MAILED + due, TODAY)
    assert told.deadline and told.deadline.value.date == date(2031, 3, 20)


HEAD = "The EPA sent letters on March 5, 2031, to these cities:\n\n"


@pytest.mark.parametrize(
    "table",
    [
        "City\tResponse due\nPeoria, Illinois\tApril 4, 2031\nRockford, Illinois\tApril 4, 2031\n",
        "Recipient\tState\tRespond by\nPeoria\tIllinois\t4 April 2031\nRockford\tIllinois\t2031-04-04\n",
        "City | Deadline | Contact\n--- | --- | ---\nPeoria, Illinois | Apr. 4, 2031 | Mo\nRockford, Illinois | Apr. 4 | Lee\n",
        "Recipients\tSent\tDate due\nPeoria, Illinois\tMarch 5, 2031\tApril 4\nRockford, Illinois\tMarch 5, 2031\tApril 4\n",
        "City     Due by\nPeoria, Illinois     Friday, April 4, 2031\nRockford, Illinois     Friday, April 4, 2031\n",
    ],
)
def test_the_due_day_of_a_column_that_says_so_is_read(table: str) -> None:
    told = read(HEAD + table)
    assert told.deadline and told.deadline.value.date == date(2031, 4, 4)
    assert told.letter_date and told.letter_date.value == date(2031, 3, 5)


@pytest.mark.parametrize(
    "table",
    [
        "City\tHearing\nPeoria, Illinois\tApril 4, 2031\nRockford, Illinois\tApril 4, 2031\n",
        "City\tReply received\nPeoria, Illinois\tApril 4, 2031\nRockford, Illinois\tApril 4, 2031\n",
        "City\tDeadline\tHearing\nPeoria, Illinois\t\tApril 4, 2031\nRockford, Illinois\t\tApril 4, 2031\n",
        "City\tFees due\nPeoria, Illinois\tApril 4, 2031\nRockford, Illinois\tApril 4, 2031\n",
        "City\tDeadline\nPeoria, Illinois\tnone\nRockford, Illinois\tnone\n",
    ],
)
def test_a_day_in_another_column_is_no_deadline(table: str) -> None:
    assert read(HEAD + table).deadline is None


def test_two_due_days_in_a_column_are_asked_about() -> None:
    told = read(f"{HEAD}City\tDue date\nPeoria, Illinois\tApril 4, 2031\nRockford, Illinois\tApril 11, 2031\n")
    assert told.deadline is None
    [question] = [one for one in told.questions if one.about is Part.DEADLINE]
    assert [reading_label(one) for one in question.readings] == ["4 April 2031", "11 April 2031"]

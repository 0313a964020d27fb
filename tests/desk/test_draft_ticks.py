"""Places that a text names and no rule makes recipients: a person ticks them, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import draft_edits, draft_matching, draft_reading, draft_ticks, drafts
from bot.desk.draft_lines import LineChange, changed_lines
from bot.desk.draft_pending import GONE
from bot.desk.draft_preview import mark_of_place, mark_of_row, preview_of
from bot.desk.draft_ticks import PAGE, counts_of, ticked, with_list, with_ticked_on_page, with_ticks
from bot.reader.draft import SEVERAL_PLACES, Draft, Span
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.questions import LetterKind, Question, QuestionKind
from bot.words.draft_offers import counts_line
from bot.words.draft_preview import ImportedLetter, Remark
from tests.desk.offering import AURORAS, offering, several
from tests.desk.test_confirm_draft import city, pending
from tests.desk.test_drafts import confirmed, kept, key, reading, writing
from tests.recording import NEW_YORK, Desk

THREE = offering(["Utica", "Rome", "Troy"], lists=[1, None, 1])


def labels(read: Draft) -> list[str]:
    return [row.label for row in read.recipients]


def line(read: Draft) -> str:
    counts = counts_of(read)
    assert counts is not None
    return counts_line(counts)


# Ticking


def test_nothing_is_ticked_by_itself() -> None:
    assert ticked(THREE) == frozenset()
    assert labels(THREE) == ["Albany, NY (city)", "Denver, NY (city)"]


def test_what_is_ticked_is_a_recipient_with_its_words_in_the_order_of_the_text() -> None:
    after = with_ticks(THREE, [2, 0])
    assert labels(after)[2:] == ["Utica, NY (city)", "Troy, NY (city)"]
    assert [after.words(row.span) for row in after.recipients[2:] if row.span] == ["Utica", "Troy"]
    assert ticked(after) == {0, 2}


def test_ticking_twice_and_unticking_what_is_not_ticked_change_nothing() -> None:
    once = with_ticks(THREE, [1])
    assert with_ticks(once, [1]) == once
    assert with_ticks(once, untick=[0, 2]) == once
    assert with_ticks(once, untick=[1]) == THREE


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 29)))))
def test_the_boxes_are_those_that_were_ticked_last(presses: Sequence[tuple[bool, set[int]]]) -> None:
    read, expected = offering([f"Place{number}" for number in range(30)]), set[int]()
    for is_ticked, places in presses:
        read = with_ticks(read, places) if is_ticked else with_ticks(read, untick=places)
        expected = expected | places if is_ticked else expected - places
    assert ticked(read) == expected
    assert len(read.recipients) == 2 + len(expected)


def test_a_page_ticks_its_own_places_and_no_others() -> None:
    read = with_ticks(offering([f"Place{number}" for number in range(PAGE + 5)]), [0, PAGE])
    after = with_ticked_on_page(read, 0, {1, 2, PAGE + 1, 999})
    assert ticked(after) == {1, 2, PAGE}
    assert ticked(with_ticked_on_page(after, 7, {1})) == {1, 2, PAGE}, "there is no such page"


def test_a_list_is_ticked_and_unticked_whole_on_all_pages() -> None:
    names = [f"Place{number}" for number in range(60)]
    read = offering(names, lists=[number % 2 + 1 for number in range(60)])
    after = with_list(read, 2, is_ticked=True)
    assert ticked(after) == set(range(1, 60, 2))
    assert ticked(with_list(after, 2, is_ticked=False)) == frozenset()
    assert with_list(read, 9, is_ticked=True) == read


def test_more_than_a_draft_holds_are_refused_and_none_is_ticked() -> None:
    rows = [city(f"Place{number}") for number in range(draft_reading.MOST - 1)]
    read = offering(["Utica", "Rome"], recipients=rows)
    assert len(with_ticks(read, [0]).recipients) == draft_reading.MOST
    with pytest.raises(CaseError, match=r"That would be 5,001 recipients; at most 5,000 fit"):
        with_ticks(read, [0, 1])


def test_one_name_in_two_states_is_two_boxes() -> None:
    read = offering(["Aurora", "Aurora"])
    first, second = read.mentioned
    read = replace(read, mentioned=(first, replace(second, place=replace(second.place, state="IL"))))
    after = with_ticks(read, [1])
    assert ticked(after) == {1} and labels(after)[2:] == ["Aurora, IL (city)"]
    assert labels(with_ticks(after, [0]))[2:] == ["Aurora, IL (city)", "Aurora, NY (city)"]


# Ticks and other changes


def test_a_place_that_a_person_typed_is_ticked_and_not_there_twice() -> None:
    typed = draft_edits.with_rows(THREE, [LineChange(None, "Utica, NY (city)")], {"Utica, NY (city)": city("Utica")})
    assert ticked(typed) == {0}
    assert with_ticks(typed, [0]) == typed
    assert labels(with_ticks(typed, untick=[0])) == labels(THREE)


def test_whoever_deletes_a_line_unticks_it_and_whoever_corrects_it_does_not() -> None:
    both = with_ticks(THREE, [0, 1])
    gone = draft_edits.with_rows(both, [LineChange("Rome, NY (city)", None)], {})
    assert ticked(gone) == {0}
    changed = draft_edits.with_rows(
        gone, [LineChange("Utica, NY (city)", "Utica, OH (city)")], {"Utica, OH (city)": city("Utica", "OH")}
    )
    assert ticked(changed) == {0} and labels(changed)[2:] == ["Utica, OH (city)"]
    assert labels(with_ticks(changed, untick=[0])) == labels(THREE)


@pytest.mark.parametrize("written", ["Aurora, IL (city)", "Aurora County, SD (county)", "Town of Aurora, NY (town)"])
def test_whoever_writes_which_place_an_open_one_is_keeps_its_words_its_tick_and_its_deadline(written: str) -> None:
    read = offering(["Aurora", "Rome"])
    read = with_ticks(replace(read, mentioned=(several(read.mentioned[0]), read.mentioned[1])), [0])
    own = Deadline(date(2018, 3, 9), NEW_YORK)
    read = replace(read, recipients=(*read.recipients[:2], replace(read.recipients[2], deadline=own)))
    before = labels(read)
    changes = changed_lines(before, [written if label.startswith("Aurora") else label for label in before])
    settled = draft_edits.with_rows(read, changes, {written: city("Aurora", "IL")})
    assert ticked(settled) == {0} and len(settled.recipients) == 3
    assert (settled.recipients[2].span, settled.recipients[2].deadline) == (read.mentioned[0].place.span, own)


def test_other_changes_keep_the_ticks() -> None:
    both = with_ticks(THREE, [0, 1])
    added = draft_edits.with_rows(both, [LineChange(None, "Boulder, CO (city)")], {"Boulder, CO (city)": city("Boulder", "CO")})
    dated = draft_edits.with_date(added, date(2018, 1, 23))
    assert ticked(dated) == {0, 1}


def test_a_ticked_place_takes_the_letters_deadline_whatever_another_has() -> None:
    own = Deadline(date(2018, 3, 9), NEW_YORK)
    read = with_ticks(offering(["Utica"], city("Albany", deadline=own)), [0])
    assert [row.deadline for row in read.recipients] == [own, None]


def test_whom_a_person_ticked_stays_when_one_of_two_letters_is_chosen() -> None:
    two = (city("Albany", asked=LetterKind.DOCUMENTS), city("Denver", asked=LetterKind.NO_DOCUMENTS))
    read = with_ticks(offering(["Utica"], *two), [0])
    assert labels(draft_edits.of_one_letter(read, LetterKind.DOCUMENTS)) == ["Albany, NY (city)", "Utica, NY (city)"]


# What is said of them


def test_every_named_place_is_counted_as_it_is_now() -> None:
    read = offering(["Utica", "Rome", "Troy"], cleared=(city("Ithaca"),))
    assert line(read) == "9 places named: 2 recipients, 1 cleared, 3 not ticked, 1 the sender's own, 2 named in passing"
    read = with_ticks(read, [1])
    read = draft_edits.with_rows(read, [LineChange("Denver, NY (city)", None)], {})
    assert line(read) == (
        "9 places named: 1 recipient, 1 ticked by you, 1 removed by you, 1 cleared, 2 not ticked, 1 the sender's own, "
        "2 named in passing"
    )
    read = draft_edits.with_rows(read, [LineChange(None, "Ithaca, NY (city)")], {"Ithaca, NY (city)": city("Ithaca")})
    assert "2 recipients" in line(read) and "cleared" not in line(read)
    read = draft_edits.with_rows(read, [LineChange("Ithaca, NY (city)", None)], {})
    assert "1 recipient," in line(read) and "1 cleared" in line(read), "it is what the text says of it again"


def test_whoever_settles_a_ticked_name_as_a_cleared_place_makes_it_a_recipient() -> None:
    read = offering(["Aurora"], cleared=(city("Aurora", "IL"), city("Ithaca")))
    read = with_ticks(replace(read, mentioned=(several(read.mentioned[0]),)), [0])
    settled = draft_edits.with_candidate(read, read.recipients[-1], city("Aurora", "IL"))
    assert draft_edits.still_cleared(settled) == [city("Ithaca")] and ticked(settled) == {0}
    assert draft_edits.still_cleared(with_ticks(settled, untick=[0])) == [city("Aurora", "IL"), city("Ithaca")]


def test_a_recipient_that_was_read_is_no_tick_whatever_a_person_settles_it_to_be() -> None:
    read = offering(["Utica"], city("Albany"), replace(city("Utica"), kind=None, span=Span(0, 5)))
    settled = draft_edits.with_candidate(read, read.recipients[1], city("Utica"))
    assert ticked(settled) == frozenset()
    assert with_ticks(with_ticks(settled, [0]), untick=[0]) == settled, "Untick all leaves it"


@given(st.sets(st.integers(0, 2)), st.sets(st.sampled_from(["Albany, NY (city)", "Denver, NY (city)"])))
def test_the_counts_add_up(chosen: set[int], deleted: set[str]) -> None:
    read = draft_edits.with_rows(with_ticks(THREE, chosen), [LineChange(label, None) for label in deleted], {})
    counts = counts_of(read)
    assert counts is not None
    assert (counts.named, counts.removed, counts.ticked) == (8, len(deleted), len(chosen))
    assert counts.unticked == 3 - len(chosen)


async def test_to_whom_it_was_is_asked_with_the_places_that_are_named(alices: Desk) -> None:
    asks = Question(QuestionKind.NO_RECIPIENT_NAMED)
    view = await kept(alices, offering(["Utica", "Rome"], recipients=(), questions=(asks,)))
    preview = preview_of(view)
    asked = [each.question for each in (*preview.to_settle, *preview.to_check)]
    assert asked == [Question(QuestionKind.RECIPIENTS_TO_TICK, names=("Utica, NY (city)", "Rome, NY (city)"), count=2)]
    async with writing(alices) as open_:
        preview = preview_of(await drafts.tick_page(open_, key(view), 0, {0}))
    assert not preview.to_settle and not preview.to_check


async def test_a_question_about_the_number_of_recipients_follows_the_ticks(alices: Desk) -> None:
    several_counts = Question(QuestionKind.SEVERAL_COUNTS, counts=(3, 7), found=0)
    some = Question(QuestionKind.SOME_RECIPIENTS_NAMED, found=0)
    view = await kept(alices, offering(["Utica", "Rome", "Troy"], recipients=(), questions=(several_counts, some)))
    found = []
    for chosen in ({0}, {0, 1, 2}):
        async with writing(alices) as open_:
            view = await drafts.tick_page(open_, key(view), 0, chosen)
        found.append([(each.question.kind, each.question.found) for each in preview_of(view).to_check])
    assert found == [
        [(QuestionKind.SEVERAL_COUNTS, 1), (QuestionKind.SOME_RECIPIENTS_NAMED, 1)],
        [(QuestionKind.SOME_RECIPIENTS_NAMED, 3)],
    ]


async def test_a_letter_that_was_not_understood_is_asked_about_until_it_is(alices: Desk) -> None:
    asks = Question(QuestionKind.LETTER_NOT_UNDERSTOOD, names=("The Authority",))
    view = await kept(alices, offering(["Utica"], recipients=(), questions=(asks,)))
    assert [each.question for each in preview_of(view).to_check] == [asks]
    async with writing(alices) as open_:
        view = await drafts.tick_page(open_, key(view), 0, {0})
    assert preview_of(view).to_check == ()


# Kept and confirmed


async def test_ticks_are_kept_with_the_draft_and_recorded_with_it(alices: Desk) -> None:
    view = await kept(alices, THREE)
    async with writing(alices) as open_:
        await drafts.tick_list(open_, key(view), 1, is_ticked=True)
    async with writing(alices) as open_:
        await drafts.tick_page(open_, key(view), 0, {1, 2})
    async with reading(alices) as open_:
        view = await drafts.view_draft(open_, key(view))
    assert ticked(view.draft) == {1, 2}
    imported = await confirmed(alices, view)
    assert isinstance(imported, ImportedLetter)
    assert [(case.place.label, state.days_left) for case, state in imported.added] == [
        ("Albany, NY", 29), ("Denver, NY", 29), ("Troy, NY", 29), ("Rome, NY", 29),
    ]  # fmt: skip


async def test_unticking_all_leaves_the_recipients_that_were_read(alices: Desk) -> None:
    view = await kept(alices, with_ticks(THREE, [0, 1, 2]))
    async with writing(alices) as open_:
        after = await drafts.untick_all(open_, key(view))
    assert after.draft == THREE


async def test_a_ticked_name_of_several_places_is_asked_about_and_settled(alices: Desk) -> None:
    read = offering(["Aurora"])
    view = await kept(alices, replace(read, mentioned=(several(read.mentioned[0]),)))
    async with writing(alices) as open_:
        view = await drafts.tick_page(open_, key(view), 0, {0})
    [row] = [row for row in view.draft.recipients if not row.is_settled]
    assert preview_of(view).to_settle[0].question.reason == SEVERAL_PLACES
    async with writing(alices) as open_:
        view = await drafts.choose_candidate(open_, key(view), mark_of_row(row), mark_of_place(AURORAS[1]))
    assert labels(view.draft)[2:] == ["Aurora, IL (city)"]
    assert ticked(view.draft) == {0} and not preview_of(view).to_settle


async def test_a_ticked_name_of_no_known_place_is_asked_about(alices: Desk) -> None:
    read = offering(["Nowhere"])
    [mentioned] = read.mentioned
    view = await kept(alices, replace(read, mentioned=(replace(mentioned, place=replace(mentioned.place, kind=None)),)))
    async with writing(alices) as open_:
        view = await drafts.tick_page(open_, key(view), 0, {0})
    assert preview_of(view).to_settle[0].question.reason == draft_ticks.UNKNOWN


async def test_a_ticked_place_that_is_a_recipient_by_another_name_is_recorded_once(alices: Desk) -> None:
    await confirmed(alices, await kept(alices))
    first = offering(["Albany"], city("Troy"))
    [albany] = first.mentioned
    capital = replace(first, mentioned=(albany, replace(albany, place=replace(albany.place, aliases=("Albany City",)))))
    async with writing(alices) as session:
        matched = await draft_matching.match(session, pending(recipients=with_ticks(capital, [0]).recipients))
    assert [row.case is not None for row in matched.rows] == [False, True]


async def test_a_tick_while_the_draft_is_confirmed_is_shown_or_refused_and_nothing_is_lost(alices: Desk) -> None:
    view = await kept(alices, THREE)
    async with writing(alices) as open_:
        await drafts.tick_page(open_, key(view), 0, {0})
    shown = await confirmed(alices, view)
    assert not isinstance(shown, ImportedLetter) and shown.remark is Remark.OUTDATED
    assert ticked(shown.draft) == {0}
    imported = await confirmed(alices, shown)
    assert isinstance(imported, ImportedLetter) and len(imported.added) == 3
    async with writing(alices) as open_:
        with pytest.raises(CaseError, match=GONE):
            await drafts.tick_page(open_, key(view), 0, {1})
    assert len(await alices.cases()) == 3


async def test_another_person_ticks_nothing(alices: Desk) -> None:
    view = await kept(alices, THREE)
    for press in (
        lambda open_, key_: drafts.tick_page(open_, key_, 0, {0}),
        lambda open_, key_: drafts.tick_list(open_, key_, 1, is_ticked=True),
        drafts.untick_all,
    ):
        async with writing(alices) as open_:
            with pytest.raises(CaseError, match="another person's draft"):
                await press(open_, key(view, 12))
    async with reading(alices) as session:
        assert (await drafts.view_draft(session, key(view))).draft == THREE

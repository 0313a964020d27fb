"""What is offered to a person: every recipient that no rule found, and few other places (`tests/corpus/offers`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reading_sets import Counts, ReadText, texts_in
from bot.reader.mentions.features import ScoredPlace
from bot.reader.mentions.kinds import Kind, kind_of_mention, kinds_named_in
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.score import AS_STATED, LEFT_OVER, SURE, ScoreModel, least_score, likeliest_first

OFFERS = Path(__file__).parents[2] / "corpus" / "offers"
NAMES = sorted(file.stem for file in OFFERS.glob("*.json"))
CHANCES = ScoreModel(0.0, {"likely": 2.0, "sure": 4.0, "unlikely": -2.0}, 0.05)


@cache
def texts() -> dict[str, ReadText]:
    return {text.file.stem: text for text in texts_in(OFFERS)}


@pytest.mark.parametrize("name", NAMES)
def test_every_recipient_is_certain_or_offered(name: str) -> None:
    counted = Counts()
    counted.add(texts()[name])
    assert counted.certain + counted.offered == counted.recipients, counted.mistakes
    assert counted.wrong_certain == 0, counted.mistakes


def test_few_other_places_are_offered() -> None:
    counted = Counts()
    for text in texts().values():
        counted.add(text)
    assert counted.wrong_offers <= 4 * counted.texts, "\n".join(counted.mistakes)


def test_counties_of_states_that_are_as_many_as_stated_are_left_out() -> None:
    offered = {mentioned.place.name for mentioned in texts()["states_and_their_counties"].draft.mentioned}
    assert offered == {"Ohio", "Maine", "Nevada", "Kansas"}


def test_hardly_anything_is_offered_beside_as_many_certain_recipients_as_stated() -> None:
    """Of nine cities that sign at most the one that is also named where nobody signs."""
    assert {mentioned.place.name for mentioned in texts()["a_coalition_of_cities"].draft.mentioned} <= {"Montpelier"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Plano ISD", Kind.SCHOOL),
        ("Olathe USD 233", Kind.SCHOOL),
        ("Kent State University", Kind.SCHOOL),
        ("Cleveland Board of Education", Kind.SCHOOL),
        ("Ohio Association of School Boards", Kind.AGENCY),
        ("Akron Police Department", Kind.AGENCY),
        ("Oneida Nation", Kind.TRIBE),
        ("Discover National Bank", Kind.COMPANY),
        ("Kiteworks", Kind.COMPANY),
    ],
)
def test_an_institution_is_of_the_kind_that_its_name_says(name: str, kind: Kind) -> None:
    assert kind_of_mention(Mention(0, len(name), name, is_institution=True)) is kind


def test_a_name_that_is_not_settled_is_of_no_kind() -> None:
    assert kind_of_mention(Mention(0, 5, "Salem")) is Kind.OPEN


def test_a_sentence_names_kinds_by_several() -> None:
    assert kinds_named_in("Letters went to 32 cities, two parishes and a tribe.") == {Kind.CITY, Kind.COUNTY}


def place(start: int, kind: Kind, feature: str, group: int = 0, is_of_other_kind: bool = False) -> ScoredPlace:
    mention = Mention(start, start + 1, "A", group=group or start)
    return ScoredPlace((mention,), kind, frozenset({feature}), is_of_other_kind)


def scores(*places: ScoredPlace, certain: tuple[Kind, ...] = (), stated: int = 0) -> dict[int, float]:
    ranked = likeliest_first(CHANCES, places, certain, frozenset({stated} - {0}))
    return {one.mentions[0].start: score for score, one in ranked}


def test_a_place_of_a_likelier_kind_is_likelier() -> None:
    ranked = scores(place(1, Kind.CITY, "likely"), place(2, Kind.CITY, "unlikely"), place(3, Kind.STATE, "unlikely"))
    assert ranked[1] > ranked[2] > ranked[3]


def test_kinds_of_certain_recipients_are_likeliest() -> None:
    ranked = scores(place(1, Kind.CITY, "unlikely"), place(2, Kind.STATE, "unlikely"), certain=(Kind.STATE,))
    assert ranked[2] == pytest.approx(CHANCES.score(["unlikely"])) and ranked[1] < ranked[2]


def test_an_open_kind_does_not_compete() -> None:
    assert scores(place(1, Kind.OPEN, "unlikely"), place(2, Kind.CITY, "sure"))[1] == pytest.approx(CHANCES.score(["unlikely"]))


def test_a_list_has_its_middle_score() -> None:
    same_list = [place(start, Kind.CITY, feature, group=9) for start, feature in enumerate(("unlikely", "sure", "sure"), 1)]
    assert scores(*same_list)[1] == scores(*same_list)[2]


@pytest.mark.parametrize("stated", [1, 2, 3])
def test_others_are_left_over_if_as_many_are_sure_as_stated(stated: int) -> None:
    ranked = scores(place(1, Kind.CITY, "sure"), place(2, Kind.CITY, "unlikely"), certain=(Kind.CITY,), stated=stated)
    share = LEFT_OVER if stated == 2 else 1
    assert ranked[2] == pytest.approx(CHANCES.score(["unlikely"]) * share)


def test_another_list_with_a_stated_number_is_not_left_over() -> None:
    """ "40 states and five territories": 40 are certain."""
    places = (place(1, Kind.CITY, AS_STATED), place(2, Kind.CITY, "unlikely"), place(3, Kind.STATE, AS_STATED))
    ranked = scores(*places, certain=(Kind.CITY, Kind.CITY), stated=2)
    assert ranked[1] == pytest.approx(CHANCES.score([]))
    assert ranked[2] == pytest.approx(CHANCES.score(["unlikely"]) * LEFT_OVER)
    assert ranked[3] < ranked[1] * LEFT_OVER


def test_one_of_something_else_is_no_stated_number() -> None:
    ranked = scores(place(1, Kind.CITY, "sure"), place(2, Kind.CITY, "unlikely"), stated=1)
    assert ranked[2] == pytest.approx(CHANCES.score(["unlikely"]))


def test_what_is_offered_depends_on_the_best_and_on_certain_recipients() -> None:
    assert least_score(0.4, 0.2, ()) == pytest.approx(0.08)
    assert least_score(0.4, 0.2, (Kind.CITY,)) == pytest.approx(0.2 * SURE)


@given(
    st.lists(
        st.tuples(st.sampled_from(Kind), st.sampled_from(["likely", "sure", "unlikely"]), st.integers(1, 3), st.booleans())
    ),
    st.lists(st.sampled_from([Kind.CITY, Kind.OPEN, Kind.STATE])),
    st.sets(st.integers(0, 9)),
)
def test_every_place_is_ranked_once_with_a_chance(
    parts: list[tuple[Kind, str, int, bool]], certain: list[Kind], stated: set[int]
) -> None:
    places = [place(start, *part) for start, part in enumerate(parts)]
    ranked = likeliest_first(CHANCES, places, certain, frozenset(stated))
    assert sorted(one.mentions[0].start for _, one in ranked) == list(range(len(parts)))
    assert all(0 <= score <= 1 for score, _ in ranked)
    assert [score for score, _ in ranked] == sorted((score for score, _ in ranked), reverse=True)

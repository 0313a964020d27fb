"""Every place that a text names is a recipient, cleared, the sender's, offered or named in passing; a score sorts the offer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader.document import Document
from bot.reader.draft import Draft, Span
from bot.reader.extract.draft_json import as_json
from bot.reader.extract.whole_text import draft_of
from bot.reader.mentions.score import ScoreModel, score_model

ZONE = ZoneInfo("America/New_York")
RUN_ON = (
    "WASHINGTON (Wire) - The department is looking at sanctuary policies, and among the places that can expect trouble are "
    "Denver, Seattle and Portland, Oregon, to which an official said on Tuesday that letters had gone out; Fresno was "
    "mentioned at a hearing in Boston last year."
)
SENT = (
    "The Department of Justice sent letters to Chicago and Denver. Cities such as Boise and Tulsa, which got no letter, wait."
)


def read(text: str) -> Draft:
    document = Document("story.txt", "text/plain", text.encode(), datetime(2032, 6, 15, 12, tzinfo=UTC), text)
    return draft_of(document, ZONE)


def offered(draft: Draft) -> list[str]:
    return [mentioned.place.name for mentioned in draft.mentioned]


def test_a_run_on_sentence_leaves_no_bare_question() -> None:
    draft = read(RUN_ON)
    assert {"Denver", "Seattle", "Portland"} <= {*offered(draft), *(recipient.name for recipient in draft.recipients)}


def test_what_is_offered_comes_with_its_words_and_its_place_in_the_text() -> None:
    draft = read(RUN_ON)
    for mentioned in draft.mentioned:
        assert (span := mentioned.place.span)
        assert draft.words(span).casefold().startswith(mentioned.place.name.casefold()[:4])
        assert draft.words(span) in mentioned.words


def test_places_of_one_list_share_its_number() -> None:
    numbers = {mentioned.place.name: mentioned.list_number for mentioned in read(RUN_ON).mentioned}
    assert numbers["Denver"] == numbers["Seattle"] == numbers["Portland"] is not None
    assert numbers.get("Fresno") is None


def test_a_list_is_offered_whole() -> None:
    names = offered(
        read("Officials in Denver, Springfield, Seattle and Boise have letters, people said; more came from Fresno.")
    )
    assert {"Denver", "Springfield", "Seattle", "Boise"} <= set(names)


def test_a_county_that_is_not_settled_keeps_its_word() -> None:
    draft = read("Letters are said to be in Jackson County, in Jackson and in Franklin County, officials hear.")
    names = [mentioned.place.name for mentioned in draft.mentioned]
    assert {"Jackson County", "Franklin County"} <= set(names)
    assert len(names) == len(set(names))


def test_the_likeliest_comes_first() -> None:
    scores = [mentioned.score for mentioned in read(RUN_ON).mentioned]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    "text",
    [
        "Chicago was not cleared. The Justice Department said Denver must comply.",
        "Crews cleared Dallas and Denver of snow. The Department of Justice sent letters to Boise, Idaho.",
        "The Department of Justice sent letters not to Chicago but to Boise, Idaho.",
    ],
)
def test_what_was_not_cleared_or_not_written_to_is_neither(text: str) -> None:
    named = [one.name for one in (*read(text).recipients, *read(text).cleared)]
    assert not {"Chicago", "Dallas", "Denver"} & set(named)


def test_letters_of_may_are_letters() -> None:
    text = "The Department of Justice sent letters on May 1, 2025 to Boise, Idaho, and to the Secretary of State of Kansas."
    assert [one.label for one in read(text).recipients][:1] == ["Boise, ID (city)"]


def test_recipients_are_not_offered_again() -> None:
    draft = read(SENT)
    assert [recipient.name for recipient in draft.recipients] == ["Chicago", "Denver"]
    assert {"Chicago", "Denver"}.isdisjoint(offered(draft))
    assert draft.seen.recipients == 2


def test_the_state_of_the_sender_is_not_offered() -> None:
    draft = read(
        "Ohio Attorney General Dave Yost sent letters to Dayton and Toledo on May 3, 2024. Ohio law forbids it, Yost said."
    )
    assert draft.authority and draft.authority.value == "Attorney General of Ohio"
    assert "Ohio" not in offered(draft) and draft.seen.sender == 1


def test_a_text_that_names_only_the_place_of_the_sender_offers_it() -> None:
    """To whom was it? There is nothing else to choose from."""
    draft = read("Attorney General Ken Paxton of Texas sent letters to every sheriff on May 3, 2024. Texas law demands it.")
    assert draft.authority and draft.authority.value == "Attorney General of Texas"
    assert offered(draft) == ["Texas"] and (draft.seen.offered, draft.seen.sender, draft.seen.named) == (1, 0, 1)


def test_the_words_around_a_place_are_those_of_the_text() -> None:
    draft = read("Among the places that can expect trouble are Lee’s Summit, Missouri – a suburb – and Coeur d’Alene, Idaho.")
    assert len(draft.mentioned) > 1
    for mentioned in draft.mentioned:
        assert mentioned.words.strip("… ") in draft.text and draft.words(mentioned.place.span or Span(0, 1)) in mentioned.words


def test_every_named_place_is_counted_once() -> None:
    seen = read(RUN_ON + " " + RUN_ON).seen
    assert seen == read(RUN_ON + " " + RUN_ON + " Denver, Seattle.").seen
    assert seen.named == seen.recipients + seen.offered + seen.cleared + seen.sender + seen.passing > 4


def test_json_has_the_offered_places_and_the_counts() -> None:
    draft = read(RUN_ON)
    read_json = json.loads(json.dumps(as_json(draft), default=str))
    assert [one["name"] for one in read_json["mentioned"]] == offered(draft)
    assert set(read_json["mentioned"][0]) == {"name", "kind", "state", "score", "span", "words"}
    assert read_json["seen"]["named"] == draft.seen.named and read_json["seen"]["offered"] == len(draft.mentioned)


@pytest.mark.parametrize("text", ["", "No place at all is named here.", "A letter was sent to all fifty governors."])
def test_a_text_without_places_offers_none(text: str) -> None:
    draft = read(text)
    assert (draft.mentioned, draft.seen.named) == ((), 0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Denver", "Seattle, WA", "Cook County, Illinois", "Ohio", "\n", ". ", "letters went to", "sued"]))
)
def test_no_place_is_in_two_sorts(parts: list[str]) -> None:
    draft = read(", ".join(parts))
    labels = [mentioned.place.label for mentioned in draft.mentioned]
    assert len(labels) == len(set(labels))
    assert set(labels).isdisjoint(one.label for one in (*draft.recipients, *draft.cleared))
    assert draft.seen.named >= len(labels) + len(draft.recipients) + len(draft.cleared)


def test_a_score_is_a_chance() -> None:
    model = ScoreModel(0.0, {"for": 50.0, "against": -50.0}, 0.1)
    assert model.score([]) == 0.5
    assert model.score(["against"]) < model.score(["unknown"]) < model.score(["for"]) <= 1


def test_the_weights_in_use_are_those_of_the_file() -> None:
    model = score_model()
    assert 0 < model.offered_from < 0.5
    assert model.score(["left a letter, list", "left sends, list", "3 or more"]) > model.score(["dateline", "part of a name"])


@pytest.mark.parametrize(
    "text",
    [
        "Letters were sent to:\n• Boston, Mass.\n• Hartford, Conn. (no letter)\n• Salem, Ore. - cleared\n• Reno, Nevada\n",
        "The Department of Justice sent letters to Boston, Massachusetts, Hartford, Connecticut (cleared), and Reno, Nevada.",
    ],
)
def test_a_note_in_a_list_that_a_place_got_none_is_heard(text: str) -> None:
    draft = read(text)
    assert [one.name for one in draft.recipients] == ["Boston", "Reno"]
    assert "Hartford" in offered(draft) or draft.seen.passing


@pytest.mark.parametrize(
    "signers",
    [
        "It was led by the attorneys general of Vermont and Ohio, and signed by the attorneys general of Iowa, Utah and Maine.",
        "Joining Roe in the letter are the attorneys general of Vermont, Ohio, Iowa, Utah and Maine.",
        "The attorneys general of Vermont, Ohio, Iowa, Utah and Maine also signed the letters.",
        "Among the states whose attorneys general joined in the letter are Vermont, Ohio, Iowa, Utah and Maine.",
        "Vermont, Ohio, Iowa, Utah and Maine were other signing states.",
        "She was joined in the letter to Quillapp by Ohio Attorney General Al Doe, who co-led it, and the attorneys general of "
        "Vermont, Iowa, Utah and Maine.",
        "The coalition is made up of attorneys general from Vermont, Ohio, Iowa, Utah and Maine.",
        "Roe, together with AGs from Vermont, Ohio, Iowa, Utah and Maine, wrote the letters.",
        "The letters are co-led by Vermont and Ohio and joined by Iowa, Utah and Maine.",
        "States joining the letters: Vermont, Ohio, Iowa, Utah and Maine.",
        "In addition to Texas, Vermont, Ohio, Iowa, Utah and Maine are parties to the settlement.",
        "Signatories to the letter include Vermont, Ohio, Iowa, Utah and Maine.",
        "Senators from Vermont, Ohio, Iowa, Utah and Maine signed the letter.",
        "Boise, Vermont, Ohio, Iowa, Utah and Maine also signed on.",
        "We write for the clerks' unions in Vermont, Ohio, Iowa, Utah and Maine about it.",
        "Signatories:\n\nVermont\nOhio\nIowa\nUtah\nMaine\n",
    ],
)
def test_who_signs_the_letter_too_has_none(signers: str) -> None:
    assert {"Vermont", "Ohio", "Iowa", "Utah", "Maine"}.isdisjoint(offered(read(f"{RUN_ON} {signers}")))


@pytest.mark.parametrize(
    "written_to",
    [
        "Roe says that letters have gone to the attorneys general of Vermont and Ohio, and one to Iowa.",
        "A coalition of 20 groups, joined by Alder Fund, sent letters to the attorneys general of Vermont and Ohio.",
        "Letters to the governors of Vermont and Ohio were signed by Ann Roe.",
    ],
)
def test_attorneys_general_who_are_written_to_are_offered(written_to: str) -> None:
    draft = read(written_to)
    assert {"Vermont", "Ohio"} <= {*offered(draft), *(recipient.name for recipient in draft.recipients)}


def test_a_short_name_of_a_recipient_is_not_offered_beside_it() -> None:
    draft = read("She wrote to the University of Iowa at Elm City. Students of the University of Iowa wait.")
    assert [one.name for one in draft.recipients] == ["University of Iowa at Elm City"]
    assert not draft.mentioned


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Polk and Story counties received letters from the Iowa attorney general, and so did the cities of Ames and Boone.",
         {"Ames", "Boone"}),
        ("The Labor Department sent letters to every county in Delaware - New Castle, Kent and Sussex - and the city of "
         "Dover, Delaware.", {"New Castle", "Kent", "Sussex"}),
    ],
)  # fmt: skip
def test_of_several_kinds_that_got_letters_each_is_offered(text: str, names: set[str]) -> None:
    draft = read(text)
    assert names <= {*offered(draft), *(recipient.name for recipient in draft.recipients)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Roe is investigating the Ames Independent School District and the Finch Independent School District. Letters went "
            "to Ames ISD and Finch ISD on Monday.",
            {"Ames Independent School District", "Finch Independent School District"},
        ),
        (
            "Roe sent letters to Quillapp, Inc. and Vantro Media LLC. Quillapp and Vantro Media did not answer the letters.",
            {"Quillapp, Inc.", "Vantro Media LLC"},
        ),
        (
            "Roe's office wrote to Keller and Finch ISD in letters about the vote. Keller ISD said that it had the letter.",
            {"Keller ISD", "Finch ISD"},
        ),
    ],
)
def test_a_body_with_two_spellings_is_offered_once(text: str, names: set[str]) -> None:
    draft = read(text)
    assert {*offered(draft), *(recipient.name for recipient in draft.recipients)} == names


@pytest.mark.parametrize(
    "business", ["Alder Tavern", "the Pizza Depot", "Finch Bar and Grill", "Quillapp", "Vantro Wine and Coffee Bistro"]
)
def test_where_a_business_is_has_no_letter(business: str) -> None:
    draft = read(
        f"The department issued a cease-and-desist order on Dec. 10, 2020, to {business}, in Albert Lea, Minn., after a visit."
    )
    assert not draft.recipients
    assert business.removeprefix("the ") in offered(draft)


@pytest.mark.parametrize("writers", ["Five states sent the letter", "The attorneys general of five states wrote"])
def test_the_states_that_write_are_never_certain(writers: str) -> None:
    draft = read(f"{writers} to Quillapp on Monday: Vermont, Ohio, Iowa, Utah and Maine.")
    assert not draft.recipients


@pytest.mark.parametrize(
    "without",
    [
        "No letters went to {}.",
        "No investigation was opened, the department said, in {}, as their bans are not in force.",
        "The department has not written to {}.",
        "It did not send such letters to {}.",
        "{} did not receive a letter.",
        "{} were not sent letters on Monday.",
        "Further states were in the news, {} among them. No department letter reached those states.",
    ],
)
def test_who_got_no_letter_is_not_offered(without: str) -> None:
    story = "The department is to look at Vermont, Ohio and Utah, to which officials say letters went out on Monday."
    names = offered(read(f"{story} {without.format('Iowa, Maine and Idaho')}"))
    assert {"Vermont", "Ohio", "Utah"} <= {*names}
    assert {"Iowa", "Maine", "Idaho"}.isdisjoint(names)


@pytest.mark.parametrize(
    "later", ["has not received the letter", "said that it had not got a letter yet", "did not get the letter"]
)
def test_who_waits_for_the_letter_is_offered(later: str) -> None:
    assert "Boise" in offered(read(f"Officials hear that letters are on their way to Tulsa. The city of Boise {later}."))


@pytest.mark.parametrize("line", ["RENO, Nev. (AP) - {}", "RENO, Nev., May 4 — {}", "May 4, 2024 (RENO) — {}"])
def test_where_a_story_was_written_is_less_likely_than_its_list(line: str) -> None:
    story = "Letters have gone out, officials say, to Denver, Seattle, Boise and Tulsa, which have a month."
    scores = {mentioned.place.name.title(): mentioned.score for mentioned in read(line.format(story)).mentioned}
    assert scores.get("Reno", 0) < min(scores[name] for name in ("Denver", "Seattle", "Boise", "Tulsa")) / 4


@pytest.mark.parametrize(
    "listed",
    [
        "An asterisk (*) means that the city has received a letter.\n\nLate plans:\n- Reno*\n- Boise\n- Tulsa (City) *\n",
        "Late are Reno*, Boise and Tulsa*. * denotes cities that were sent a letter.",
    ],
)
def test_a_mark_shows_who_got_a_letter(listed: str) -> None:
    assert {*offered(read(f"The department wrote to cities. {listed}"))} == {"Reno", "Tulsa"}


@pytest.mark.parametrize(
    "body", ["Environmental Protection Agency", "Federal Trade Commission", "Federal Railroad Administration"]
)
def test_a_federal_agency_that_is_written_to_is_named(body: str) -> None:
    draft = read(f"Sen. Jane Roe sent a letter to the {body} on Monday.")
    assert body in {*offered(draft), *(recipient.name for recipient in draft.recipients)}

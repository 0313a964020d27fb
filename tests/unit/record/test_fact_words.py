"""Words for what happened: each means what it says, or is asked about, or is refused with the list."""

from __future__ import annotations

import pytest

from bot.record.consequences import Threat, spelled_alike, threat_of
from bot.record.errors import CaseError
from bot.record.events import ConsequenceState, CourtStep, Result
from bot.record.fact_words import MEANINGS, FactKind, FactMeaning, every_meaning, likely, meanings, name_of, other_command

OUT, LIFTED = ConsequenceState.CARRIED_OUT, ConsequenceState.LIFTED


def consequence(threat: Threat | None, state: ConsequenceState | None = None) -> FactMeaning:
    return FactMeaning(FactKind.CONSEQUENCE, threat=threat, state=state)


def court(step: CourtStep) -> FactMeaning:
    return FactMeaning(FactKind.COURT, step=step)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        *((kind.value, FactMeaning(kind)) for kind in FactKind),
        ("Press release", FactMeaning(FactKind.STATEMENT)),
        ("Tweets", FactMeaning(FactKind.STATEMENT)),
        ("was subpoenaed", consequence(Threat.SUBPOENA, OUT)),
        ("a subpoena", consequence(Threat.SUBPOENA)),
        ("Subpoena served", consequence(Threat.SUBPOENA, OUT)),
        ("subpoena: lifted", consequence(Threat.SUBPOENA, LIFTED)),
        ("grant withheld", consequence(Threat.WITHHOLDING, OUT)),
        ("funds frozen", consequence(Threat.WITHHOLDING, OUT)),
        ("grants terminated", consequence(Threat.TERMINATION, OUT)),
        ("clawback", consequence(Threat.RETURN_OF_GRANTS)),
        ("civil penalty", consequence(Threat.PENALTY)),
        ("withholding of funds announced", consequence(Threat.WITHHOLDING, ConsequenceState.ANNOUNCED)),
        ("lawsuit: carried out", consequence(Threat.LAWSUIT, OUT)),
        ("injunction", court(CourtStep.INJUNCTION)),
        ("TRO", court(CourtStep.INJUNCTION)),
        ("ruling", court(CourtStep.RULING)),
        ("complaint filed", court(CourtStep.FILED)),
        ("appeal filed", court(CourtStep.APPEAL)),
        ("court: filed", court(CourtStep.FILED)),
        ("no violation", FactMeaning(FactKind.FINDING, result=Result.IN_COMPLIANCE)),
        ("deficiency notice", FactMeaning(FactKind.FINDING, result=Result.INCOMPLETE)),
        ("law enacted", FactMeaning(FactKind.NOTE)),
    ],
)
def test_a_word_means_one_thing(typed: str, meaning: FactMeaning) -> None:
    assert meanings(typed) == (meaning,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sued", {court(CourtStep.FILED), consequence(Threat.LAWSUIT, OUT)}),
        ("lawsuit", {court(CourtStep.FILED), consequence(Threat.LAWSUIT)}),
        ("appeal", {court(CourtStep.APPEAL), court(CourtStep.RULING)}),
        ("funding cut", {consequence(Threat.WITHHOLDING, OUT), consequence(Threat.TERMINATION, OUT)}),
        ("court order", {court(CourtStep.RULING), court(CourtStep.INJUNCTION)}),
        ("investigation", {consequence(None), FactMeaning(FactKind.NOTE)}),
        ("dismissed", {court(CourtStep.CLOSED), court(CourtStep.RULING)}),
        ("grant released", {consequence(None, LIFTED), FactMeaning(FactKind.NOTE)}),
    ],
)
def test_a_word_may_mean_several_things(typed: str, meant: set[FactMeaning]) -> None:
    assert set(meanings(typed)) == meant


def test_each_meaning_is_read_back_from_its_name() -> None:
    for meant in MEANINGS.values():
        for meaning in meant:
            for full in (meaning, *every_meaning(meaning)):
                assert meanings(name_of(full)) == (full,), name_of(full)


def test_a_consequence_beside_another_kind_counts_only_if_the_letter_threatens_it() -> None:
    suit = meanings("lawsuit")
    assert likely(suit, ("subpoena",), ()) == (court(CourtStep.FILED),)
    assert likely(suit, ("legal action",), ()) == suit
    assert likely(meanings("lawsuit: announced"), (), ()) == (consequence(Threat.LAWSUIT, ConsequenceState.ANNOUNCED),)
    released = meanings("grant released")
    assert likely(released, ("withholding of grants",), ()) == (FactMeaning(FactKind.NOTE),)
    assert likely(released, (), ("withholding of grants",)) == released


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("answered", "is recorded with /case answer"),
        ("extension", "is recorded with /case extend"),
        ("settled", "is recorded with /case close"),
        ("nonsense", "is not a known kind of event. Kinds: statement, finding, consequence, court, note, reopened"),
        ("court: nonsense", "is not a known kind of event"),
        ("note: subpoena", "is not a known kind of event"),
        ("", "is not a known kind of event"),
    ],
)
def test_other_words_are_refused_with_what_is_known(typed: str, why: str) -> None:
    with pytest.raises(CaseError, match=why):
        meanings(typed)


@pytest.mark.parametrize(
    ("name", "threat"),
    [
        *((threat.value, threat) for threat in Threat),
        ("return of FY2016 grants", Threat.RETURN_OF_GRANTS),
        ("additional conditions on FY2017 Byrne JAG funding", Threat.CONDITIONS),
        ("ineligibility for FY2017 Byrne JAG funding", Threat.INELIGIBILITY),
        ("withholding of grants", Threat.WITHHOLDING),
        ("a closer look", None),
        ("pursuit of the matter", None),
    ],
)
def test_a_letters_own_name_is_told_by_its_words(name: str, threat: Threat | None) -> None:
    assert threat_of(name) is threat


def test_a_name_is_the_same_whatever_its_case() -> None:
    assert spelled_alike(("Return of grants", "subpoena"), "return  of Grants") == "Return of grants"
    assert spelled_alike(("subpoena",), "subpoenas") is None


@pytest.mark.parametrize(
    ("typed", "command"),
    [("refused", "/case answer"), ("The reply", "/case answer"), ("Extended", "/case extend"), ("complied", "/case close")],
)
def test_what_another_command_records_is_said(typed: str, command: str) -> None:
    assert other_command(typed) == command
    with pytest.raises(CaseError, match=f"is recorded with {command}"):
        meanings(typed)
    assert other_command("subpoena") is None

"""The sender is the authority that wrote this letter: also one in no list, and no other one that the text names."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.draft import QuestionKind
from bot.reader.extract.whole_text import draft_of


def sender(text: str) -> str | None:
    document = Document("story.txt", "text/plain", text.encode(), datetime(2031, 6, 15, tzinfo=UTC), text)
    found = draft_of(document, ZoneInfo("America/New_York")).authority
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Data Protection Commission sent letters to Boise, Idaho, on May 2, 2031.", "Data Protection Commission"),
        ("The Data Protection Commission on Tuesday sent letters to Boise, Idaho.", "Data Protection Commission"),
        (
            "The Trump Administration wrote to cities. The EPA sent a letter to Reno, Nevada.",
            "U.S. Environmental Protection Agency",
        ),
        ("The Administration for Rural Living has asked Boise, Idaho, for its letters.", "Administration for Rural Living"),
        ("Boise, Idaho, received a letter from the National Task Force on Water.", "National Task Force on Water"),
        ("The Select Committee on the Opioid Crisis wrote to Boise, Idaho.", "Select Committee on the Opioid Crisis"),
        ("A letter from the House Finance Committee was sent to Boise, Idaho.", "House Committee on Finance"),
        ("The Water Quality Agency's letters to Boise, Idaho, demand records.", "Water Quality Agency"),
        (
            "Utah refused the request of Lamb and the Federal Commission on Ballots for data.\n\nUtah praised Lamb's letter.",
            "Federal Commission on Ballots",
        ),
        ("The EPA sent letters to the Ohio Ethics Commission and to Boise, Idaho.", "U.S. Environmental Protection Agency"),
        ("The Ohio Ethics Commission received a letter from the EPA.", "U.S. Environmental Protection Agency"),
    ],
)
def test_an_authority_in_no_list_is_known_by_what_it_asks(text: str, name: str) -> None:
    assert sender(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Rep. Otis Lamb today signed a letter to Secretary of Education Jane Roe that asks for data on colleges.",
        "Letters to the EPA and its Administrator Otis Lamb went out on Monday. The EPA did not answer.",
        "Three housing authorities have signed a letter to HUD Secretary Roe, as HUD means to weaken its rule.",
        "The letter gives Sheriff Otis Lamb seven days to end his agreements with ICE (Immigration and Customs Enforcement).",
        "Letters went from Otis Lamb to two laboratories accredited by the Election Assistance Commission: Acme and Apex.",
        "Jane Roe, Acting Administrator\nHealth Resources and Services Administration (HRSA)\n5 Elm Lane\nReno, NV 89501\n\n"
        "Dear Ms. Roe:\n\nWe write about what you do. Please answer by May 2.",
        "Senator Mary Roe wrote to Acme Corp. on May 2. She cited a letter from the Federal Trade Commission to the companies.",
        "Rep. Otis Lamb and others demand answers of Acme Corp. The Federal Trade Commission's letter of 2029 found no fault.",
        "The union sent a letter to Boise, Idaho. The Environmental Protection Agency asked for data last year.",
        "In a letter to Boise, Idaho, a coalition of parents asks for records. A letter from the EPA said the same in 2029.",
        "Rep. Lamb's letters went to Boise, Idaho, and Reno, Nevada. The EPA wants comments on a rule by May 1.",
        "The City of Boise, Idaho, sent a letter to the EPA asking when it will pay.",
        "Boise, Idaho, wrote on Monday to the EPA asking for its grant.",
        "Senator Mary Roe sent a letter to Labor Secretary Otis Lamb on May 2, urging the Department of Labor to wait.",
        "Roe Urges EPA to Test Wells\n\nCongresswoman Mary Roe led 12 members in a letter. The EPA asked for data last year.",
        "Members of Congress called on the EPA in a letter to Boise, Idaho, to act. The EPA announced grants.",
        "Rep. Otis Lamb asked in letters to Boise, Idaho, about retirees from the Department of Labor.",
        "Senators Roe and Lamb asked the EPA about wells.\n\nMay 2, 2031\n\nDear Mayor Doe:\n\nWe want records.\n\nSincerely,",
        "Senator Roe sent a letter. Recent FDA requests may delay it.\n\nDear Mayor Doe:\n\nWe want records.\n\nSincerely,",
        "Dear Mayor Doe:\n\nWe hear that the Forest Service has not answered. We want your records.\n\nSincerely,\nMary Roe",
        "May 2, 2031\n\nChief Ed Doe U.S. Forest Service 14 Elm Road Reno, NV 89501\n\nDear Chief Doe:\n\nWe intend to sue the "
        "U.S. Forest Service. The Forest Service has harmed fish. Please answer by May 9.",
        "May 2, 2031\n\nDear Mayor Doe:\n\nThe EPA has stated that wells are safe. We want records.\n\nSincerely,\nMary Roe",
    ],
)
def test_another_agency_named_alone_is_not_the_sender(text: str) -> None:
    assert sender(text) is None


TO = "on March 5, 2031, to Boise, Idaho, and Reno, Nevada"
TO_CITIES = f"sent letters {TO}"


@pytest.mark.parametrize(
    "text",
    [
        f"The EPA, citing a report by the Department of Labor, {TO_CITIES}.",
        f"The EPA, responding to complaints from the Department of Labor, {TO_CITIES}.",
        f"The EPA {TO_CITIES}, after a referral from the Department of Labor.",
        f"The EPA sent letters seeking documents from the Department of Labor {TO}.",
        f"The EPA {TO_CITIES}, which get money from the Department of Labor.",
        f"In letters {TO}, the EPA threatened grants awarded by the Department of Labor.",
        f"The EPA, not the Department of Labor, {TO_CITIES}.",
        f"The EPA echoed the Department of Labor in letters sent {TO}.",
        f"The EPA, whose grants the Department of Labor audits, {TO_CITIES}.",
        f"Despite a ruling against the Department of Labor, the EPA {TO_CITIES}.",
        f"The Department of Labor said letters from the EPA went out {TO}.",
        "The Department of Labor said Boise, Idaho, received a letter on March 5, 2031, from the EPA.",
    ],
)
def test_one_that_is_named_beside_the_sender_is_not_it(text: str) -> None:
    assert sender(text) == "U.S. Environmental Protection Agency"


@pytest.mark.parametrize(
    "text",
    [
        f"Critics of the Department of Labor {TO_CITIES}.",
        f"The Department of Labor's union {TO_CITIES}.",
        f"A group that opposes the Department of Labor {TO_CITIES}.",
        "Ohio Gov. Ann Lee, Utah Gov. Bo Lamb and Texas Gov. Mary Roe got letters on March 5, 2031.",
        "Idaho received a letter on March 5, 2031. Idaho Attorney General Mary Roe said the state would answer.",
        "Attorney General Mary Roe's office received a letter on March 5, 2031. She told Boise, Idaho, to wait.",
    ],
)
def test_one_that_only_speaks_or_is_spoken_of_is_not_the_sender(text: str) -> None:
    assert sender(text) is None


@pytest.mark.parametrize(
    "head",
    [
        "U.S. Environmental Protection Agency\nOffice of Water\n1 Main Street\n\nMay 2, 2031",
        "UNITED STATES ENVIRONMENTAL PROTECTION AGENCY, REGION 10\n\nMay 2, 2031",
        "Office of the Administrator, U.S. Environmental Protection Agency\nMay 2, 2031",
    ],
)
def test_a_letterhead_names_the_sender(head: str) -> None:
    text = f"{head}\n\nMayor Jane Doe\nBoise, Idaho\n\nDear Mayor Doe:\n\nPlease send the records.\n\nSincerely,\nMary Roe"
    assert sender(text) == "U.S. Environmental Protection Agency"


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ("The EPA and the Department of Labor", ["U.S. Department of Labor", "U.S. Environmental Protection Agency"]),
        (
            "Idaho Attorney General Mary Roe and 20 other attorneys general",
            ["20 attorneys general", "Attorney General of Idaho"],
        ),
    ],
)
def test_two_that_sent_letters_together_are_asked_about(names: str, asked: list[str]) -> None:
    document = Document("story.txt", "text/plain", b"", datetime(2031, 6, 15, tzinfo=UTC), f"{names} {TO_CITIES}.")
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert draft.authority is None
    [question] = [one for one in draft.questions if one.kind is QuestionKind.SEVERAL_SENDERS]
    assert [one.value for one in question.readings] == asked


SENT = f"sent {TO}"


@pytest.mark.parametrize(
    "text",
    [
        f"Ohio Attorney General Marta Quill was in Dayton. AG Quill answered the letters {SENT}.",
        f"Governor Otis Lamb of Maine criticized letters {SENT}.",
        f"Governor Otis Lamb of Maine forwarded letters {SENT}, to his counsel.",
        f"Governor Otis Lamb of Ohio denounced on Monday the letters {SENT}.",
        f"The EPA rejected the demands in letters {SENT}.",
        f"Ohio Attorney General Marta Quill sued over letters {SENT}.",
        f"Ohio Attorney General Marta Quill has obtained letters {SENT}.",
        f"Ohio Attorney General Marta Quill is reviewing letters {SENT}.",
        "Responding to the letters sent to Boise and Nampa, Idaho, Attorney General Marta Quill of Ohio said so.",
        "Attorney General Marta Quill of Ohio said that the letters sent to Boise and Nampa, Idaho, are unlawful.",
        "Attorney General Marta Quill of Ohio called the letters sent to Boise and Nampa, Idaho, a stunt.",
    ],
)
def test_one_that_reacts_to_letters_is_not_the_sender(text: str) -> None:
    assert sender(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"The EPA reviewed their records and {TO_CITIES}.",
        f"The EPA confirmed that letters were {SENT}.",
        f"The EPA shared letters it {SENT}.",
        f"Responding to letters from residents, the EPA {TO_CITIES}.",
        f"The Department of Labor condemned the letters {SENT}, from the EPA.",
    ],
)
def test_one_that_sends_letters_too_is_the_sender(text: str) -> None:
    assert sender(text) == "U.S. Environmental Protection Agency"


@pytest.mark.parametrize(
    "names",
    [
        "the EPA's Region 5 and the Department of Labor",
        "the EPA as well as the Department of Labor",
        "the EPA, together with the Department of Labor,",
        "the EPA, the Department of Labor and the Department of Education",
        "the EPA, the Department of Labor, and the Department of Education",
    ],
)
@pytest.mark.parametrize("text", ["Letters signed by {} were sent to Boise, Idaho.", "A letter from {} went to Boise, Idaho."])
def test_all_who_signed_letters_are_asked_about(text: str, names: str) -> None:
    document = Document("story.txt", "text/plain", b"", datetime(2031, 6, 15, tzinfo=UTC), text.format(names))
    draft = draft_of(document, ZoneInfo("America/New_York"))
    assert draft.authority is None
    [question] = [one for one in draft.questions if one.kind is QuestionKind.SEVERAL_SENDERS]
    assert len(question.readings) == names.count("Department") + 1

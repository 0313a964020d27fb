"""Pages that list letters, and names that lists of firms cut short: by initials, by sorts, in small letters."""

from __future__ import annotations

import pytest

from bot.reader.gazetteer.gazetteer import gazetteer
from bot.reader.mentions.finding import mentions_in
from bot.reader.text_page import TextPage


def named(text: str) -> list[str]:
    return [mention.name for mention in mentions_in(TextPage(text), gazetteer())]


def institutions(text: str) -> list[str]:
    return [mention.name for mention in mentions_in(TextPage(text), gazetteer()) if mention.is_institution]


TITLES = """Letters
118th Congress
Chairman Roe to Zorvex for information on injuries in the warehouses that it runs in several states 4.2.24
Chairman Roe to Quill AI for information on injuries in the warehouses that it runs in several states 4.2.24
Chairman Roe to Blue Shield of Ohio for information on injuries in the warehouses that it runs in states 4.2.24
Chairman Roe to National Lacrosse League Commissioner Al Finch on blackouts in several of its states 4.2.24
"""


def test_titles_of_letters_on_a_page_name_whom_they_went_to() -> None:
    assert institutions(TITLES) == ["Zorvex", "Quill AI", "Blue Shield of Ohio", "National Lacrosse League"]


@pytest.mark.parametrize(
    "text",
    [
        TITLES.replace("Letters\n", "Hearings\n"),
        "Letters\nGov. Roe to Visit Zorvex on Friday\nMayor Doe to Open Zorvex Park",
    ],
)
def test_other_headlines_with_a_day_name_nobody(text: str) -> None:
    assert "Zorvex" not in institutions(text)


@pytest.mark.parametrize(
    "text",
    [
        "The letters can be read here: Zorvex [PDF], Marlow [PDF] and Quill AI [PDF].",
        "Letters sent on May 3, 2023\n\nZorvex - May 3, 2023\nMarlow - May 4, 2023\nQuill AI - May 4, 2023\n",
        "Rep. Roe sent letters to the firms:\n\nZorvex (PDF)\nMarlow (PDF)\nQuill AI (PDF)\n",
        "March 3, 2021\n\nOversight letters\nMarch 3, 2021 - Chairwoman Doe to Zorvex on data (PDF)\n"
        "March 3, 2021 - Chairwoman Doe to Marlow on data (PDF)\nMarch 3, 2021 - Chairwoman Doe to Quill AI on data (PDF)\n",
    ],
)
def test_a_day_or_a_link_may_stand_behind_each(text: str) -> None:
    assert institutions(text) == ["Zorvex", "Marlow", "Quill AI"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "He wrote to the Office of Rivers and Dams (ORD) and the American Federation of Nurses and Midwives (AFNM).",
            ["Office of Rivers and Dams", "American Federation of Nurses and Midwives"],
        ),
        ("He wrote to the National Association of Realtors and Surveyors.", ["National Association of Realtors and Surveyors"]),
        ("She wrote to Carnegie Endowment for Peace and Marlow.", ["Carnegie Endowment for Peace", "Marlow"]),
        ("She wrote to Elm Hospital & Clinic and Zorvex.", ["Elm Hospital & Clinic", "Zorvex"]),
        ("Letters went to Mercy Anna K. Jones (Ohio) and Elm Hospital (Ohio).", ["Mercy Anna K. Jones", "Elm Hospital"]),
        ("Letters went to Zorvex, Finch House Networks and Quill TV.", ["Zorvex", "Finch House Networks", "Quill TV"]),
        ("Letters went to Zorvex, 12 Oaks Recovery Center and Acme News.", ["Zorvex", "12 Oaks Recovery Center", "Acme News"]),
        (
            "Letters went to Zorvex, Marlow, Quill, dt mobile, Haysco, and Wahoo! All are asked to answer.",
            ["Zorvex", "Marlow", "Quill", "dt mobile", "Haysco", "Wahoo"],
        ),
        (
            "today sent letters to several firms including Zorvex, Marlow\nPower, Haysco\nCorporation,\nGreat\nBasin Foods,\n"
            "and Quill\nMills. The lawmakers asked for answers.",
            ["Zorvex", "Marlow Power", "Haysco Corporation", "Great Basin Foods", "Quill Mills"],
        ),
    ],
)  # fmt: skip
def test_names_are_whole(text: str, found: list[str]) -> None:
    assert institutions(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Letters to six firms are about their Diversity, Equity, and Inclusion (DEI) programs. Diversity, equity matter.",
        "Letters went out to hospitals, a member of the Health, Education, Labor, and Pensions (HELP) Committee said.",
        "Roe Asks Hospitals Why Patients Are Being Denied Emergency Health Care",
        "Letters went to 30 for-profit schools. Roe Asks For-Profit Schools; the hearing was titled Non-Profit Schools.",
        "Letters ask health centers about the 340B program, and what the 340B money is for.",
    ],
)
def test_subjects_and_sorts_are_nobody(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She sent letters demanding Zorvex, Acme Mills and Quill TV stop the calls.", ["Zorvex", "Acme Mills", "Quill TV"]),
        ("She sent letters demanding Social Security records.", []),
        ("Letters went out to Zorvex, Hilton, Haysco, and Quill TV.", ["Zorvex", "Hilton", "Haysco", "Quill TV"]),
        ("Letters went out to Hilton, Reno, and Boise.", []),
    ],
)
def test_firms_are_known_by_what_is_demanded_and_by_those_beside_them(text: str, found: list[str]) -> None:
    assert institutions(text) == found


def test_the_states_of_officials_stay_states() -> None:
    found = named("Letters went to Governors Smith of California and Jones of New York.")
    assert {"California", "New York"} <= {*found}

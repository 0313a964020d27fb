"""Whoever stands where a text says to whom letters went is offered, whatever the name looks like."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.extract.whole_text import draft_of

NOW = datetime.datetime(2032, 6, 15, 12, tzinfo=datetime.UTC)


def named(text: str) -> set[str]:
    """Who is offered, or a certain recipient."""
    document = Document(name="a.txt", media_type="text/plain", content=text.encode(), read_at=NOW, text=text)
    draft = draft_of(document, ZoneInfo("America/New_York"))
    return {one.place.name for one in draft.mentioned} | {one.name for one in draft.recipients}


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        (
            "The board sent letters to Kessel Short Line, R J Tolland Railroad, BNQX and the Old Dunes & Western on Monday.",
            {"Kessel Short Line", "R J Tolland Railroad", "BNQX", "Old Dunes & Western"},
        ),
        (
            "The agency issued subpoenas to the corporate offices of Oxbow J, Tunney's Grain Stores, Prairix and Delta Feed.",
            {"Oxbow J", "Tunney's Grain Stores", "Prairix", "Delta Feed"},
        ),
        (
            "Orders went to five game makers: Hexabit (Pixel), Loot.AI, deepPlay, 9Lives and Max Roe's xPlay to answer.",
            {"Hexabit", "Loot.AI", "deepPlay", "9Lives", "xPlay"},
        ),
        (
            "In letters to the chief executives of Orvia, MedCross, Saint Elva, and Discovery, Senator Roe asked about prices.",
            {"Orvia", "MedCross", "Saint Elva", "Discovery"},
        ),
        (
            "She wrote to the CEOs of HCX and Mercadia on Monday.",
            {"HCX", "Mercadia"},
        ),
        (
            "The union also asked the Valley Melon Growers Exchange to withdraw its threat. The letters went out on Friday.",
            {"Valley Melon Growers Exchange"},
        ),
        (
            "The governors wrote to the National Harbormasters Association and asked for an answer.",
            {"National Harbormasters Association"},
        ),
        (
            "Here are links to the letters:\n\nPaw Comfort http://letters.example/1\n\nPaw Kindhttp://letters.example/2\n\n"
            "Pure Barn https://letters.example/3\n",
            {"Paw Comfort", "Paw Kind", "Pure Barn"},
        ),
        (
            "Letters went to Our Lady of Sorrows, St. Bede's, Holy Name and the Diocese of Marl about their schools.",
            {"Our Lady of Sorrows", "St. Bede's", "Holy Name", "Diocese of Marl"},
        ),
        (
            "Quorra, Vantro and Blue Anchor Terminals each received a letter from the commission.",
            {"Quorra", "Vantro", "Blue Anchor Terminals"},
        ),
        (
            "He said that Elmstead Cruises and Sailaway were sent subpoenas last week.",
            {"Elmstead Cruises", "Sailaway"},
        ),
        (
            "The senator wrote to QT&T's Jane Roe, V-Mobile's John Poe and Horizon's Ann Doe.",
            {"QT&T", "V-Mobile", "Horizon"},
        ),
        (
            "It subpoenaed three lenders - Plainview Loans, owned by the Heron Tribe; MoboLend, based in Reno, and Zip Green.",
            {"Plainview Loans", "MoboLend", "Zip Green"},
        ),
        (
            "Letters to hospitals:\n- Alder Data of Reno, Nev. It was one.\n- All Clear Clinics: two.\n- Mercado: fined.",
            {"Alder Data", "All Clear Clinics", "Mercado"},
        ),
        (
            "The senators sent letters to the director of the Dock Trust of Marl, which runs John F. Poe Pier (JFP), and the "
            "interim chief executive officer of Wharfside, which runs two more.",
            {"Dock Trust of Marl", "Wharfside"},
        ),
        (
            "The commission mailed notices to Heron Nation, WinMore, the Otter Band and Lucky 7s.",
            {"Heron Nation", "WinMore", "Otter Band"},
        ),
        (
            "A letter urging Granary One to stop was joined by one to nobody else. The last, to Silo Kings, is longer.",
            {"Granary One", "Silo Kings"},
        ),
        (
            "The attorney general served civil investigative demands on Kya and Hondai, whose cars are stolen.",
            {"Kya", "Hondai"},
        ),
        (
            "Warning letters were sent to companies including FizzUp, Brew Two, and Hooper's Lakeside.",
            {"FizzUp", "Brew Two", "Hooper's Lakeside"},
        ),
        (
            "The letter was addressed to Tessel Corp., Uno Grain Inc., U S Silo and Port Marl Stevedores; Wheatly; and CORX.",
            {"Tessel Corp.", "Uno Grain Inc.", "U S Silo", "Port Marl Stevedores", "Wheatly", "CORX"},
        ),
        (
            "Letters to heads of Tessel Media and Corvid Cable Group.\n\nAl Poe\nPresident and CEO, Corvid Cable Group\nSir",
            {"Tessel Media", "Corvid Cable Group"},
        ),
        ("A cease and desist letter went from her office to Granary Tuesday, after complaints.", {"Granary"}),
        ("Open Letter to the QuayOS Foundation\n\nWe ask you to act. It was a long year.", {"QuayOS Foundation"}),
        (
            "We wrote this letter.\n\nTo:\n\nTilo Varga, Director of Marl Harbor District Dredging Bureau\n\n"
            "Ada Brook, Chairman, All-Marl Federation of Trade Unions\n\n1 May 2019\n\nWe ask you to release them.",
            {"Marl Harbor District Dredging Bureau", "All-Marl Federation of Trade Unions"},
        ),
        (
            "They wrote to the heads of the Securities and Exchange Commission, Federal Reserve, Office of the Comptroller "
            "of the Currency and the Consumer Financial Protection Bureau.",
            {
                "Securities and Exchange Commission",
                "Federal Reserve",
                "Office of the Comptroller of the Currency",
                "Consumer Financial Protection Bureau",
            },
        ),
        (
            "The letter went to the heads of the FBI, the Departments of Homeland Security and Justice, Customs and Border "
            "Protection and the Drug Enforcement Administration.",
            {
                "Federal Bureau of Investigation",
                "Department of Homeland Security",
                "Department of Justice",
                "Customs and Border Protection",
                "Drug Enforcement Administration",
            },
        ),
        (
            "In letters mailed Feb. 29, 2012 to mayors, first selectmen, the Department of Harbor Services and the presidents "
            "of Dock University and Quay College, they asked for an audit.",
            {"Department of Harbor Services", "Dock University", "Quay College"},
        ),
        (
            "Addressees of the letter were Federal Reserve chair Jane Roe, and National Credit Union Administration chair Al.",
            {"Federal Reserve", "National Credit Union Administration"},
        ),
        (
            "It wrote to the Commissioner of the Food and Drug Administration (FDA) Al Poe, Secretary of the Department of "
            "Homeland Security (DHS) Jane Roe and the United States Trade Representative Ann Doe, asking why.",
            {"Food and Drug Administration", "Department of Homeland Security", "United States Trade Representative"},
        ),
        (
            "Subpoenas went to Stemworks, a firm that sells samples; Desert Options, an Ames clinic; and Elm University.",
            {"Stemworks", "Desert Options", "Elm University"},
        ),
        (
            "It sent a notice of intent to sue to the National Marine Fisheries Service (NMFS), also known as NOAA Fisheries, "
            "and the U.S. Army Corps of Engineers (Corps).",
            {"National Marine Fisheries Service", "U.S. Army Corps of Engineers"},
        ),
        (
            "Four makers were included in the letter including: Tessel Gaming of Ames, Iowa; Quorra Tech of Reno, Nevada; "
            "Alder Slots of Boise, Idaho; and Vantro Play of Mesa, Arizona.",
            {"Tessel Gaming", "Quorra Tech", "Alder Slots", "Vantro Play"},
        ),
        ("A letter addressed to Attorney General Pam Bondi asks about voters.", {"Department of Justice"}),
        (
            "Legal staff sent complaint letters.\n\nContact: Marl Elementary, Boise, Idaho, Aug. 1.\n\nIt prayed.",
            {"Marl Elementary"},
        ),
        (
            "They sent letters to three key regulators: the Federal Reserve (Fed), the Federal Deposit Insurance Corporation "
            "(FDIC), and the Office of the Comptroller of the Currency (OCC), on banks.",
            {"Federal Reserve", "Federal Deposit Insurance Corporation", "Office of the Comptroller of the Currency"},
        ),
        ("The senators are demanding answers from Tunnelworks and DHS.", {"Tunnelworks", "Department of Homeland Security"}),
        ("The group sent a letter to the FCC on Monday.", {"Federal Communications Commission"}),
        ("In a letter to Transportation Secretary Al Poe, they asked for records.", {"Department of Transportation"}),
        ("Letter to the Hon. Al Poe, Secretary of Agriculture - Members Demand Answers", {"Department of Agriculture"}),
        ("A letter released today by Senator Roe asks IRS Commissioner Al Poe how far it is.", {"Internal Revenue Service"}),
        ("A letter to the United States Department of Transportation (DOT) seeks clarity.", {"Department of Transportation"}),
        ("The group sent a notice of intent to sue to the U.S. Fish and Wildlife Service.", {"U.S. Fish and Wildlife Service"}),
        ("The riverkeeper filed a notice of intent to sue the Marl Sewer Works over spills.", {"Marl Sewer Works"}),
        ("Read the letters to Dominion Ballots, Election Systems & Software and Hart Vote.", {"Election Systems & Software"}),
        (
            "Letters went to the Association of Public and Land Grant Universities and the Association of Elm Universities.",
            {"Association of Public and Land Grant Universities", "Association of Elm Universities"},
        ),
        (
            "June 2, 2020 Secretary Al Poe US Department of the Interior 12 Elm Street, N.W. Washington, DC 20240 RE: It Dear "
            "Secretary Poe: We write to you. Administrator Jane Roe",
            {"US Department of the Interior"},
        ),
        (
            "Alder State University (ASU) and the state went to court. Then came a letter to ASU President Jane Roe on sport.",
            {"Alder State University"},
        ),
        ("A letter went to Acting DHS Secretary Al Poe on Monday.", {"Department of Homeland Security"}),
        (
            "The committee wrote to Elm College and California Polytechnic State University.",
            {"Elm College", "California Polytechnic State University"},
        ),
        ("Letters for Quayside Parish Council and Mud & Reed were posted.", {"Quayside Parish Council", "Mud & Reed"}),
    ],
)
def test_whoever_is_written_to_is_offered(text: str, addressed: set[str]) -> None:
    assert addressed <= named(text)


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("The notice came in a letter to Georgia Secretary of State Nora Whitt.", "Department of State"),
        ("A letter went to Attorney General Ken Paxton about voters.", "Department of Justice"),
        ("A letter went to the Ohio EPA on Monday.", "Environmental Protection Agency"),
        ("Letters to the Association of Public and Land Grant Universities went out.", "Land Grant University"),
        ("Sens. Ed Roe, D-Mass., and Bill Poe, R-La., sent a letter to the FCC.", "D-Mass"),
        ("Notice of Intent to Sue: Failure to Ensure That the Plans Meet the Goals", "Failure"),
    ],
)
def test_what_only_looks_like_one_who_is_written_to_is_not(text: str, nobody: str) -> None:
    assert nobody not in named(text)


def test_two_names_of_a_line_that_lost_its_columns_are_two() -> None:
    lines = "Mr. Al Poe Dr. Jane Roe\nPresident President\nAlder University Birch University\n1 Elm Hall 2 Oak Hall\n"
    text = f"July 6, 2023\n\n{lines}Reno, NV 89501 Boise, ID 83702\n\nDear Presidents:\n\nI write to express concern."
    assert {"Alder University", "Birch University"} <= named(text)

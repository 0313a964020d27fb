"""A PDF is read as it is laid out: columns one after the other, tables row by row, nothing of the page's margins in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.desk.draft_reading import draft_of
from bot.reader.documents import from_file
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.parsed_file import ParsedFile
from bot.reader.documents.parsers import parse
from bot.words.questions import question_text
from tests.corpus.samples import SCAN, Box, Drawn, Words, placed_pdf

LEFT = ["Denver, Colorado", "Boulder, Colorado", "Cook County, Illinois", "Chicago, Illinois", "Oakland, California"]
RIGHT = ["Seattle, Washington", "Newark, New Jersey", "Albany, New York", "St. Paul, Minnesota", "New Haven, Connecticut"]
THIRD = ["Burlington, Vermont", "Portland, Maine", "Salem, Oregon", "Boise, Idaho", "Santa Fe, New Mexico"]
INTRO = [
    "The Department of Labor today sent letters to the following jurisdictions, which have",
    "to produce documents by Friday, April 3, 2026, or will be taken to court. The letters",
    "ask for records of the past three years, and for the names of the officials who have",
    "kept them. Each of the jurisdictions has received grants in that time:",
]
JOINED = " ".join(INTRO)


def column(x: float, y: float, lines: Sequence[str], step: float = 14, size: float = 11) -> list[Drawn]:
    return [Words(x, y + step * number, line, size) for number, line in enumerate(lines)]


def table(xs: Sequence[float], y: float, rows: Sequence[Sequence[str]], step: float = 20) -> Iterator[Drawn]:
    """Rows of cells, the lines of a cell 12 points apart; rows grow with their cells."""
    for row in rows:
        for x, cell in zip(xs, row, strict=True):
            yield from column(x, y, cell.split("\n") if cell else [], 12, 10)
        y += step + 12 * max(cell.count("\n") for cell in row)


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Drawn]:
    across: list[Drawn] = [Box(xs[0], y, xs[-1], y) for y in ys]
    return across + [Box(x, ys[0], x, ys[-1]) for x in xs]


def read(*pages: Sequence[Drawn], rotate: int = 0) -> ParsedFile:
    return parse(FileKind.PDF, placed_pdf(*pages, rotate=rotate), "a.pdf")


def lines(*pages: Sequence[Drawn], rotate: int = 0) -> list[str]:
    return [line for line in read(*pages, rotate=rotate).text.split("\n") if line]


HEADS = ["Recipient", "State", "Deadline"]
ROWS = [
    ["Denver", "Colorado", "April 3, 2026"],
    ["Cook County", "Illinois", "April 3, 2026"],
    ["St. Paul", "Minnesota", "April 10, 2026"],
    ["Newark", "New Jersey", ""],
]
XS = (72, 240, 380)
WRAPPED = [
    ["Consolidated City and County of\nSan Francisco", "California", "April 3, 2026"],
    ["Cook County", "Illinois", "April 3, 2026, at\nnoon"],
    ["Metropolitan Government\nof Nashville", "Tennessee", "April 10, 2026"],
]
UNWRAPPED = [[cell.replace("\n", " ") for cell in row] for row in WRAPPED]


def tabbed(*rows: Sequence[str]) -> list[str]:
    return ["\t".join(row).rstrip("\t") for row in rows]


def offset(pieces: Sequence[Drawn], y: float) -> list[Drawn]:
    return [Words(piece.x, piece.y + y, piece.text, piece.size) for piece in pieces if isinstance(piece, Words)]


LEFT_PROSE = [
    "The cities were told last week",
    "that they have to answer, and",
    "that no city may wait for the",
    "others. Their lawyers met on",
    "Tuesday. They will meet again",
    "after the holiday, they said.",
]
RIGHT_PROSE = [
    "Nobody knows how many of the",
    "counties will answer. Some of",
    "them have asked for more time",
    "but have not been given any.",
]
HEADED = [Words(60, 40, "Office of the Secretary", 9), Words(500, 40, "Letters of 2026", 9)]


def numbered(number: int, entries: Sequence[str]) -> list[Drawn]:
    return [*HEADED, *column(72, 90, entries), Words(300, 750, f"Page {number} of 3", 9), Words(60, 765, "www.example.org", 9)]


Case = tuple[list[Sequence[Drawn]], list[str]]
CASES: dict[str, Case] = {
    "two columns": ([[*column(72, 90, INTRO), *column(72, 160, LEFT), *column(340, 160, RIGHT)]], [JOINED, *LEFT, *RIGHT]),
    "two columns close together": ([[*column(72, 160, LEFT), *column(200, 160, RIGHT)]], [*LEFT, *RIGHT]),
    "two columns on other baselines": ([[*column(72, 160, LEFT), *column(340, 167, RIGHT)]], [*LEFT, *RIGHT]),
    "two columns that differ a little": ([[*column(72, 160, LEFT), *column(340, 163, RIGHT)]], [*LEFT, *RIGHT]),
    "two columns drawn row by row": (
        [[piece for pair in zip(column(72, 160, LEFT), column(340, 160, RIGHT), strict=True) for piece in pair]],
        [*LEFT, *RIGHT],
    ),
    "a heading over two columns": (
        [
            [
                Words(150, 130, "Jurisdictions that have received a letter so far"),
                *column(72, 160, LEFT),
                *column(340, 160, RIGHT),
            ]
        ],
        ["Jurisdictions that have received a letter so far", *LEFT, *RIGHT],
    ),
    "a heading over each column": (
        [[*column(72, 160, ["Counties", *LEFT]), *column(340, 160, ["Cities", *RIGHT])]],
        ["Counties", *LEFT, "Cities", *RIGHT],
    ),
    "uneven columns": (
        [[*column(72, 160, LEFT), *column(340, 160, RIGHT[:3]), Words(72, 270, "More letters will follow.")]],
        [*LEFT, *RIGHT[:3], "More letters will follow."],
    ),
    "the right column is longer": (
        [[*column(72, 160, LEFT[:3]), *column(340, 160, RIGHT), Words(72, 270, "More letters will follow.")]],
        [*LEFT[:3], *RIGHT, "More letters will follow."],
    ),
    "three columns": (
        [[*column(60, 160, LEFT), *column(230, 160, RIGHT), *column(410, 160, THIRD)]],
        [*LEFT, *RIGHT, *THIRD],
    ),
    "three columns, the last one short": (
        [[*column(60, 160, LEFT), *column(230, 160, RIGHT), *column(410, 160, THIRD[:2])]],
        [*LEFT, *RIGHT, *THIRD[:2]],
    ),
    "columns of short names": (
        [
            [
                *column(72, 160, ["Denver", "Boulder", "Aurora"]),
                *column(190, 160, ["Ames", "Troy", "Rome"]),
                *column(300, 160, ["Ohio"]),
            ]
        ],
        ["Denver", "Boulder", "Aurora", "Ames", "Troy", "Rome", "Ohio"],
    ),
    "columns with bullets": (
        [
            [
                *(Words(72, 160 + 14 * number, "•") for number in range(5)),
                *column(90, 160, LEFT),
                *(Words(320, 160 + 14 * number, "•") for number in range(5)),
                *column(338, 160, RIGHT),
            ]
        ],
        [f"• {place}" for place in [*LEFT, *RIGHT]],
    ),
    "numbered entries": (
        [[*column(72, 160, ["1.", "2.", "3.", "4.", "5."]), *column(100, 160, LEFT)]],
        [f"{number}. {place}" for number, place in enumerate(LEFT, 1)],
    ),
    "columns of prose": (
        [[*column(72, 160, LEFT_PROSE), *column(260, 160, RIGHT_PROSE)]],
        [" ".join(LEFT_PROSE), " ".join(RIGHT_PROSE)],
    ),
    "table": ([list(table(XS, 160, [HEADS, *ROWS]))], tabbed(HEADS, *ROWS)),
    "table without a head": ([list(table(XS, 160, ROWS))], tabbed(*ROWS)),
    "table of two columns": ([list(table(XS[:2], 160, [row[:2] for row in ROWS]))], tabbed(*(row[:2] for row in ROWS))),
    "table with close rows": ([list(table(XS, 160, [HEADS, *ROWS], step=12))], tabbed(HEADS, *ROWS)),
    "table drawn by column": (
        [
            [
                piece
                for number in range(3)
                for piece in table(XS[number : number + 1], 160, [row[number : number + 1] for row in ROWS])
            ]
        ],
        tabbed(*ROWS),
    ),
    "table with rules": (
        [[*table(XS, 160, [HEADS, *ROWS]), *grid((66, 234, 374, 500), [147 + 20 * number for number in range(6)])]],
        tabbed(HEADS, *ROWS),
    ),
    "table with narrow cells and rules": (
        [[*table((72, 132, 190), 160, [HEADS, *ROWS]), *grid((69, 129, 187, 260), [147 + 20 * number for number in range(6)])]],
        tabbed(HEADS, *ROWS),
    ),
    "cells of more lines": ([list(table(XS, 160, [HEADS, *WRAPPED]))], tabbed(HEADS, *UNWRAPPED)),
    "cells of more lines, rows close together": ([list(table(XS, 160, [HEADS, *WRAPPED], step=12))], tabbed(HEADS, *UNWRAPPED)),
    "cells of more lines, with rules": (
        [[*table(XS, 160, [HEADS, *WRAPPED]), *grid((66, 234, 374, 500), (147, 167, 199, 231, 263))]],
        tabbed(HEADS, *UNWRAPPED),
    ),
    "table of names and places": (
        [
            list(
                table(
                    (72, 280),
                    160,
                    [
                        ["The Honorable Ann Lee", "City of Denver"],
                        ["Mayor John Doe", "Boulder, Colorado"],
                        ["Sheriff Max Roe", "Cook County"],
                    ],
                )
            )
        ],
        ["The Honorable Ann Lee\tCity of Denver", "Mayor John Doe\tBoulder, Colorado", "Sheriff Max Roe\tCook County"],
    ),
    "table with leaders": (
        [[Words(72, 160 + 14 * number, f"{row[0]} ........................ {row[2]}") for number, row in enumerate(ROWS[:3])]],
        tabbed(*([row[0], row[2]] for row in ROWS[:3])),
    ),
    "labels": (
        [
            [
                *column(72, 90, ["To:", "From:", "Date:"]),
                *column(130, 90, ["Mayor Ann Lee", "Department of Labor", "March 4, 2026"]),
            ]
        ],
        ["To:\tMayor Ann Lee", "From:\tDepartment of Labor", "Date:\tMarch 4, 2026"],
    ),
    "list in a cell": (
        [
            [
                *column(72, 160, ["Colorado"]),
                *column(200, 160, ["Denver", "Boulder", "Aurora"]),
                *column(72, 210, ["Illinois"]),
                *column(200, 210, ["Chicago", "Peoria", "Cairo"]),
                *column(72, 260, ["Ohio"]),
                *column(200, 260, ["Akron", "Toledo", "Dayton"]),
                *grid((66, 190, 320), (147, 197, 247, 297)),
            ]
        ],
        [
            "Colorado",
            "Denver",
            "Boulder",
            "Aurora",
            "Illinois",
            "Chicago",
            "Peoria",
            "Cairo",
            "Ohio",
            "Akron",
            "Toledo",
            "Dayton",
        ],
    ),
    "list beside a heading": (
        [
            [
                *column(72, 160, ["Colorado"]),
                *column(200, 160, ["Denver", "Boulder", "Aurora"]),
                *column(72, 202, ["Illinois"]),
                *column(200, 202, ["Chicago", "Peoria"]),
            ]
        ],
        ["Colorado", "Denver", "Boulder", "Aurora", "Illinois", "Chicago", "Peoria"],
    ),
    "running headings and page numbers": (
        [numbered(1, LEFT), numbered(2, RIGHT), numbered(3, THIRD)],
        ["Office of the Secretary", "Letters of 2026", *LEFT, *RIGHT, *THIRD, "www.example.org"],
    ),
    "numbers of pages alone": (
        [[*column(72, 90, LEFT), Words(300, 740, "1")], [*column(72, 90, RIGHT), Words(300, 740, "- 2 -")]],
        [*LEFT, *RIGHT],
    ),
    "the heading of a letter's second page": (
        [
            [*column(72, 90, INTRO), *column(72, 160, LEFT)],
            [*column(72, 60, ["The Honorable Ann Lee", "March 4, 2026", "Page 2"]), *column(72, 130, RIGHT)],
        ],
        [JOINED, *LEFT, *RIGHT],
    ),
    "a list above another one": (
        [
            [
                *column(72, 160, LEFT),
                *column(340, 160, RIGHT),
                Words(72, 250, "Letters will follow:"),
                *column(72, 280, THIRD[:2]),
                *column(215, 280, THIRD[2:4]),
                *column(340, 280, THIRD[4:]),
            ]
        ],
        [*LEFT, *RIGHT, "Letters will follow:", *THIRD],
    ),
    "columns with little room": ([[*column(72, 160, LEFT), *column(184, 160, RIGHT)]], [*LEFT, *RIGHT]),
    "a table with little room": ([list(table((72, 136, 198), 160, ROWS))], tabbed(*ROWS)),
    "spaced letters": (
        [[Words(72 + 14 * number, 90, sign) for number, sign in enumerate("FOR RELEASE") if sign != " "]],
        ["FOR RELEASE"],
    ),
    "a table of kinds": (
        [
            list(
                table(
                    (72, 220),
                    160,
                    [["Akron", "City"], ["Lucas County", "County"], ["Toledo", "City"], ["Kent State", "University"]],
                )
            )
        ],
        ["Akron\tCity", "Lucas County\tCounty", "Toledo\tCity", "Kent State\tUniversity"],
    ),
    "a year in the margin": (
        [[Words(72, 40, "Letters"), Words(500, 40, "2026"), *column(72, 90, LEFT)]],
        ["Letters", "2026", *LEFT],
    ),
    "letterhead beside the date": (
        [
            [
                *column(72, 60, ["U.S. Department of Labor", "Office of the Secretary", "Washington, D.C. 20210"]),
                Words(430, 74, "March 4, 2026"),
                Words(72, 140, "Dear Mayor Lee:"),
                *column(72, 170, INTRO),
            ]
        ],
        [
            "U.S. Department of Labor",
            "Office of the Secretary",
            "Washington, D.C. 20210",
            "March 4, 2026",
            "Dear Mayor Lee:",
            JOINED,
        ],
    ),
    "hyphens at line ends": (
        [
            [
                *column(
                    72, 90, ["The letters went to thirty-seven juris-", "dictions, among them the county of Miami-", "Dade"]
                ),
                *column(72, 150, ["and twenty-", "three others, which are self-", "insured, and to state-"]),
                *column(72, 192, ["wide offices; the state-wide offices", "answered."]),
            ]
        ],
        [
            "The letters went to thirty-seven jurisdictions, among them the county of Miami-Dade",
            "and twenty-three others, which are self-insured, and to state-wide offices; the state-wide offices answered.",
        ],
    ),
    "drawn out of order": (
        [[*reversed(column(72, 160, LEFT)), *reversed(column(72, 90, INTRO))]],
        [JOINED, *LEFT],
    ),
    "turned page": (
        [[Words(100 + 14 * number, 700, line, turns=1) for number, line in enumerate(LEFT)]],
        LEFT,
    ),
    "page turned the other way": ([[Words(300 - 14 * number, 100, line, turns=3) for number, line in enumerate(LEFT)]], LEFT),
    "page upside down": ([[Words(300, 300 - 14 * number, line, turns=2) for number, line in enumerate(LEFT)]], LEFT),
    "stamp at the side": (
        [[*column(72, 160, LEFT), Words(30, 500, "Received March 9, 2026", turns=1)], column(72, 90, RIGHT)],
        [*LEFT, *RIGHT],
    ),
    "spaced paragraphs": (
        [
            [
                *column(72, 90, INTRO),
                *column(72, 170, ["Answers are due on April 3, 2026.", "Late answers do not count."], step=28),
            ]
        ],
        [JOINED, "Answers are due on April 3, 2026.", "Late answers do not count."],
    ),
    "numbers of notes": (
        [
            [
                *(Words(72, 160, "Denver"), Words(106, 156, "1", 6), Words(110, 160, ", Boulder"), Words(156, 156, "12", 6)),
                *(Words(164, 160, "and Chicago."), Words(72, 700, "1", 6), Words(78, 704, "Withdrawn.", 9)),
            ]
        ],
        ["Denver, Boulder and Chicago.", "1 Withdrawn."],
    ),
    "what is struck out": (
        [[*column(72, 160, LEFT), Box(72, 171, 165, 171), Box(72, 212.6, 170, 213.2), Box(72, 190, 180, 190)]],
        [LEFT[0], LEFT[2], LEFT[3]],
    ),
    "a state beside a place that is struck out": (
        [[*table(XS, 160, [HEADS, *ROWS]), Box(72, 217, 110, 217)]],
        tabbed(HEADS, *ROWS[:2], ["", *ROWS[2][1:]], ROWS[3]),
    ),
    "a state that is all that is left of a line": (
        [[*column(72, 160, LEFT), Box(72, 171, 105, 171), Box(72, 199, 165, 199)]],
        [LEFT[0], LEFT[2], LEFT[4]],
    ),
    "what is struck out in a table with rules": (
        [[*table(XS, 160, [HEADS, *ROWS]), *grid((66, 230, 370, 500), (146, 167, 187, 207, 227, 247)), Box(72, 197, 130, 197)]],
        tabbed(HEADS, ROWS[0], ["", *ROWS[1][1:]], *ROWS[2:]),
    ),
    "raised letters": (
        [[Words(72, 160, "by April 3"), Words(118, 156, "rd", 6), Words(128, 160, "at noon")]],
        ["by April 3rd at noon"],
    ),
}


def letter_by_letter(text: str, x: float, y: float) -> list[Drawn]:
    """Each letter by itself, where Helvetica has it."""
    wide = {
        " ": 278,
        "i": 222,
        "l": 222,
        "r": 333,
        "t": 278,
        ",": 278,
        "D": 722,
        "C": 722,
        "m": 833,
        "v": 500,
        "c": 500,
        "k": 500,
    }
    pieces: list[Drawn] = []
    for sign in text:
        pieces.append(Words(x, y, sign))
        x += wide.get(sign, 556) * 11 / 1000
    return pieces


CASES["letters one by one"] = (
    [letter_by_letter("Denver, Colorado", 72, 160) + letter_by_letter("Duluth", 72, 174)],
    ["Denver, Colorado", "Duluth"],
)
CASES["letters one by one, last first"] = ([letter_by_letter("Denver, Colorado", 72, 160)[::-1]], ["Denver, Colorado"])


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_read_in_the_order_in_which_people_read_it(name: str) -> None:
    pages, expected = CASES[name]
    assert lines(*pages) == expected


def across(piece: Drawn) -> tuple[float, float]:
    return (piece.y, piece.x) if isinstance(piece, Words) else (piece.y0, piece.x0)


@pytest.mark.parametrize("name", CASES)
def test_the_order_in_which_a_page_was_drawn_does_not_matter(name: str) -> None:
    pages, expected = CASES[name]
    assert lines(*(sorted(page, key=across) for page in pages)) == expected
    assert lines(*(page[::-1] for page in pages)) == expected


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_a_reader_turns_is_read_as_it_then_stands(turn: int) -> None:
    turned: dict[int, list[Drawn]] = {
        0: column(72, 160, LEFT),
        90: [Words(100 + 14 * number, 700, line, turns=1) for number, line in enumerate(LEFT)],
        180: [Words(300, 300 - 14 * number, line, turns=2) for number, line in enumerate(LEFT)],
        270: [Words(300 - 14 * number, 100, line, turns=3) for number, line in enumerate(LEFT)],
    }
    assert lines(turned[turn], rotate=turn) == LEFT


def test_entries_stand_together_and_paragraphs_apart() -> None:
    page = [*column(72, 90, INTRO), *column(72, 160, LEFT), *column(72, 250, INTRO), *table(XS, 330, ROWS)]
    rows = "\n".join(tabbed(*ROWS))
    assert read(page).text == "\n\n".join([JOINED, "\n".join(LEFT), JOINED, rows])


def test_a_list_goes_on_over_the_end_of_a_page() -> None:
    assert read(column(72, 600, LEFT), column(72, 90, RIGHT)).text == "\n".join([*LEFT, *RIGHT])


def test_a_sentence_goes_on_over_the_end_of_a_page_and_of_a_column() -> None:
    assert lines(column(72, 670, INTRO[:2]), column(72, 90, INTRO[2:])) == [JOINED]
    halves = [*column(72, 160, LEFT_PROSE[:4]), *column(260, 160, ["lawyers, they said, and will", *RIGHT_PROSE[1:]])]
    assert lines(halves)[0].startswith(" ".join(LEFT_PROSE[:4]) + " lawyers, they said")


def test_ligatures_are_written_out() -> None:
    assert lines([Words(72, 160, "the of\ufb01ces of the sheriff, \ufb01ve of\ufb01cers and a \ufb02ag")]) == [
        "the offices of the sheriff, five officers and a flag"
    ]


# Pages that are pictures


@pytest.mark.parametrize("stamp", ["", "2 of 5", "Page 2"])
def test_pages_that_are_pictures_are_counted(stamp: str) -> None:
    stamps = [Words(300, 760, stamp)] if stamp else []
    parsed = read(column(72, 90, INTRO), [SCAN, *stamps], [SCAN], column(72, 90, LEFT), [SCAN, *column(72, 90, RIGHT)])
    assert (parsed.pages, parsed.pictures) == (5, (2, 3)), "the last page has text over its picture"


def test_a_letter_with_a_seal_and_an_empty_page_has_no_page_that_is_a_picture() -> None:
    parsed = read([Box(250, 30, 350, 130, is_scan=True), *column(72, 160, LEFT)], [])
    assert (parsed.text, parsed.pages, parsed.pictures) == ("\n".join(LEFT), 2, ())


async def test_pages_that_are_pictures_are_asked_about() -> None:
    content = placed_pdf(column(72, 90, INTRO), [SCAN], column(72, 90, LEFT), [SCAN])
    document = await from_file("a.pdf", content, datetime(2026, 3, 5, 12, tzinfo=UTC))
    asked = [question_text(question) for question in draft_of(document, ZoneInfo("America/New_York")).questions]
    assert "Pages 2 and 4 of 4 are pictures without text and were not read. Do they name recipients or a deadline?" in asked

"""Authorities are found by their names, as texts write them."""

from __future__ import annotations

import pytest

from bot.reader.extract.authorities import authorities_in


def named(text: str) -> list[str]:
    return [one.name for one in authorities_in(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the american civil liberties union of Iowa sent letters", ["American Civil Liberties Union of Iowa"]),
        ("The ACLU wrote, and the aclu wrote", ["American Civil Liberties Union"]),
        ("The D.C. Attorney General wrote", ["Attorney General of District of Columbia"]),
        ("Hawai'i Governor Otis Lamb wrote. Lamb asked", ["Governor of Hawaii"] * 3),
        ("Marta Quill, the Governor of Washington State", ["Governor of Washington"]),
        ("Attorney General Warns Mayor", []),
        ("the city's Department of Education and the U.S. Department of Education", ["U.S. Department of Education"]),
        ("the Secretary of State of Ohio and a secretary of state", ["Secretary of State of Ohio"]),
        ("a coalition of twenty-one Democratic attorneys general", ["twenty-one Democratic attorneys general"]),
    ],
)
def test_each_authority_has_its_canonical_name(text: str, names: list[str]) -> None:
    assert named(text) == names


def test_the_governor_is_the_one_that_the_text_names() -> None:
    assert named("Governor Sloan of Maine wrote. The governor asked") == ["Governor of Maine"] * 2
    assert named("Maine Governor Sloan and Ohio Governor Roe met. The governor asked") == [
        *["Governor of Maine"] * 2,
        *["Governor of Ohio"] * 2,
    ]

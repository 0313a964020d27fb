"""Text that a wrong encoding has garbled is recognised, and text with accents is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.garbled_text import as_meant

RIGHT = [
    "Doña Ana County",
    "DOÑA ANA COUNTY",
    "Cañon City",
    "São Paulo",
    "SÃO PAULO",
    "SÃO TOMÉ’S",
    "Ã",
    "“IRMÔ",
    "À la carte",
    "Saint-Étienne, « Œuvres »",
    "Río Arriba",
    "La Cañada Flintridge",
    "Kauaʻi",
    "Hawai‘i",
    "Utqiaġvik",
    "Łódź",
    "8 U.S.C. § 1373 – “all documents” … 50 % • €25",
    "CAFÉ’S “CAFÉ” CAFÉ™ CAFÉ – CAFÉ—",
    "Türkei, Straße, Ångström, ÅÄÖ",
    "Bayamón, Mayagüez, Peñuelas, Añasco",
    "Mac Óengus, McÉwan",
    "Đorđević, Ștefan, Nguyễn Việt",
    "Київ, Αθήνα, 城市, العربية",
    "Fußgänger – Größe",
    "25 ± 3 m², £25, ¥3, ½",
    "plain ASCII?",
]
NAMES = [
    "Doña Ana County", "Cañon City", "Río Arriba", "Peñasco", "Mayagüez", "Bayamón", "Española", "Île-de-France", "Kauaʻi",
    "Utqiaġvik", "“Demand”", "it’s", "Demand – part", "8 U.S.C. § 1373", "€25", "CAÑON CITY", "ÁVILA", "ÍÓÚ", "Ñuñoa",
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_text_with_accents_is_right(text: str) -> None:
    assert as_meant(text) is None


def _cp1252(data: bytes) -> str:
    """As browsers and Excel decode it: bytes without a sign stay as they are."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("misread", ["windows-1252", "latin-1", "mac_roman", "cp437", "cp850"])
def test_utf_8_that_was_read_as_something_else_is_recognised(name: str, misread: str) -> None:
    data = name.encode()
    garbled = _cp1252(data) if misread == "windows-1252" else data.decode(misread)
    assert as_meant(garbled) == name
    assert as_meant(f"The {garbled} of 2018") == f"The {name} of 2018"


@pytest.mark.parametrize("name", NAMES)
def test_also_if_it_happened_twice(name: str) -> None:
    assert as_meant(_cp1252(_cp1252(name.encode()).encode())) == name
    assert as_meant(name.encode().decode("latin-1").encode().decode("latin-1")) == name


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("DoÃ±a Ana", "Doña Ana"),
        ("CaÃ±on City", "Cañon City"),
        ("DoÃƒÂ±a Ana", "Doña Ana"),
        ("Ã©", "é"),
        ("itâ€™s", "it’s"),
        ("â€œallâ€ of it", "“all” of it"),
        ("Do√±a Ana", "Doña Ana"),
        ("Do├▒a Ana", "Doña Ana"),
        ("DoÒa Ana", "Doña Ana"),
        ("R¡o Arriba", "Río Arriba"),
        ("Do¤a Ana", "Doña Ana"),
        ("Do±a Ana", "Doña Ana"),
        ("O\x92Brien", "O’Brien"),
        ("RÃ\xado Arriba", "Río Arriba"),
        ("voilÃ\xa0", "voilà"),
        ("Â§ 1373", "§ 1373"),
        ("DoÃ±a Ana – Condado", "Doña Ana – Condado"),
        ("ï»¿Denver", "Denver"),
        ("Do\ufffda Ana", "Do\ufffda Ana"),
        ("Doï¿½a Ana", "Do\ufffda Ana"),
    ],
)
def test_what_it_seems_to_have_been(garbled: str, meant: str) -> None:
    assert as_meant(garbled) == meant


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_is_never_garbled(text: str) -> None:
    assert as_meant(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    meant = as_meant(text)
    assert meant is None or isinstance(meant, str)


def test_each_word_of_a_long_text_is_read() -> None:
    assert as_meant("DoÒa Ana " * 60_000) == "Doña Ana " * 60_000

"""Small lists of governments, in the documented form and in those of the Census Bureau. All places in them are made up, or real
ones that have been told apart, absorbed or left out for a reason.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

US = "ocd-division/country:us/state:"
HEADER = "id,name,census_geoid"
LINES = (
    f"{US}oh/county:quill,Quill County,place-39901",
    f"{US}oh/county:quill/place:penny,Penny township,place-3990188888",
    f"{US}oh/place:quillton,Quillton village,place-3988888",
    f"{US}oh/place:zaleskiburg_city,Zaleskiburg City city,place-3988777",
)
COUNTIES = (
    ("OH", "39901", "Quill County"),
    ("IL", "17901", "Prairie County"),
    ("LA", "22901", "Bayou Parish"),
    ("PR", "72901", "Palma Municipio"),
    ("AK", "02901", "Glacier City and Borough"),
    ("AK", "02902", "Tundra Census Area"),
    ("CT", "09901", "Shore Planning Region"),
    ("DC", "11001", "District of Columbia"),
    ("VA", "51901", "Tidewater city"),
    ("GA", "13901", "Webfoot County"),
    ("VT", "50901", "Maple County"),
)
PLACES = (  # the last part is the functional status
    ("OH", "3988888", "Quillton village", "A"),
    ("OH", "3988777", "Zaleskiburg City city", "A"),
    ("OH", "3988001", "Crossroads CDP", "S"),
    ("OH", "3988002", "Ghosttown village", "I"),
    ("VA", "5188901", "Tidewater city", "A"),
    ("GA", "1388901", "Webfoot County unified government", "A"),
    ("GA", "1388902", "Duckville-Pond County unified government", "A"),
    ("TN", "4788901", "Twang-Harmony metropolitan government (balance)", "F"),
    ("LA", "2288901", "Partly city", "B"),
    ("NM", "3588901", "Doña Vista village", "A"),
    ("VT", "5088901", "Barrel city", "A"),
    ("VT", "5088902", "Barrel village", "A"),
    ("TX", "4888901", "Twin town", "A"),
    ("TX", "4888902", "Twin town", "A"),
)
SUBDIVISIONS = (
    ("OH", "3990188888", "Penny township", "A"),
    ("OH", "3990188889", "Absorbed township", "C"),
    ("IL", "1790188888", "Half township", "B"),
    ("IL", "1790188889", "Idle township", "I"),
    ("IL", "1790188890", "Line precinct", "N"),
    ("IL", "1790199999", "County subdivisions not defined", "F"),
    ("IA", "1990188888", "Beneath township", "G"),
    ("VT", "5090188888", "Barrel town", "A"),
)
#: What becomes of them: the id behind country:us/, the name, the Census code.
TRANSLATED = {
    "district:dc": ("District of Columbia", "11001"),
    "state:ak/borough:glacier": ("Glacier City and Borough", "02901"),
    "state:ga/county:webfoot": ("Webfoot County", "13901"),
    "state:ga/place:duckville": ("Duckville-Pond County unified government", "1388902"),
    "state:il/county:prairie": ("Prairie County", "17901"),
    "state:il/county:prairie/place:half": ("Half township", "1790188888"),
    "state:la/parish:bayou": ("Bayou Parish", "22901"),
    "state:la/place:partly": ("Partly city", "2288901"),
    "state:nm/place:doña_vista": ("Doña Vista village", "3588901"),
    "state:oh/county:quill": ("Quill County", "39901"),
    "state:oh/county:quill/place:penny": ("Penny township", "3990188888"),
    "state:oh/place:quillton": ("Quillton village", "3988888"),
    "state:oh/place:zaleskiburg_city": ("Zaleskiburg City city", "3988777"),
    "state:tn/place:twang": ("Twang-Harmony metropolitan government", "4788901"),
    "state:tx/place:twin_town_~census_4888901~": ("Twin town", "4888901"),
    "state:tx/place:twin_town_~census_4888902~": ("Twin town", "4888902"),
    "state:va/place:tidewater": ("Tidewater city", "5188901"),
    "state:vt/county:maple": ("Maple County", "50901"),
    "state:vt/place:barrel_city": ("Barrel city", "5088901"),
    "state:vt/place:barrel_town": ("Barrel town", "5090188888"),
    "state:vt/place:barrel_village": ("Barrel village", "5088902"),
    "territory:pr/municipio:palma": ("Palma Municipio", "72901"),
}
LEFT_OUT = {"statistical": 3, "not_active": 3, "subordinate": 1, "same_government": 4}


def listed(*lines: str) -> bytes:
    """A list in the documented form."""
    return "".join(f"{line}\n" for line in (HEADER, *lines)).encode()


def census_file(rows: Sequence[tuple[str, ...]], year: int = 2025) -> bytes:
    """A Gazetteer file of counties, places or county subdivisions, by the length of the codes."""
    digits = len(rows[0][1])
    columns = ["USPS", "GEOID", *(["GEOIDFQ"] if year >= 2025 else []), "ANSICODE", "NAME"]
    columns += {5: [], 7: ["LSAD", "FUNCSTAT"], 10: ["FUNCSTAT"]}[digits] + ["ALAND", "INTPTLONG"]
    lines = [columns]
    for state, code, name, *status in rows:
        cells = {"USPS": state, "GEOID": code, "NAME": name, "FUNCSTAT": "".join(status), "LSAD": "25"}
        lines.append([cells.get(column, "-86.6") for column in columns])
    padding = "" if year >= 2025 else " " * 40
    mark = "|" if year >= 2025 else "\t"
    return "".join(f"{mark.join(line)}{padding}\n" for line in lines).encode()


def packed(method: int = zipfile.ZIP_DEFLATED, **files: bytes) -> bytes:
    """A zip file with these files in it, which get the ending .txt."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.txt", content)
    return target.getvalue()

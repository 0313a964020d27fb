"""Words behind a list that belong to each of its names: "Plano and Laredo ISDs", "Reno and Elko housing authorities"."""

from __future__ import annotations

from bot.reader.mentions.written_words import Words
from bot.reader.rules import word_lists

PARTS = word_lists("name_parts")
SHARED_ENDINGS = {
    "isds": "ISD", "cisds": "CISD", "usds": "USD", "tribe": "Tribe", "tribes": "Tribe", "universities": "University",
    "colleges": "College", "school boards": "School Board", "school districts": "School District",
    "public schools": "Public Schools", "school board": "School Board", "school district": "School District",
    "school division": "School Division", "city schools": "City Schools", "county schools": "County Schools",
    "airlines": "Airlines",
}  # fmt: skip
#: The same behind a word for what they are about: "Reno and Elko housing authorities".
SHARED_BODIES = {
    "districts": "District", "authorities": "Authority", "departments": "Department", "commissions": "Commission",
    "boards": "Board", "agencies": "Agency",
}  # fmt: skip
KINDS = PARTS["kinds of schools"] | PARTS["kinds of districts"]


def shared_ending(head: int, words: Words) -> tuple[str, int]:
    """The ending of each name, in the singular, and where its words begin; empty if the word shows none."""
    begin = head - (words.lower(head) not in SHARED_ENDINGS)
    ending = SHARED_ENDINGS.get(" ".join(map(words.lower, range(begin, head + 1))), "")
    if not ending and words.lower(head) in SHARED_BODIES and words.lower(begin) in PARTS["kinds of districts"]:
        ending = f"{words.texts[begin].title()} {SHARED_BODIES[words.lower(head)]}"
    while ending and words.gap(begin - 1) == " " and _is_kind(begin - 1, words):
        begin -= 1
        if words.lower(begin) not in PARTS["any kind of schools"]:
            ending = f"{words.texts[begin].title()} {ending}"
    return ending, begin


def _is_kind(at: int, words: Words) -> bool:
    """ "public school districts", "county school districts"; in "Reno and Elko Unified school districts" it is of the last."""
    is_of_last = words.is_capital(at) and not words.is_capital(at + 1)
    return (words.lower(at) in KINDS and not is_of_last) or words.texts[at] == "county"

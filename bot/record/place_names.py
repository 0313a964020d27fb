"""One spelling for names that are written in several ways: case, accents, punctuation, "Saint" and "St.", states."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.record.errors import CaseError
from bot.record.quoting import clipped

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "AS": "American Samoa", "GU": "Guam",
    "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "VI": "U.S. Virgin Islands",
}  # fmt: skip
TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
COMMONWEALTHS = frozenset({"KY", "MA", "PA", "VA", "MP", "PR"})

# How newspapers and letters shorten states (Associated Press Stylebook, and older forms), folded and without spaces.
SHORT_STATES = {
    "ala": "AL", "alas": "AK", "ariz": "AZ", "ark": "AR", "cal": "CA", "calif": "CA", "colo": "CO", "conn": "CT", "del": "DE",
    "fla": "FL", "ill": "IL", "ills": "IL", "ind": "IN", "kan": "KS", "kans": "KS", "mass": "MA", "mich": "MI", "minn": "MN",
    "miss": "MS", "mont": "MT", "neb": "NE", "nebr": "NE", "nev": "NV", "nmex": "NM", "ncar": "NC", "ndak": "ND",
    "okla": "OK", "ore": "OR", "oreg": "OR", "penn": "PA", "penna": "PA", "scar": "SC", "sdak": "SD", "tenn": "TN", "tex": "TX",
    "wash": "WA", "wva": "WV", "wis": "WI", "wisc": "WI", "wyo": "WY", "virginislands": "VI", "usvirginislands": "VI",
    "usvi": "VI", "washingtondc": "DC",
}  # fmt: skip

LONGEST_QUOTE = 60  # characters of what a message repeats
_SAME = {"saint": "st", "sainte": "ste", "twp": "township"}


@lru_cache(maxsize=2**12)  # the names of states are folded with every place
def fold(written: str) -> str:
    """Small letters, digits and single spaces; "Saint" is "st", "Mt." and "Ft." are "mount" and "fort", "&" is "and".

    "mt" as the last word stays: there it is the postal code of Montana.
    """
    plain = written if written.isascii() else unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    plain = plain.casefold().replace("'", "").replace("&", " and ")
    if "." in plain:
        plain = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", plain)
    words = re.findall(r"[a-z0-9]+", plain)
    last = len(words) - 1
    for at, word in enumerate(words):
        if at < last and word in ("mt", "ft"):
            words[at] = "mount" if word == "mt" else "fort"
        elif word in _SAME:
            words[at] = _SAME[word]
    return re.sub(r"\bd c\b", "dc", " ".join(words))


@lru_cache(maxsize=2**12)
def state_code(written: str) -> str | None:
    """The postal code of a state as written: "IL", "Illinois", "Ill.", "N. Y.", "State of Illinois"; None for anything else."""
    plain = re.sub(r"^(the )?(state|commonwealth) of (the )?", "", fold(written)).replace(" ", "")
    return _CODES.get(plain)


def read_state(written: str) -> str:
    """As `state_code`. CaseError for anything else."""
    if code := state_code(written):
        return code
    raise CaseError(
        f"“{clipped(written, LONGEST_QUOTE)}” is not a state. Write its name or postal code, like California or CA."
    )


_CODES = {
    **SHORT_STATES,
    **{fold(name).replace(" ", ""): code for code, name in STATES.items()},
    **{code.casefold(): code for code in STATES},
}

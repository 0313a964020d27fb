"""States as texts write them after a name: Illinois, Ill., IL."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.record.places import STATES

_SHORT = {
    "Ala": "AL", "Ariz": "AZ", "Ark": "AR", "Calif": "CA", "Cal": "CA", "Colo": "CO", "Conn": "CT", "Del": "DE", "Fla": "FL",
    "Ga": "GA", "Ill": "IL", "Ind": "IN", "Kan": "KS", "Kans": "KS", "Ky": "KY", "La": "LA", "Md": "MD", "Mass": "MA",
    "Mich": "MI", "Minn": "MN", "Miss": "MS", "Mo": "MO", "Mont": "MT", "Neb": "NE", "Nebr": "NE", "Nev": "NV", "Okla": "OK",
    "Ore": "OR", "Oreg": "OR", "Pa": "PA", "Penn": "PA", "Tenn": "TN", "Tex": "TX", "Vt": "VT", "Va": "VA", "Wash": "WA",
    "Wis": "WI", "Wisc": "WI", "Wyo": "WY", "Ia": "IA",
}  # fmt: skip
LONGEST_SHORT = 8  # characters of a short form with its spaces and full stops
_INITIALS = {"NH", "NJ", "NM", "NY", "NC", "ND", "RI", "SC", "SD", "WV", "DC", "PR"}
NAMES = {name.casefold(): code for code, name in STATES.items()} | {
    "d.c.": "DC", "virgin islands": "VI", "northern marianas": "MP", "n. mariana islands": "MP", "washington state": "WA",
    "hawai'i": "HI",
}  # fmt: skip
_FULL = "|".join(sorted((re.escape(name).replace(r"\ ", r"\s+") for name in NAMES), key=len, reverse=True))
_DOTTED = "|".join(rf"{code[0]}\.\s?{code[1]}\.?" for code in sorted(_INITIALS)) + r"|W\.\s?Va\.?"
STATE = rf"(?:(?i:{_FULL})|(?:{_DOTTED})|(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b\.?|(?:{'|'.join(STATES)})\b)"
FULL = rf"(?i:{_FULL})"


_BEGINNINGS = {name.split()[0].replace(".", "") for name in (*NAMES, *map(str.casefold, (*_SHORT, *STATES)))} | set("ndrswp")


@lru_cache(maxsize=2**12)
def begins_state(word: str) -> bool:
    """Whether a state as written in a text may begin with the word: quicker than `state_code_of` for all that follows."""
    return word.casefold().removesuffix("'s").replace(".", "") in _BEGINNINGS


@lru_cache(maxsize=2**12)
def state_code_of(written: str) -> str | None:
    """The postal code of a state as written in a text; None if it is not a state."""
    plain = " ".join(written.split())
    if code := NAMES.get(plain.casefold()):
        return code
    if len(plain) > LONGEST_SHORT or plain.startswith("M.D"):
        return None  # "Jane Roe, M.D."
    bare = plain.replace(".", "").replace(" ", "")
    if bare.upper() in STATES and (bare.isupper() or bare in _SHORT):
        return bare.upper()
    if bare.casefold() == "wva":
        return "WV"
    return _SHORT.get(bare)

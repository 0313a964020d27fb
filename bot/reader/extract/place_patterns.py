"""Patterns for places listed in a row: names, what comes between and after them, officials before them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reader.extract.vocabulary import KINDS_OF, TITLES
from bot.reader.state_names import FULL, STATE

WORD = (
    r"(?:[dDlL]'[A-Z][\w-]*|(?:[A-Z]\.\s?){1,2}[A-Z]\.|(?:St|Ste|Mt|Ft|Pt)\.|[A-ZÀ-ÖØ-Þ](?:[\wÀ-ÿ]|[.&/](?=\w)"
    r"|'(?!s\b(?!\s+County|\s+Parish))|-(?=\w))*)"
)
_SMALL = r"(?:of|the|de|del|de\s+la|de\s+los|de\s+las|la|las|los|le|du|des|on|by|at|y|and|or|&)"
FORM = (
    r"(?:(?:consolidated\s+)?(?:city\s+and\s+county|city\s+and\s+borough|city|county|town|charter\s+township|township|village"
    r"|borough|state|commonwealth|territory|"
    r"municipality|parish|metropolitan\s+government|metro\s+government|government|consolidated\s+government"
    r"|unified\s+government|people|mayor(?:'s\s+office)?)\s+of\s+(?:the\s+)?)"
)
FORMED = re.compile(FORM, re.IGNORECASE)
TOKEN = re.compile(WORD)
PHRASE = re.compile(rf"{WORD}(?:(?:\s+{_SMALL}){{0,2}}\s+{WORD}){{0,7}}(?:\s+\([A-Z]{{2}}\)(?:\s+{WORD}){{1,4}})?")
SEPARATOR = re.compile(
    r"(?:\s*(?:[,;/|+]|\b(?:and|AND)\b|&|\bor\b|\bas\s+well\s+as\b|\balong\s+with\b|\btogether\s+with\b|\bplus\b"
    r"|\bincluding\b|\band/or\b|[•·])\s*)+"
)
AND = re.compile(r"\b(?:and|AND|or|plus)\b|&|\bas\s+well\s+as\b")
HONORED = re.compile(
    rf"(?i:the\s+)?(?i:honorable\s+)?(?i:(?:then-|acting\s+)?{TITLES})(?:\s+(?:[A-Z]\.|[A-Z][\w'-]+)){{0,4}}\s*,?\s+(?:of|in"
    rf"|for|from|representing|OF)\s+(?i:the\s+)?"
)
GROUP = re.compile(
    rf"(?i:in|from|for)?\s*(?:the\s+state\s+of\s+)?(?P<state>{STATE})\s*(?::|—|--?(?=\s)|\((?=\s*(?:the\s+)?[A-Z]))\s*"
    rf"|(?:in)\s+(?P<also>{FULL})\s*,\s*"
)
QUALIFIER = re.compile(
    rf"\s*,?\s*\(\s*(?P<in>{STATE})\s*\)|\s*,\s*(?:(?:in\s+)?the\s+(?:state"
    rf"|commonwealth)\s+of\s+)?(?P<comma>{STATE})(?![\w'])(?!\s+(?:City|County|Parish|State\s+University)\b)"
    rf"|\s+in\s+(?:the\s+state\s+of\s+)?(?P<inside>{STATE})(?![\w'])|\s+(?P<code>[A-Z]{{2}})\b(?=\s*(?:[,;.)\n]|$|and\b"
    rf"|\d{{5}}))"
)
PLURAL = re.compile(
    rf"(?P<names>{WORD}(?:\s+{WORD}){{0,3}}(?:\s*,\s*{WORD}(?:\s+{WORD}){{0,3}}){{0,300}}\s*,?\s+(?:and|&"
    rf"|AND)\s+{WORD}(?:\s+{WORD}){{0,3}}?)\s+"
    r"(?P<kind>(?i:counties|parishes|boroughs|townships))\b"
)
OFFICE = re.compile(
    rf"(?:'s?)?\s+(?i:(?:City|County|State)\s+)?(?i:{TITLES})\b(?:\s+(?!and\b|AND\b)(?:[A-Z]\.|[A-Z][\w'-]+)(?=[\s,;.)]"
    rf"|$)){{0,4}}(?:\s*\((?:D|R|I)\))?"
)
BRACKETS = re.compile(r"\s*(?:\([^()\n]{0,80}\)|\[[^\[\]\n]{0,40}\]|[*†‡]+)")
ENDS = re.compile(r"\s*(?:$|[,;.:)\]!?\"|/\n•·]|—|-{1,2}(?=\s)|&|(?:and|or|AND)\b)")
SAID = re.compile(
    r"(?!\s*,\s+(?:the|an?|according)\b)[^.;\n]{0,60}?\b(?:said|says|told|tweeted|wrote|announced|called|declined"
    r"|announc\w+|added|responded|replied|noted"
    r"|vowed|criti\w+)\b"
)
OLD_NAME = re.compile(r"\s+and\s+Providence\s+Plantations\b", re.IGNORECASE)
OF_A_STATE = re.compile(rf"(?i:(?:the\s+)?(?:state|commonwealth|territory|district)\s+of\s)|{STATE}$")
SHARED_HEAD = re.compile(
    r"\b(?:ISDs|ISD's|USDs|(?i:(?:school\s+|public\s+school\s+)?districts|police\s+departments|departments|universities"
    r"|sheriffs|authorities|agencies))$"
)
PERSONS = 100_000  # characters in which first names are looked for
NO_FIRST_NAMES = {
    "North", "South", "East", "West", "New", "Old", "Fort", "Port", "Lake", "Mount", "Saint", "San", "Santa",
    "Los", "Las", "El", "La", "Upper", "Lower", "Greater", "Downtown", "The", "In", "And", "But", "For", "From",
    "To", "On", "At", "While", "When", "Mayor", "Like", "Neither", "Both", "Only", "Is", "Also", "Meanwhile",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Include", "Including",
    "Sanctuary",
}  # fmt: skip
FILLERS = re.compile(r"(?:the|both|also|namely|to|either|finally)\s+", re.IGNORECASE)
ZIP = re.compile(r"\s+\d{5}(?:-\d{4})?\b")
KINDS = re.compile(KINDS_OF.pattern.replace("__STATE__", STATE.replace("(?i:", "(?:")), re.IGNORECASE)


@dataclass(frozen=True)
class ListedPlace:
    """One entry of a list, at `TextPage.flat[start:end]`."""

    start: int
    end: int
    name: str
    #: The postal code of the state written with it, or with its group.
    state: str | None = None
    #: Whether `state` is that of its group.
    is_shared: bool = False
    #: Whether `state` may be a place of its own: "Nevada, Missouri" may be two states.
    is_unsure: bool = False
    #: Whether no known government has this name.
    is_unknown: bool = False
    is_institution: bool = False
    #: The number of its group within the list: places between two semicolons, or under one heading.
    run: int = 0
    #: An official named with it: "Mayor Libby Schaaf".
    official: str = ""
    #: The kind given by the words that introduce the list: "cities".
    hint: str = ""

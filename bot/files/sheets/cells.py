"""Single cells of a spreadsheet, read strictly. CaseError says what is wrong with a cell and what to write instead."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import DateOrder, parse_date
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.garbled_text import garbled
from bot.record.places import DIVISION_ID
from bot.record.quoting import clipped
from bot.record.sources import Source, is_title, title_of_address

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are the full-width forms of the first
#: How spreadsheets write the time of a day that has none, and the start of a day.
MIDNIGHT = r"0?0:00(?::00(?:\.0+)?)?"
LONGEST_SOURCE = 500
LONGEST_QUOTE = 60  # characters of a cell in a message


class IsFormula(CaseError):
    """A cell holds what a spreadsheet would run."""


def written(cell: str) -> str:
    """The cell without the apostrophe that an export puts before what a spreadsheet would run (`case_table.harmless`)."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


def no_formula(cell: str, signs: tuple[str, ...] = FORMULAS) -> str:
    """The cell as `written`; CaseError if a spreadsheet would run it."""
    if cell.startswith(signs):
        raise IsFormula(f"“{quoted(cell)}” is a formula, not text; write the text itself.")
    return written(cell)


def not_garbled(cell: str) -> str:
    """The cell; CaseError if a wrong encoding has garbled it."""
    if wrong := garbled(cell, LONGEST_QUOTE):
        raise CaseError(f"{wrong} Correct it, or save the original file again as UTF-8 (in Excel: “CSV UTF-8”).")
    return cell


def no_lost_letter(name: str) -> str:
    """A name of a place; CaseError if a letter of it became a question mark: "Do?a Ana"."""
    if re.search(r"[^\W\d_]\?[^\W\d_]", name):
        raise CaseError(f"“{quoted(name)}” has a question mark for a letter that a wrong encoding has lost. Write the letter.")
    return name


def quoted(text: str) -> str:
    """A text as a message repeats it."""
    return clipped(text, LONGEST_QUOTE)


def limited(text: str, limit: int) -> str:
    """CaseError for a text that is too long. Unlike with what is typed (`desk.inputs.limited`), the header of the column stands
    before the message, and nobody is asked to send it again."""
    if len(text) > limit:
        raise CaseError(f"is {len(text):,} characters long; at most {limit:,} fit.")
    return text


def read_sent(text: str, zone: ZoneInfo, order: DateOrder | None = None) -> When:
    """The date on a letter, or as precisely as the record has it (see `record.dates.When`); `order` as in `parse_date`.

    A time of 0:00 behind it is dropped: that is how spreadsheets write a day, and both its midnights are of that day's letter.
    """
    text = without_midnight(text)
    if re.fullmatch(r"\d{4}-\d\d|\d{4}-\d\d-\d\dT.+|by \S+|between \S+ and \S+", text):
        return When(text, zone)
    return When(parse_date(text, order=order).isoformat(), zone)


def without_midnight(text: str) -> str:
    """A day as it is written, without the 0:00 that a spreadsheet writes behind it."""
    return re.sub(rf"[ T]{MIDNIGHT}$", "", text)


def read_sources(text: str) -> tuple[Source, ...]:
    """Addresses and titles, separated by semicolons; addresses alone may be separated by spaces."""
    parts: list[str] = []
    for part in re.split(r";(?:\s+|$)|\n", text):
        words = part.split()
        addresses = len(words) > 1 and all(re.match(r"https?://", word) for word in words)
        parts += words if addresses else [" ".join(words)]
    return tuple(dict.fromkeys(_source(part) for part in parts if part))


def _source(text: str) -> Source:
    """An address, a title, or a title and an address after it.

    What makes a title or an address is the rule for typed sources too (`desk.inputs.read_source`). That one also takes markup
    apart that people paste around an address, and encodes the address for it; here nothing is taken but what is written.
    """
    limited(text, LONGEST_SOURCE)
    link = re.search(r"\S+://\S*", text)
    if not link:
        if not is_title(text):
            raise CaseError(f"“{quoted(text)}” is too short to be a source. Write an address or a title.")
        return Source(text)
    before, address, after = text[: link.start()].strip(" -–—:,"), link[0], text[link.end() :].strip()
    own_title = title_of_address(address)
    if after or own_title is None or set(address) & set('<>"'):
        raise CaseError(
            f"“{quoted(text)}” is not one address, with or without a title before it. Separate several sources by semicolons."
        )
    return Source(before or own_title, address)


def read_list(text: str) -> tuple[str, ...]:
    """Texts separated by semicolons."""
    return tuple(dict.fromkeys(part for part in (part.strip() for part in re.split(r"[;\n]", text)) if part))


def read_ocd_id(text: str) -> str:
    if not DIVISION_ID.fullmatch(text):
        raise CaseError(f"“{quoted(text)}” is not an Open Civic Data id, like ocd-division/country:us/state:co/place:denver.")
    return text

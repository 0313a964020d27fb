"""Reads a text that is itself a letter or a memorandum: its letterhead, date and addressees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.letter_sentence import IN_REPLY
from bot.reader.extract.place_lists import Places
from bot.reader.extract.vocabulary import TITLES
from bot.reader.mentions.mention import Mention
from bot.reader.state_names import STATE, state_code_of
from bot.reader.text_page import TextPage

_DEAR = re.compile(
    r"^[^\S\n]*(?:Dear\b[^\n]{2,90}?[:,]|(?:To\s+whom\s+it\s+may\s+concern)\s*[:,]?|(?:Sir|Madam|Gentlemen"
    r"|Ladies\s+and\s+Gentlemen)[^\n]{0,30}:)",
    re.MULTILINE | re.IGNORECASE,
)
_FIELD = re.compile(r"^[^\S\n]*(?P<name>from|to|date|sent|subject|re)\s*:\s*(?P<value>[^\n]*)$", re.MULTILINE | re.IGNORECASE)
_ZIP = re.compile(rf"^\s*(?P<city>[A-Z][\w .'-]+?),?\s+(?P<state>{STATE}),?\s+\d{{5}}(?:-\d{{4}})?\s*$")
_ZIP_END = re.compile(rf"\b{STATE},?\s+\d{{5}}(?:-\d{{3,4}})?\s*$")
_STREET = re.compile(
    r"^\s*(?:\d|P\.?\s?O\.?\s+Box|Suite|Room|Floor|VIA\b|By\s|Attn|Attention|Re:|Subject|cc:|Sent\s)", re.IGNORECASE
)
_GOVERNMENT = re.compile(
    r"\b(?:(?:city|county|town|village|borough|state|commonwealth|township|territory)\s+of|county|parish|metro\b"
    r"|district\s+of\s+columbia|township|city)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    rf"^\s*(?:(?:the\s+)?honorable\b.*|(?:office\s+of\s+the\s+)?(?P<title>{TITLES}|clerk|city\s+secretary)\b)(?P<rest>.*)$",
    re.IGNORECASE,
)
_HEAD = 7000
OPENING = 600  # characters at the start of a letter's body in which it may say that it is an answer


@dataclass(frozen=True)
class LetterForm:
    """What the parts of a letter outside its body say."""

    #: Where the body begins, in `TextPage.flat`.
    body: int
    date: DateMention | None = None
    addressees: tuple[Mention, ...] = ()
    sender: AuthorityMention | None = None
    #: Whether it has lines like "From:" and "To:", and no salutation.
    is_memorandum: bool = False


def letter_form_in(page: TextPage, places: Places, authorities: tuple[AuthorityMention, ...]) -> LetterForm | None:
    """The text read as a letter or a memorandum; None if it is neither."""
    flat = page.flat
    dear = _DEAR.search(flat, 0, _HEAD)
    fields = {match["name"].lower(): match for match in reversed(list(_FIELD.finditer(flat, 0, min(_HEAD, len(flat)))))}
    if not dear and not {"from", "to"} <= set(fields):
        return None
    if not dear:
        return _memorandum(page, places, authorities, fields)
    if IN_REPLY.search(flat, dear.end(), dear.end() + OPENING):
        return None  # somebody's answer to a letter
    begun = _own_start(flat, dear.start())
    dated = _date_line(flat, begun, dear.start())
    top = dated.start if dated else begun
    items = list(_addressees(page, places, authorities, dated.end if dated else begun, dear.start(), bool(dated)))
    if not items and "to" in fields:
        items = _to(page, places, fields["to"])
    if not items and dated:
        items = list(_addressees(page, places, authorities, begun, top, False))
    to = _written_to(page, authorities, dated.end, dear.start()) if dated and not items else frozenset()
    others = tuple(authority for authority in authorities if authority.name not in to)
    sender = _letterhead(page, others, begun, dated.end if dated and not items else dear.start()) or _signed(
        flat, others, dear.end()
    )
    return LetterForm(dear.end(), dated, tuple(items), sender)


def _memorandum(
    page: TextPage, places: Places, authorities: tuple[AuthorityMention, ...], fields: dict[str, re.Match[str]]
) -> LetterForm | None:
    """Read lines like "From:", "To:", "Date:". It counts as a letter only if "To:" names a place."""
    items = _to(page, places, fields["to"])
    if not items:
        return None
    dated = None
    for name in ("date", "sent"):
        if name in fields and dated is None:
            dated = next(
                (one for one in dates_in(page.flat, fields[name].start("value"), fields[name].end("value")) if one.exact), None
            )
    line = fields["from"]
    sender = next((one for one in authorities if line.start() <= one.start < line.end()), None)
    return LetterForm(max(field.end() for field in fields.values()), dated, tuple(items), sender, is_memorandum=True)


def _to(page: TextPage, places: Places, field: re.Match[str]) -> list[Mention]:
    start, end = field.start("value"), field.end("value")
    if not page.flat[start:end].strip():
        return []
    return places.parts(start, end)


def _own_start(flat: str, dear: int) -> int:
    """Where the letter begins: an introduction may come before it ("Here is the full letter:")."""
    matches = list(
        re.finditer(
            r"(?:full|text\s+of\s+the|copy\s+of\s+the)\s+(?:\w+\s+)?letter[^\n]*\n|-{5,}\n|_{5,}\n|={5,}\n",
            flat[:dear],
            re.IGNORECASE,
        )
    )
    return matches[-1].end() if matches else 0


def _date_line(flat: str, start: int, end: int) -> DateMention | None:
    """The last date with a line of its own above the salutation."""
    last = None
    for mention in dates_in(flat, start, end):
        begin = flat.rfind("\n", 0, mention.start) + 1
        stop = flat.find("\n", mention.end)
        line = flat[begin : stop if stop >= 0 else len(flat)]
        rest = (line[: mention.start - begin] + line[mention.end - begin :]).strip(" \t.,:|-–")
        if (
            mention.exact
            and (len(rest) <= 12 or re.fullmatch(r"(?i)(?:date|dated|issued|washington,?\s+d\.?c\.?)", rest))
            and not re.search(r"(?i)due|re\b|by|deadline", rest)
        ):
            last = mention
    return last


def _letterhead(page: TextPage, authorities: tuple[AuthorityMention, ...], start: int, end: int) -> AuthorityMention | None:
    """The authority in the letterhead; the agency, if a department is named above it."""
    head = [one for one in authorities if start <= one.start < end and not _is_addressee(page.flat, one, start)]
    departments = [one for one in head if " Department of " in f" {one.name}"]
    others = [one for one in head if one not in departments]
    return next(iter(others or departments), None)


def _is_addressee(flat: str, authority: AuthorityMention, start: int) -> bool:
    """Whether it belongs to an addressee: the block of lines around it begins with a person."""
    block = flat[max(flat.rfind("\n\n", start, authority.start), start) : authority.start]
    if re.search(r"(?:^|\n)\s*(?:Re|Subject)\s*:[^\n]*$", flat[start : authority.start], re.IGNORECASE):
        return True
    return bool(re.search(r"\bHonorable\b|(?:^|\n)\s*(?:Mr|Ms|Mrs|Dr)\.\s", block))


def _written_to(page: TextPage, authorities: tuple[AuthorityMention, ...], start: int, end: int) -> frozenset[str]:
    """The authorities in the last address above the salutation: they are addressees."""
    address = next((block for block in reversed(list(_blocks(page.clean, start, end))) if _has_zip(page.clean, block)), None)
    if address is None:
        return frozenset()
    begin = page.clean.rfind("\n\n", start, address[0][0] - 2)
    return frozenset(one.name for one in authorities if max(begin, start) <= one.start < address[-1][1])


def _has_zip(clean: str, lines: list[tuple[int, int]]) -> bool:
    return any(_ZIP_END.search(clean[begin:stop]) for begin, stop in lines)


def _signed(flat: str, authorities: tuple[AuthorityMention, ...], body: int) -> AuthorityMention | None:
    closing = re.search(
        r"^[^\S\n]*(?:Sincerely|Very\s+truly|Respectfully|Yours|Regards|Best)\b", flat[body:], re.MULTILINE | re.IGNORECASE
    )
    if closing:
        begin = body + closing.end()
        if signed := next((one for one in authorities if begin <= one.start < begin + 500), None):
            return signed
    return None


def _addressees(
    page: TextPage, places: Places, authorities: tuple[AuthorityMention, ...], start: int, end: int, is_below_date: bool
) -> Iterator[Mention]:
    """The addressee of each address block between the date and the salutation."""
    seen: set[tuple[str, str | None]] = set()
    for lines in _blocks(page.clean, start, end):
        begin, stop = lines[0][0], lines[-1][1]
        if not is_below_date and any(begin <= one.start < stop for one in authorities):
            continue
        addressee = _addressee(page, places, lines)
        if addressee and (addressee.name, addressee.state) not in seen:
            seen.add((addressee.name, addressee.state))
            yield addressee


def _blocks(clean: str, start: int, end: int) -> Iterator[list[tuple[int, int]]]:
    block: list[tuple[int, int]] = []
    for line in re.compile(r"[^\n]*\n?").finditer(clean, start, end):
        if line[0].strip():
            first = line.start() + len(line[0]) - len(line[0].lstrip())
            block.append((first, first + len(line[0].strip())))
        elif block:
            yield block
            block = []
        if line.end() >= end:
            break
    if block:
        yield block


def _addressee(page: TextPage, places: Places, lines: list[tuple[int, int]]) -> Mention | None:
    """The government that an address block names, or else the city or state of the mayor or governor it is addressed to."""
    clean = page.clean
    texts = [clean[start:end] for start, end in lines]
    where = next((match for text in texts if (match := _ZIP.match(text))), None)
    state = state_code_of(where["state"]) if where else None
    office = ""
    best: Mention | None = None
    for (start, end), text in zip(lines, texts, strict=True):
        if _STREET.match(text) or _ZIP.match(text):
            continue
        if titled := _TITLE.match(text):
            office = office or (titled["title"] or "").lower()
        item = _government(places, clean, start, end, state)
        if item and (best is None or _rank(item) > _rank(best)):
            best = item
    if best and (best.is_institution or _GOVERNMENT.search(best.written) or office or where is None):
        return best
    if best:
        return best
    if where and re.match(r"mayor|city|chair|council", office):
        first = next(start for (start, _), text in zip(lines, texts, strict=True) if _ZIP.match(text))
        return Mention(first, first + len(where["city"]), where["city"].strip(), state=state)
    if where and state and office.startswith(("governor", "gov.")):
        index = next(number for number, text in enumerate(texts) if _ZIP.match(text))
        first = lines[index][0] + where.start("state")
        return Mention(
            first,
            first + len(where["state"]),
            f"State of {where['state'].strip('.')}" if len(where["state"]) > 4 else where["state"],
            state=state,
        )
    return None


def _rank(item: Mention) -> int:
    return (
        2
        if re.match(r"(?:city|county|town|village|state|commonwealth|borough|township)", item.name, re.IGNORECASE)
        else 1
        if not item.is_institution
        else 0
    )


def _government(places: Places, clean: str, start: int, end: int, state: str | None) -> Mention | None:
    """The government that a line of an address names, after an office or alone."""
    text = clean[start:end].rstrip(" ,;")
    end = start + len(text)
    at = start
    if titled := _TITLE.match(text):
        rest = titled["rest"] or ""
        behind = re.match(r"[^,]*?(?:,|\s+of|\s+for)\s+(?:the\s+)?", rest)
        if not behind or titled["title"] is None:
            return None
        at = start + titled.start("rest") + behind.end()
    elif "," in text and not _GOVERNMENT.match(text):
        tail = text.rpartition(",")[2]
        if _GOVERNMENT.search(tail) and not state_code_of(tail.strip()):
            at = end - len(tail.lstrip())
    items = [places.in_state(item, state) for item in places.whole(at, end)]
    if (
        len(items) == 1
        and (items[0].state or _GOVERNMENT.search(items[0].written) or state_code_of(items[0].written))
        and _whole(clean, at, items[0])
    ):
        item = items[0]
        if _GOVERNMENT.search(item.written) or at > start or (item.state and not item.is_state_shared):
            return replace(item, start=at)
    if named_within := re.search(r"\b(?:City|Town|Village|County|State|Commonwealth)\s+of\s+[A-Z]", text):
        items = [places.in_state(item, state) for item in places.listed(start + named_within.start(), end, strict=False).items]
        if len(items) == 1:
            return items[0]
    return next((item for item in places.whole(start, end) if item.is_institution), None)


def _whole(clean: str, at: int, item: Mention) -> bool:
    return not re.match(r"(?:Department|Division|Office|Bureau)\b", clean[at : item.end])

"""Sentences that say to whom letters were sent: "sent letters to Chicago and Denver"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reader.extract.authorities import authorities_in
from bot.reader.extract.letter_sentence import (
    HINTS,
    PARTLY,
    RECEIVE,
    SEND,
    About,
    LetterSentence,
    hinted,
    is_others,
    listed_places,
    state_near,
    verb_of,
)
from bot.reader.extract.line_lists import PlaceList
from bot.reader.extract.place_lookup import is_of_state
from bot.reader.extract.place_patterns import ListedPlace
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.vocabulary import COUNT, LETTER, PLACES
from bot.reader.state_names import FULL
from bot.reader.text_page import Sentence, TextPage

_WROTE = re.compile(
    r"\b(?:wrote|writes|has\s+written|have\s+written|written|writing)\b(?:\s+(?!to\b)[\w.,'-]+){0,6}?\s+to\s+", re.IGNORECASE
)
_GAP_ENDS = re.compile(
    r"\b(?:that|which|who|said|says|saying|stat(?:e|es|ed)|whether|because|if|would|could|should|will|may|fail\w*|respon\w+"
    r"|repl\w+|"
    r"refus\w+|according|told)\b|[;:!?\n]|(?<![A-Z])[.]\s",
    re.IGNORECASE,
)
_TO = re.compile(r"\s(?:to|on)\s+", re.IGNORECASE)
REACH = 30  # characters after "to" within which an authority is the recipient
GAP = 130  # characters between "letters" and "to"
_SERVED = re.compile(
    r"\b(?:served|issued|sent|sends|issues|issuing|serving)\s+(?:(?:an?|the|new|civil|administrative|investigative|formal"
    r"|separate|today|yesterday|on|\w+day|strong|stern|final)\s+){0,4}"
    r"(?:(?P<soft>warnings?|directives?|ultimatums?)|subpoenas?|orders?|investigative\s+demands?)\b(?:(?!\b(?:that|which"
    r"|who|said|if|would|could|should|fail\w*|respon\w+"
    r"|refus\w+)\b)[^;:!?\n]){0,60}?\s(?:to|on|upon)\s+",
    re.IGNORECASE,
)
_SENT_TO = re.compile(
    r"\b(?:(?:were|was|been|being|are|is)\s+(?:\w+\s+){0,2}?(?:sent|mailed|addressed|directed|issued|delivered)"
    r"|went(?:\s+out)?|sent|addressed|going)\s+(?:(?:today|yesterday|on\s+\w+|\w+day)\s+)?to\s*(?=.)",
    re.IGNORECASE,
)
_DATIVE = re.compile(
    r"\b(?:(?P<gave>(?i:sent|mailed|served|e-?mailed|gave|handed))|(?i:warn|tell|told|notif|inform|ask|order|direct|advis"
    r"|urg|demand)"
    r"(?:s|d|ed|ied|ies|es|ing)?(?i:\s+that)?)\s+(?=(?:the\s+)?(?:[A-Z]|city|county|state|town))",
)
_DATIVE_END = re.compile(
    rf"[\s,]*(?:an?|the|its|their|similar|identical|another|two|separate)\s+(?:[\w'-]+\s+){{0,3}}?{LETTER.pattern}",
    re.IGNORECASE,
)
_IN_LETTERS = re.compile(
    rf"[^.;\n]{{0,200}}?\b(?:in|by|according\s+to)\s+(?:(?:an?|the|its|separate|identical|similar"
    rf"|\w+day)\s+){{0,2}}{LETTER.pattern}",
    re.IGNORECASE,
)
_BY_LETTER = re.compile(
    rf"\b(?:in|by|according\s+to)\s+(?:(?:an?|the|its|their|series\s+of|separate|identical|similar|\w+day|\w+)\s+){{0,3}}{LETTER.pattern}",
    re.IGNORECASE,
)
_FROM_WHOM = re.compile(
    r"\b(?:demand|seek|sought|request|ask|want)(?:s|ed|ing)?\b[^.;,\n]{1,60}?\s(?:from|of)\s+(?=(?:the\s+)?(?:[A-Z]|city|county"
    r"|state|town))"
)
_THAT_THEY = re.compile(
    rf"\b(?:demand|request|ask|order|insist|warn)(?:s|ed|ing)?\s+(?:on\s+\w+day\s+)?(?:in|by)\s+(?:an?|the|its|separate)\s+(?:\w+\s+)?"
    rf"{LETTER.pattern}\s+that\s+",
    re.IGNORECASE,
)
_LETTER_SENT = re.compile(r"\bletters?\s+(?P<verb>sent|dated|mailed|delivered)\b", re.IGNORECASE)
_RECEIVED_BY = re.compile(rf"{LETTER.pattern}[^.;\n]{{0,80}}?\b(?:were|was)\s+(?:\w+\s+)?received\s+by\s+", re.IGNORECASE)
_COUNTED = re.compile(
    rf"(?:(?:all|each|the|these|those|several|some|many|a\s+number|dozens|scores|hundreds|of|(?:more|fewer|less)\s+than|about"
    rf"|nearly|almost|a|two|three|half|dozen)\s+)*(?:{COUNT.pattern}|(?:[\w'-]+\s+){{0,3}}?(?P<bare>{PLACES}))"
    rf"(?P<where>\s+(?:in|across|from)\s+(?:the\s+)?[^,;:.—()]{{0,60}})?(?P<aside>\s*(?:--|—|-\s)[^:;.]{{0,60}}?(?:--|—"
    rf"|\s-\s))?",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\s*(?:(?:\([^()]{0,40}\)|today|yesterday|on\s+\w+day(?:,\s+\w+\.?\s+\d{1,2}(?:,\s+\d{4})?)?"
    r"|on\s+[A-Z][a-z]+\.?\s+\d{1,2}(?:,\s+\d{4})?|\w+day)\s*)?(?:,\s*(?:(?:which\s+include|which\s+are|including"
    r"|among\s+them|among\s+those|namely"
    r"|such\s+as)\s*)?|:\s*|"
    r"(?:--|—|-\s)\s*(?:(?:including|among\s+them|namely|such\s+as)\s*)?|,?\s+(?:which|that|who)\s+(?:include|included|are"
    r"|were)\s*:?\s+|\s+(?:including|such\s+as|among\s+them|namely|called)\s+|\(\s*)",
    re.IGNORECASE,
)
_FROM_PLACE = re.compile(r"\b(?:response|reply|answer|replied|responded|written\s+response)\b", re.IGNORECASE)
_OFFICE_OF = re.compile(
    r"(?:(?:the|an?|of|at|in|for|and|officials?|leaders?|head|director|secretary|chief)\s+|[A-Z][\w.'-]*,?\s+)*"
)
_OF_WHOM = re.compile(r"\b(?:to|with|against|of|for|at|in|under|between|from)\s+(?:the\s+)?$", re.IGNORECASE)
_AS_WELL = re.compile(r"\s*,?\s*(?:as\s+well\s+as|and(?:\s+also)?|along\s+with|,)\s+(?:to\s+)?", re.IGNORECASE)
_OFFICER = re.compile(r"(?:Governor|Attorney General|Secretary of State|Comptroller|Auditor) of ")
_AUTHORITY = re.compile(
    r"\b(?:department|DOJ|agency|commission|bureau|administration|secretary|attorney\s+general|committee|office|EPA|HHS"
    r"|HUD|DHS|FTC|FCC"
    r"|ICE)\b",
    re.IGNORECASE,
)
_WHICH_WENT = re.compile(
    rf"{LETTER.pattern}[^.;\n]{{0,60}}?\b(?:which|that)\s+(?P<who>[^.;,\n]{{3,60}}?)\s+(?:sent"
    rf"|mailed)\s+(?:[^.;,\n]{{0,30}}?\s)?to\s+",
    re.IGNORECASE,
)


def addressed_letter(
    page: TextPage, scan: PlaceScanner, index: int, sentence: Sentence, about: About, soft: bool
) -> LetterSentence | None:
    """The sentence, if it says to whom: "sent letters to Chicago, Cook County and the State of Illinois"."""
    text, flat = sentence.text, page.flat
    near = state_near(text)
    reports_letter = SEND.search(text) or RECEIVE.search(text) or _BY_LETTER.search(text)
    for begun, behind in _addressed(text, scan.mail) if reports_letter or _RECEIVED_BY.search(text) else ():
        if _FROM_PLACE.search(text[:behind]) or is_others(text[:begun]):
            continue
        start = sentence.start + behind
        to = next(
            (authority for authority in authorities_in(text[behind : behind + 80]) if authority.start <= len("the U.S. ")), None
        )
        if to and not _OFFICER.match(to.name):
            if not (
                _is_by_authority(text, verb_of(sentence, begun)[0] - sentence.start)
                or (is_of_state(to.name) and text[:begun].strip().lower() in ("", "the", "these", "those"))
            ):
                return LetterSentence(index, sentence, About.NOT_SENT, verb_of(sentence, begun))  # a letter to the authority
            more = _AS_WELL.match(flat, start + to.end, sentence.end)
            named_places = _places_at(scan, flat, more.end(), sentence.end, near) if more else None
            listing = PlaceList(tuple(named_places[0]), named_places[1]) if named_places else PlaceList((), 0)
            return LetterSentence(index, sentence, about, verb_of(sentence, begun), listing, not named_places, soft)
        named_places = _places_at(scan, flat, start, sentence.end, near)
        if named_places:
            items, stop, partial = named_places
            return LetterSentence(
                index, sentence, about, verb_of(sentence, begun), PlaceList(tuple(items), stop), partial, soft
            )
        if any(
            authority.start <= REACH and _OFFICE_OF.fullmatch(text[behind : behind + authority.start])
            for authority in authorities_in(text[behind : behind + 80])
            if not _OFFICER.match(authority.name)
        ):
            return LetterSentence(index, sentence, About.NOT_SENT, verb_of(sentence, begun))
        if (counted := _COUNTED.match(flat, start, sentence.end)) and (counted["number"] or counted["bare"]):
            return LetterSentence(index, sentence, about, verb_of(sentence, begun), PlaceList((), 0), False, soft)
    for match in _DATIVE.finditer(text):
        if is_others(text[: match.start()]):
            continue
        start = sentence.start + match.end()
        by_letter = bool(
            not match["gave"] and _BY_LETTER.search(text, 0, match.start()) and _AUTHORITY.search(text, 0, match.start())
        )
        items, stop = scan.inline(start, sentence.end, near, strict=not match["gave"])
        told_of = (_DATIVE_END if match["gave"] else _IN_LETTERS).match(flat, stop, sentence.end)
        if items and (told_of or by_letter):
            return LetterSentence(
                index, sentence, about, (sentence.start + match.start(), start), PlaceList(tuple(items), stop), False, soft
            )
    letter = LETTER.search(text)
    for match in (*_FROM_WHOM.finditer(text), *_THAT_THEY.finditer(text)) if letter else ():
        start = sentence.start + match.end()
        subject = text[letter.end() : match.start()] if letter and letter.end() < match.start() else text[: match.start()]
        if (
            (subject == text[: match.start()] and not _BY_LETTER.search(text))
            or is_others(text[: match.start()])
            or not authorities_in(subject)
        ):
            continue
        if items := scan.inline(start, sentence.end, near, strict=match.re is _FROM_WHOM)[0]:
            stop = items[-1].end
            verb = (sentence.start + match.start(), start)
            if sent := _LETTER_SENT.search(text, match.end()):
                verb = (sentence.start + sent.start("verb"), sentence.start + sent.end())
            if re.match(r"\s*,?\s*(?:and|or)\s+(?:the\s+)?[A-Z]", flat[stop : sentence.end]):
                return LetterSentence(index, sentence, about, verb, is_soft=soft)  # not all of them could be read
            return LetterSentence(index, sentence, about, verb, PlaceList(tuple(items), stop), False, soft)
    return None


def _is_by_authority(text: str, verb: int) -> bool:
    """Whether an authority is the subject of the verb, with nobody else named in between."""
    before = [one for one in authorities_in(text[:verb]) if not _OF_WHOM.search(text[max(0, one.start - 14) : one.start])]
    return bool(before) and not re.search(r"[,;:]|\b(?:that|which|who|after|because|mayor|said)\b", text[before[-1].end : verb])


def _addressed(text: str, mail: bool) -> Iterator[tuple[int, int]]:
    """Where a sentence may go on with the recipients: the beginning of "letters ... to", and its end."""
    for letter in LETTER.finditer(text):
        over = _GAP_ENDS.search(text, letter.end(), letter.end() + GAP)
        for match in _TO.finditer(text, letter.end(), over.start() + 1 if over else letter.end() + GAP):
            yield letter.start(), match.end()
    for match in _SENT_TO.finditer(text):
        if LETTER.search(text, 0, match.end()) or re.search(r"\brequest|\bdemand|\bnotice", text, re.IGNORECASE):
            yield match.span()
    yield from (match.span() for match in _RECEIVED_BY.finditer(text))
    for match in _WHICH_WENT.finditer(text):
        if any(one.start <= len("the U.S. ") for one in authorities_in(match["who"])):
            yield match.start(), match.end()
    for pattern in (_WROTE, _SERVED):
        yield from (match.span() for match in pattern.finditer(text) if mail or not match.groupdict().get("soft"))


def _places_at(
    scan: PlaceScanner, flat: str, start: int, end: int, near: str | None
) -> tuple[list[ListedPlace], int, bool] | None:
    """The places at `start`, or after a count there: "23 jurisdictions, including"; and whether they are only some of them."""
    items, stop = listed_places(scan, flat, start, end, near)
    if items:
        return items, stop, False
    counted = _COUNTED.match(flat, start, end)
    if not counted:
        return None
    if counted["where"] and _names_places(counted["where"]):
        return None  # "school districts in Laredo, Abilene and Waco"
    joined = _JOIN.match(flat, counted.end(), end)
    if not joined:
        return None
    items, stop = listed_places(scan, flat, joined.end(), end, near)
    noun = (counted["noun"] or counted["bare"] or "").lower()
    items = hinted(flat, items, noun) if noun in HINTS else items
    return (items, stop, bool(PARTLY.search(joined[0]))) if items else None


def _names_places(where: str) -> bool:
    rest = re.sub(rf"\b(?:{FULL})\b", "", where)
    return bool(re.search(r"[A-Z]", rest))

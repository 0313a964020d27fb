"""Sentences that say who was written to, by whom and when: those of this letter, of earlier ones, and of places cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.intake.extract.authority import named
from bot.intake.extract.entries import Listing, below, parts
from bot.intake.extract.lists import Item, Scan
from bot.intake.extract.numbers import NUMBER, value_of
from bot.intake.extract.places import is_of_state
from bot.intake.extract.states import FULL, code_of
from bot.intake.extract.text import BULLET, Page, Sentence
from bot.intake.extract.vocabulary import (
    COUNT,
    EARLIER,
    LETTER,
    NEGATED,
    NO_LETTER,
    OTHER_SENDER,
    PAST_TIME,
    PLACES,
    RECEIVED,
    SENT,
)

PROSE = 300_000  # characters beside lists that are read: a hundred pages
STRAY = 30_000  # characters within which a list without words that introduce it is looked for
MOST_STRAY = 40  # places where one is tried


class About(StrEnum):
    LETTER = "letter"
    EARLIER = "earlier"
    CLEARED = "cleared"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class Mailing:
    """A sentence about letters sent: `verb` is where it says so, in `flat`; `listing` the places it names.

    `is_partial`: it names only some of them ("including"). `is_soft`: it may be of an earlier letter ("in November").
    """

    index: int
    sentence: Sentence
    about: About
    verb: tuple[int, int]
    listing: Listing = field(default_factory=lambda: Listing((), 0))
    is_partial: bool = False
    is_soft: bool = False
    is_list: bool = False


_RECEIVE = re.compile(rf"\b{RECEIVED}\b", re.IGNORECASE)
_SEND = re.compile(rf"\b(?:{SENT})\b", re.IGNORECASE)
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
HINTS = ("cities", "counties", "states", "towns")
REACH = 30  # characters behind "to" within which an authority is the one written to
GAP = 130  # characters between "letters" and "to"
_SERVED = re.compile(
    r"\b(?:served|issued|sent|sends|issues|issuing|serving)\s+(?:(?:an?|the|new|civil|administrative|investigative|formal"
    r"|separate|today|yesterday|on|\w+day|strong|stern|final)\s+){0,4}"
    r"(?:(?P<soft>warnings?|directives?|ultimatums?)|subpoenas?|orders?|investigative\s+demands?)\b(?:(?!\b(?:that|which|who|said|if|would|could|should|fail\w*|respon\w+"
    r"|refus\w+)\b)[^;:!?\n]){0,60}?\s(?:to|on|upon)\s+",
    re.IGNORECASE,
)
_REQUESTED = re.compile(
    r"\b(?:told|tells|notified|notifies|informed|informs|warned|warns|directs|asked|asks|demanded|demands|ordered|orders|directed|requested|required|requires)\s+",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"\b(?:could|may|might|would|consider\w*|expected\s+to|fears?|likely\s+to|next)\b", re.IGNORECASE)
_SENT_TO = re.compile(
    r"\b(?:(?:were|was|been|being|are|is)\s+(?:\w+\s+){0,2}?(?:sent|mailed|addressed|directed|issued|delivered)"
    r"|went(?:\s+out)?|sent|addressed|going)\s+(?:(?:today|yesterday|on\s+\w+|\w+day)\s+)?to\s*(?=.)",
    re.IGNORECASE,
)
_DATIVE = re.compile(
    r"\b(?:(?P<gave>(?i:sent|mailed|served|e-?mailed|gave|handed))|(?i:warn|t[eo]ll|notif|inform|ask|order|direct|advis|urg|demand)"
    r"(?:s|d|ed|ied|ies|es|ing)?(?i:\s+that)?)\s+(?=(?:the\s+)?(?:[A-Z]|city|county|state|town))",
)
_DATIVE_END = re.compile(
    rf"[\s,]*(?:an?|the|its|their|similar|identical|another|two|separate)\s+(?:[\w'-]+\s+){{0,3}}?{LETTER.pattern}",
    re.IGNORECASE,
)
_IN_LETTERS = re.compile(
    rf"[^.;\n]{{0,200}}?\b(?:in|by|according\s+to)\s+(?:(?:an?|the|its|separate|identical|similar|\w+day)\s+){{0,2}}{LETTER.pattern}",
    re.IGNORECASE,
)
_BY_LETTER = re.compile(
    rf"\b(?:in|by)\s+(?:(?:an?|the|its|their|series\s+of|separate|identical|similar|\w+day|\w+)\s+){{0,3}}{LETTER.pattern}",
    re.IGNORECASE,
)
_FROM_WHOM = re.compile(
    r"\b(?:demand|seek|sought|request|ask)(?:s|ed|ing)?\b[^.;,\n]{1,60}?\s(?:from|of)\s+(?=(?:the\s+)?(?:[A-Z]|city|county|state|town))"
)
_UNTIED = re.compile(
    r"\b(?:following|these|those|below)\b[^:\n]{0,80}?\b(?:filed|joined|comment\w*|object\w*|respond\w*|repl(?:y|ied)"
    r"|complied|sued|adopted|passed|declined|refused|critici\w+|"
    r"oppos\w+|support\w*|answered|attend\w*|participat\w*|announced|pledged|vowed)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(r"\b(?:following|below|listed|these|here\s+(?:is|are)|as\s+follows)\b", re.IGNORECASE)
_HEADING = re.compile(
    rf"(?:list\s+of\s+|the\s+)?(?:(?:letter\s+)?(?:recipients?|addressees?)(?:\s+of\s+(?:the\s+|these\s+"
    rf"|this\s+)?(?:\w+\s+){{0,2}}?(?:letters?|requests?|demands?))?|distribution(?:\s+list)?|letters?\s+sent\s+[^.\n]{{4,60}}|"
    rf"(?:{PLACES})\s+(?:that\s+|which\s+)?(?:{RECEIVED})\s+(?:the\s+|a\s+)?(?:\w+\s+){{0,2}}(?:letters?|requests?)"
    rf"|letters?\s+(?:\w+\s+){{0,3}}(?:sent\s+)?to|sent\s+to|"
    rf"(?:here(?:'s|\s+is)\s+)?(?:(?:the|a)\s+)?(?:(?:complete|full)\s+)?list\s+of\s+(?:the\s+)?(?:\w+\s+)?{PLACES}\s+(?:that|which)\s+"
    rf"(?:(?:have|has|had)\s+)?{RECEIVED}\s+(?:an?|the|this|these)\s+(?:\w+\s+)?(?:letters?|requests?|ultimatums?|warnings?|notices?)|"
    rf"who\s+(?:got|received)\s+(?:the\s+|a\s+)?letters?|(?:letters?"
    rf"|requests?)\s+of\s+[^.\n]{{4,30}}\W+recipients)\s*(?:\(\d+\))?\s*:?",
    re.IGNORECASE,
)
_RECIPIENT_COLON = re.compile(
    r"(?:^|\n)\s*(?:the\s+)?(?:recipients?|addressees?|sent\s+to|letters?\s+to)\s*(?:\(\d+\))?\s*:\s*(?=\S)", re.IGNORECASE
)
_MEMO_TO = re.compile(r"^(?:TO|To)\s*:\s*", re.MULTILINE)
_INCLUDE = re.compile(
    rf"\b(?:includ(?:e|es|ed|ing)|such\s+as|among\s+(?:them|those|the\s+recipients)(?:\s+(?:are|were|is|was))?"
    rf"|among\s+(?:those|the\s+\w+)\s+(?:that\s+|to\s+)?(?:{RECEIVED}|sent)\s+(?:the\s+|a\s+)?{LETTER.pattern}\s+(?:are|were"
    rf"|is|was)|namely|notably|they\s+are|they\s+were|these\s+are|(?:{PLACES})\s+(?:are|were))\s*:?\s+",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"\b(?:which\s+include|includ\w+|such\s+as|among|notably)\b", re.IGNORECASE)
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
_CLEARED = [
    re.compile(
        r"\b(?:notified|informed|told|advised|assured|wrote\s+to)\s+(?=[^.]{2,200}?\b(?:no\s+evidence|in\s+compliance"
        r"|not\s+out\s+of\s+compliance|complies|comply|cleared|no\s+longer|found\s+no)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:cleared)\s+(?=(?:the\s+)?(?:[A-Z]|city|county|state))", re.IGNORECASE),
    re.compile(r"\bno\s+evidence\s+(?:was\s+found\s+)?that\s+", re.IGNORECASE),
    re.compile(
        r"\b(?:found|determined|concluded|decided|announced)\s+that\s+(?=[^.]{2,160}?\b(?:in\s+compliance|complies|comply"
        r"|not\s+(?:out\s+of|in\s+violation)|no\s+longer)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\bclosed\s+(?:its|the)\s+(?:inquir(?:y|ies)|reviews?|investigations?)\s+(?:of|into|with)\s+", re.IGNORECASE),
]
_CLEARED_BEHIND = re.compile(
    r"(?:\s*,\s*(?:which|who)\s[^,.;]{1,90}(?=,))?\s*,?\s*(?:(?:have|has|had|were|was|are|is)\s+(?:\w+\s+)?(?:been\s+)?(?:cleared|found\s+(?:to\s+be\s+)?in\s+compliance"
    r"|removed\s+from)|(?:is|are|were|was)\s+no\s+longer\s+"
    r"(?:under|a\s+target|on)|(?:is|are|was|were)\s+(?:now\s+)?in\s+compliance\s+with\s+(?:section|8|the\s+(?:law"
    r"|statute))[^.]{0,80}?\b(?:department|agency|DOJ|office)\s+(?:said|found|"
    r"announced)|(?:have|has)\s+come\s+into\s+compliance)",
    re.IGNORECASE,
)
_CLEARED_LIST = re.compile(r"\b(?:cleared|no\s+longer\s+under\s+review|in\s+compliance|no\s+evidence)\b", re.IGNORECASE)
_ANY_MAIL = re.compile(
    rf"{LETTER.pattern}|\bwrote\b|\bwrites\b|\bwritten\b|\brecipients?\b|\baddressees?\b|\b(?:asked|asks)\b|\bcontacted\b"
    rf"|\bsent\b|\bsubpoenas?\b|\borders?\b|\b(?:ultimatums?|warnings?|directives?)\b",
    re.IGNORECASE,
)
IN_REPLY = re.compile(
    r"\b(?:in\s+(?:response|reply)\s+to|respon(?:ds?|se)\s+to|(?:we|I)\s+(?:have\s+)?received|thank\s+you\s+for"
    r"|enclosed\s+with|replies\s+to)\s+your\b"
    r"[^.]{0,60}?\b(?:letter|request|inquiry|notice|demand)",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(r"(?:sent|date|from|to|cc|bcc|subject|re)\s*:", re.IGNORECASE)
SIGNED = re.compile(
    r"\b(?:co-?)?sign(?:ed|ing|ers?|atories)\b(?=[^.,;]*\bletters?\b)"
    r"|\bletters?\b[^.]{0,40}\bsigned\s+by\s+(?:the\s+)?(?:mayors|governors|attorneys|\d+)|\bjoined\b[^.]{0,40}\bletters?\b",
    re.IGNORECASE,
)
_NOTHING_HELD = re.compile(
    r"\bno\s+evidence\b|\b(?:been|were|was)\s+cleared\b|\bfound\s+(?:\w+\s+){0,2}in\s+compliance\b", re.IGNORECASE
)
_ANSWER = re.compile(
    r"[\s,]*(?:has|have)\s+until\b[^.]{0,80}?\bletter\b|[\s,]*(?:has|have)\s+(?:\w+\s+)?(?:until|\d+\s+days"
    r"|to)\b[^.]{0,120}?\bletters?\b[^.]{0,40}?\b(?:it|they)\s+(?:\w+\s+)?(?:got|received)",
    re.IGNORECASE,
)
_AMONG = re.compile(
    rf"[\s,]*(?:is|are|was|were|also)?\s*(?:one\s+of|among|part\s+of)\s+(?:the\s+)?[^.,;]{{0,60}}?(?:that|which|to"
    rf"|who)?\s*(?:{RECEIVED}|sent)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(rf"[\s,]*(?:which|who)\s+(?:\w+\s+){{0,2}}?{RECEIVED}\b[^.,;]{{0,40}}?\bletter", re.IGNORECASE)
_INTRO = re.compile(
    r"(?:(?:so|but|and|also|meanwhile|separately)\s+)*(?:(?:on|in|by|over|across|from|late|early|at"
    r"|after)\s+[^,.]{1,60},\s+)?(?:(?:both|also)\s+)?(?:receiving\s+letters\s*:?\s*(?:were|are)?\s*)?",
    re.IGNORECASE,
)
_FROM_PLACE = re.compile(r"\b(?:response|reply|answer|replied|responded|written\s+response)\b", re.IGNORECASE)
_FUTURE = re.compile(
    r"\b(?:will|would|may|might|could|plans?\s+to|considering|intends?\s+to|about\s+to|expected\s+to"
    r"|set\s+to)\s+(?:also\s+)?(?:be\s+)?(?:sen[dt]|sending|receive|writ|mail|get|issue)",
    re.IGNORECASE,
)
_OFFICE_OF = re.compile(
    r"(?:(?:the|an?|of|at|in|for|and|officials?|leaders?|head|director|secretary|chief)\s+|[A-Z][\w.'-]*,?\s+)*"
)
_OF_WHOM = re.compile(r"\b(?:to|with|against|of|for|at|in|under|between|from)\s+(?:the\s+)?$", re.IGNORECASE)
_AS_WELL = re.compile(r"\s*,?\s*(?:as\s+well\s+as|and(?:\s+also)?|along\s+with|,)\s+(?:to\s+)?", re.IGNORECASE)
_OFFICER = re.compile(r"(?:Governor|Attorney General|Secretary of State|Comptroller|Auditor) of ")
_OWED = re.compile(
    rf"[^.;]{{0,80}}?\bto\s+(?:answer|respond\s+to|reply\s+to|comply\s+with)\s+(?:the|its|their)\s+{LETTER.pattern}\s+that\b",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\b(?:department|DOJ|agency|commission|bureau|administration|secretary|attorney\s+general|committee|office|EPA|HHS|HUD|DHS|FTC|FCC"
    r"|ICE)\b",
    re.IGNORECASE,
)
_WHICH_WENT = re.compile(
    rf"{LETTER.pattern}[^.;\n]{{0,60}}?\b(?:which|that)\s+(?P<who>[^.;,\n]{{3,60}}?)\s+(?:sent|mailed)\s+(?:[^.;,\n]{{0,30}}?\s)?to\s+",
    re.IGNORECASE,
)
_LETTERS_TO = re.compile(
    rf"\b(?P<number>{NUMBER})\s+(?:(?!more|other|such)[a-z]+\s+)?letters\s+(?:(?!from|by)[\w,]+\s+){{0,4}}?to\b", re.IGNORECASE
)
_VAGUELY = re.compile(
    r"(?:nearly|almost|about|around|approximately|roughly|some|more\s+than|at\s+least|over|up\s+to|fewer\s+than|less\s+than|another|other|of\s+the|K-)"
    r"\s*$",
    re.IGNORECASE,
)
_MANY = re.compile(r"(?<!s)s$", re.IGNORECASE)  # "jurisdictions"
_SOME = (
    r"(?:jurisdictions|cities|counties|localities|municipalities|governments|places|communities|towns|townships|villages"
    r"|institutions|districts)"
)
_STATE_BEFORE = re.compile(
    rf"\b({FULL})\s+{_SOME}\b|\b{_SOME}\s+(?:in|across)\s+(?:the\s+state\s+of\s+)?({FULL})(?![\w'])", re.IGNORECASE
)


def mailings(page: Page, scan: Scan) -> list[Mailing]:
    """Every sentence that says who was written to or cleared, in order."""
    found: list[Mailing] = []
    asked: list[Mailing] = []
    done = 0
    recent = -9
    prose = 0
    for index, sentence in enumerate(page.sentences):
        if sentence.end <= done:
            continue
        if (prose := prose + len(sentence.text)) > PROSE:
            break
        made = list(_of_sentence(page, scan, index, sentence, index - recent <= 2))
        if not made and _REQUESTED.search(sentence.text) and COUNT.search(sentence.text) and not EARLIER.search(sentence.text):
            verb = _REQUESTED.search(sentence.text)
            assert verb
            at = sentence.start + verb.start()
            asked.append(
                Mailing(index, sentence, About.LETTER, (at, at + len(verb[0])), is_soft=bool(PAST_TIME.search(sentence.text)))
            )
        for one in made:
            done = max(done, one.listing.end)
            if one.about is About.LETTER:
                recent = index
        found += made
    found += [one for one in asked if any(0 < other.index - one.index <= 4 and other.about is About.LETTER for other in found)]
    return _with_stray_list(page, scan, sorted(found, key=lambda one: one.index))


def _with_stray_list(page: Page, scan: Scan, found: list[Mailing]) -> list[Mailing]:
    """A list that no word ties to the letters, but which has exactly as many places as letters were sent."""
    letters = [one for one in found if one.about is About.LETTER]
    if not letters or any(one.listing.items and not one.is_partial for one in letters):
        return found
    given = {count: one for one in reversed(letters) for count, _, _ in counts(one.sentence.text) if count > 1}
    tried = 0
    for line in re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE).finditer(page.flat, 0, min(len(page.flat), STRAY)):
        above = page.flat[max(0, line.start() - 300) : line.start()].rstrip()
        if not (BULLET.match(line[0]) or above.endswith(":")) or tried >= MOST_STRAY:
            continue
        intro = above.rpartition("\n")[2]
        tried += 1
        if NEGATED.search(intro) or EARLIER.search(intro) or _CLEARED_LIST.search(intro):
            continue
        listing = below(scan, line.start())
        if len(listing.items) in given and not any(item.is_unknown for item in listing.items):
            chosen = given[len(listing.items)]
            return [
                replace(other, listing=listing, is_list=True, is_partial=False) if other is chosen else other for other in found
            ]
    return found


def _of_sentence(page: Page, scan: Scan, index: int, sentence: Sentence, follows: bool) -> Iterator[Mailing]:
    text = sentence.text
    if not _ANY_MAIL.search(text) and not (follows and _INCLUDE.search(text)):
        yield from _cleared(page, scan, index, sentence)
        return
    cleared = list(_cleared(page, scan, index, sentence))
    if cleared:
        yield from cleared
        return
    if _NO_SENTENCE.match(text) or SIGNED.search(text):
        return
    if IN_REPLY.search(text):
        yield Mailing(index, sentence, About.NOT_SENT, _verb_of(sentence))
        return
    if NO_LETTER.search(text) and not re.search(r"\bdemand\s+letter|\bletters?\s+(?:was|were)\s+sent", text, re.IGNORECASE):
        return
    perhaps = _FUTURE.search(text)
    doubtful = NEGATED.search(text) or (perhaps and _PERHAPS.search(perhaps[0]))
    about = About.NOT_SENT if doubtful else About.EARLIER if EARLIER.search(text) else About.LETTER
    soft = bool(PAST_TIME.search(text))
    if listed := _listed(page, scan, index, sentence, about, soft, follows):
        yield listed
        return
    for made in (_sent(page, scan, index, sentence, about, soft), _received(page, scan, index, sentence, about, soft)):
        if made:
            yield made
            return


def _listed(page: Page, scan: Scan, index: int, sentence: Sentence, about: About, soft: bool, follows: bool) -> Mailing | None:
    """A sentence or heading that introduces a list: "The following jurisdictions received the letters:"."""
    text, flat = sentence.text, page.flat
    near = _near(text)
    colon = _colon(text)
    head = text if colon is None else text[:colon]
    if (untied := _UNTIED.search(head)) and not _RECEIVE.search(head, untied.start()):
        return None
    mail = bool(LETTER.search(head) or re.search(r"\b(?:wrote|written|writes)\b", head, re.IGNORECASE)) and bool(
        _RECEIVE.search(head) or _SEND.search(head) or re.search(r"\bto\s*(?:the\s+following\b.*)?:?$", head)
    )
    heading = bool(_HEADING.fullmatch(head.rstrip(" :"))) or bool(_HEADING.fullmatch(head.strip())) or _table_heading(text)
    loose = bool(re.search(r"\b(?:recipients|addressees|received|asked|wrote|contacted)\b", text, re.IGNORECASE)) and bool(
        _FOLLOWS.search(text)
    )
    again = follows and bool(
        re.match(rf"(?:they|these|those|the)\s+(?:(?:\w+\s+){{0,3}}?(?:{PLACES})\s+)?(?:are|were|include)", text, re.IGNORECASE)
    )
    if not (mail or heading or again or (loose and follows)):
        return None
    if heading and NO_GRANT.search(_before(page, index)) and not LETTER.search(text):
        return None
    verb = _verb_of(sentence)
    if colon is not None:
        at = sentence.start + colon
        inner = flat[at : sentence.end].strip()
        if inner:
            listing = _after_colon(scan, page, at, sentence, near)
        elif mail or heading or again or loose:
            listing = below(scan, at, near)
        else:
            return None
    elif (heading or _FOLLOWS.search(text)) and _line_ends(flat, sentence.end):
        listing = below(scan, sentence.end, near)
    else:
        return None
    if not listing.items:
        return None
    nouns = [found["noun"].lower() for found in COUNT.finditer(head)]
    if len(set(nouns)) == 1 and nouns[0] in HINTS:
        listing = replace(listing, items=tuple(replace(item, hint=nouns[0]) for item in listing.items))
    partly = bool(_PARTLY.search(text[: colon or len(text)]))
    return Mailing(index, sentence, about, verb, listing, partly, soft, True)


NO_GRANT = re.compile(r"\b(?:grants?|awards?|scholarships?|prizes?)\s+to\b|\baward(?:s|ed)\b", re.IGNORECASE)


def _table_heading(text: str) -> bool:
    cells = [cell for cell in re.split(r"\t+|\s*\|\s*|\s{3,}", text) if cell.strip()]
    return len(cells) > 1 and bool(re.match(r"(?:recipient|addressee)s?$", cells[0].strip(), re.IGNORECASE))


def _before(page: Page, index: int) -> str:
    return " ".join(sentence.text for sentence in page.sentences[max(0, index - 2) : index + 1])


def _line_ends(flat: str, at: int) -> bool:
    return bool(re.match(r"[^\S\n]*\n", flat[at : at + 40])) or flat[at - 1 : at] == "\n"


def _colon(text: str) -> int | None:
    """Behind the colon that opens the list: one that does not stand in a time of day."""
    found = next((one for one in re.finditer(r":(?!\d\d)(?:\s|$)", text)), None)
    return found.end() if found else None


def _after_colon(scan: Scan, page: Page, at: int, sentence: Sentence, near: str | None) -> Listing:
    flat = page.flat
    end = sentence.end
    if ";" in flat[at:end]:
        items, stop = parts(scan, at, end, near)
    else:
        items, stop = scan.inline(at, end, near)
    if items and flat[stop:end].strip(" .;") == "" and flat[end : end + 1] == "\n" and flat[stop:end].rstrip().endswith(";"):
        more = below(scan, end, near)
        return Listing((*items, *more.items), more.end, more.headed)
    return Listing(tuple(items), stop)


def _sent(page: Page, scan: Scan, index: int, sentence: Sentence, about: About, soft: bool) -> Mailing | None:
    """Letters to places that the sentence itself names: "sent letters to Chicago, Cook County and the State of Illinois"."""
    text, flat = sentence.text, page.flat
    near = _near(text)
    told = _SEND.search(text) or _RECEIVE.search(text) or _BY_LETTER.search(text)
    for begun, behind in _addressed(text, scan.mail) if told else ():
        if _FROM_PLACE.search(text[:behind]) or _is_others(text[:begun], scan):
            continue
        start = sentence.start + behind
        to = next((one for one in named(text[behind : behind + 80]) if one.start <= len("the U.S. ")), None)
        if to and not _OFFICER.match(to.name):
            if not (
                _is_by_authority(text, _verb_of(sentence, begun)[0] - sentence.start)
                or (is_of_state(to.name) and text[:begun].strip().lower() in ("", "the", "these", "those"))
            ):
                return Mailing(index, sentence, About.NOT_SENT, _verb_of(sentence, begun))  # a letter to the authority
            more = _AS_WELL.match(flat, start + to.end, sentence.end)
            made = _places_at(scan, flat, more.end(), sentence.end, near) if more else None
            listing = Listing(tuple(made[0]), made[1]) if made else Listing((), 0)
            return Mailing(index, sentence, about, _verb_of(sentence, begun), listing, not made, soft)
        made = _places_at(scan, flat, start, sentence.end, near)
        if made:
            items, stop, partial = made
            return Mailing(index, sentence, about, _verb_of(sentence, begun), Listing(tuple(items), stop), partial, soft)
        if any(
            one.start <= REACH and _OFFICE_OF.fullmatch(text[behind : behind + one.start])
            for one in named(text[behind : behind + 80])
            if not _OFFICER.match(one.name)
        ):
            return Mailing(index, sentence, About.NOT_SENT, _verb_of(sentence, begun))
        if (counted := _COUNTED.match(flat, start, sentence.end)) and (counted["number"] or counted["bare"]):
            return Mailing(index, sentence, about, _verb_of(sentence, begun), Listing((), 0), False, soft)
    for found in _DATIVE.finditer(text):
        if _is_others(text[: found.start()], scan):
            continue
        start = sentence.start + found.end()
        by_letter = bool(
            not found["gave"] and _BY_LETTER.search(text, 0, found.start()) and _AUTHORITY.search(text, 0, found.start())
        )
        items, stop = scan.inline(start, sentence.end, near, strict=by_letter)
        told_of = (_DATIVE_END if found["gave"] else _IN_LETTERS).match(flat, stop, sentence.end)
        if items and (told_of or by_letter):
            return Mailing(
                index, sentence, about, (sentence.start + found.start(), start), Listing(tuple(items), stop), False, soft
            )
    letter = LETTER.search(text)
    for found in _FROM_WHOM.finditer(text, letter.end()) if letter else ():
        start = sentence.start + found.end()
        if letter and named(text[letter.end() : found.start()]) and (items := scan.inline(start, sentence.end, near)[0]):
            stop = items[-1].end
            return Mailing(
                index, sentence, about, (sentence.start + found.start(), start), Listing(tuple(items), stop), False, soft
            )
    return None


def _is_by_authority(text: str, verb: int) -> bool:
    """Whether an authority is the subject of the verb, with nobody else named between."""
    before = [one for one in named(text[:verb]) if not _OF_WHOM.search(text[max(0, one.start - 14) : one.start])]
    return bool(before) and not re.search(r"[,;:]|\b(?:that|which|who|after|because|mayor|said)\b", text[before[-1].end : verb])


def _addressed(text: str, mail: bool) -> Iterator[tuple[int, int]]:
    """Where a sentence may go on with those written to: the beginning of "letters ... to", and its end."""
    for letter in LETTER.finditer(text):
        over = _GAP_ENDS.search(text, letter.end(), letter.end() + GAP)
        for found in _TO.finditer(text, letter.end(), over.start() + 1 if over else letter.end() + GAP):
            yield letter.start(), found.end()
    for found in _SENT_TO.finditer(text):
        if LETTER.search(text, 0, found.end()) or re.search(r"\brequest|\bdemand|\bnotice", text, re.IGNORECASE):
            yield found.span()
    for found in _WHICH_WENT.finditer(text):
        if any(one.start <= len("the U.S. ") for one in named(found["who"])):
            yield found.start(), found.end()
    for pattern in (_WROTE, _SERVED):
        yield from (found.span() for found in pattern.finditer(text) if mail or not found.groupdict().get("soft"))


def _places_at(scan: Scan, flat: str, start: int, end: int, near: str | None) -> tuple[list[Item], int, bool] | None:
    """The places at `start`, or behind a count there: "23 jurisdictions, including"."""
    items, stop = _some(scan, flat, start, end, near)
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
    items, stop = _some(scan, flat, joined.end(), end, near)
    noun = (counted["noun"] or counted["bare"] or "").lower()
    items = [replace(item, hint=noun) for item in items] if noun in HINTS else items
    return (items, stop, bool(_PARTLY.search(joined[0]))) if items else None


def _names_places(where: str) -> bool:
    rest = re.sub(rf"\b(?:{FULL})\b", "", where)
    return bool(re.search(r"[A-Z]", rest))


def _some(scan: Scan, flat: str, start: int, end: int, near: str | None) -> tuple[list[Item], int]:
    if ";" in flat[start:end]:
        items, stop = parts(scan, start, end, near)
        if items:
            return items, stop
    return scan.inline(start, end, near)


def _received(page: Page, scan: Scan, index: int, sentence: Sentence, about: About, soft: bool) -> Mailing | None:
    """Places that stand before the verb, or behind "include": "Chicago and Denver received letters"."""
    text, flat = sentence.text, page.flat
    near = _near(text)
    mail = LETTER.search(text)
    if (
        mail
        and _RECEIVE.search(text)
        and (found := _INCLUDE.search(text))
        and re.search(rf"\b(?:{PLACES}|those|letters?)\b", text[: found.end()], re.IGNORECASE)
    ):
        items, stop = _some(scan, flat, sentence.start + found.end(), sentence.end, near)
        if items:
            return Mailing(index, sentence, about, _verb_of(sentence), Listing(tuple(items), stop), True, soft)
    starts = [0]
    if intro := _INTRO.match(text):
        starts.insert(0, intro.end())
    starts += [found.end() for found in re.finditer(r"(?:\s[—-]{1,2}\s|,\s+(?:where|and|but|while)\s+|:\s+|\bthat\s+)", text)]
    if received := _RECEIVE.search(text):
        starts += [found.end() for found in list(re.finditer(r",\s+", text[: received.start()]))[:8]]
    starts += [at + found.end() for at in starts if (found := _INTRO.match(text[at:]))]
    for begun in dict.fromkeys((*starts[:2], *sorted(starts[2:]))):  # the longest list first
        items, stop = _some(scan, flat, sentence.start + begun, sentence.end, near)
        if not items:
            continue
        rest = flat[stop : sentence.end]
        verb = re.match(
            rf"[\s,]*(?:(?:each|both|all|also|have|has|had|recently|on\s+\w+day|today|yesterday"
            rf"|\w+day)\s+){{0,3}}(?P<verb>{RECEIVED})\b(?P<what>[^.;]{{0,80}})",
            rest,
            re.IGNORECASE,
        )
        if verb and LETTER.search(verb["what"]) and (owed := _OWED.match(flat, stop, sentence.end)):
            return Mailing(index, sentence, about, _verb_of(sentence, owed.end() - sentence.start), Listing(tuple(items), stop))
        if verb and LETTER.search(verb["what"]) and not _from_another(flat, stop, sentence.end):
            if about is About.LETTER and _NOTHING_HELD.search(rest):
                about = About.CLEARED
            return Mailing(
                index,
                sentence,
                about,
                (stop + verb.start("verb"), stop + verb.end("verb")),
                Listing(tuple(items), stop),
                False,
                soft,
            )
        for other, partial in ((_AMONG, True), (_WHICH, True), (_ANSWER, False)):
            behind = other.match(rest)
            if behind and LETTER.search(rest):
                return Mailing(
                    index,
                    sentence,
                    about,
                    _verb_of(sentence, stop - sentence.start + behind.end()),
                    Listing(tuple(items), stop),
                    partial,
                    soft,
                )
    if mail and (_RECEIVE.search(text) or _SEND.search(text) or re.search(r"\bdated\b", text)):
        return Mailing(index, sentence, about, _verb_of(sentence), Listing((), 0), False, soft) if _says_sent(text) else None
    return None


def _from_another(flat: str, start: int, end: int) -> bool:
    """Whether the letter received came from somebody who is no authority: "from a lawyer in Olathe"."""
    sender = re.compile(r"\bfrom\s+(?:an?|his|her|their)\s+(?P<who>[a-z]+)").search(flat, start, end)
    return bool(sender and not named(flat[sender.end() : sender.end() + 60]))


def _says_sent(text: str) -> bool:
    return bool(
        re.search(
            rf"\b(?:{PLACES})\b[^.]{{0,60}}?\b{RECEIVED}\b[^.]{{0,40}}?{LETTER.pattern}|\b(?:sent|mailed|issued|wrote"
            rf"|delivered|went)\b[^.]{{0,60}}?{LETTER.pattern}|{LETTER.pattern}[^.]{{0,40}}?\b(?:sent|mailed|issued|went"
            rf"|dated)\b",
            text,
            re.IGNORECASE,
        )
    )


def _cleared(page: Page, scan: Scan, index: int, sentence: Sentence) -> Iterator[Mailing]:
    text, flat = sentence.text, page.flat
    for pattern in _CLEARED:
        for found in pattern.finditer(text):
            items, stop = scan.inline(sentence.start + found.end(), sentence.end, None)
            if items:
                yield Mailing(
                    index,
                    sentence,
                    About.CLEARED,
                    (sentence.start + found.start(), sentence.start + found.end()),
                    Listing(tuple(items), stop),
                )
                return
    if not _CLEARED_LIST.search(text):
        return
    intro = _INTRO.match(text)
    for begun in dict.fromkeys((intro.end() if intro else 0, 0)):
        items, stop = scan.inline(sentence.start + begun, sentence.end, None)
        if items and _CLEARED_BEHIND.match(flat, stop, sentence.end):
            yield Mailing(index, sentence, About.CLEARED, (stop, sentence.end), Listing(tuple(items), stop))
            return
    colon = _colon(text)
    if colon is not None and re.search(rf"\b(?:{PLACES}|following)\b|^cleared", text[:colon], re.IGNORECASE):
        inner = flat[sentence.start + colon : sentence.end].strip()
        listing = _after_colon(scan, page, sentence.start + colon, sentence, None) if inner else below(scan, sentence.end)
        if listing.items:
            yield Mailing(index, sentence, About.CLEARED, (sentence.start, sentence.start + colon), listing)


def _is_others(before: str, scan: Scan) -> bool:
    """Whether the words before the verb make somebody else the sender: a mayor, a group, a place."""
    clause = re.split(r"[;:—]|,\s+(?:and|but|while|which)\s+", before)[-1]
    if re.search(
        r"\b(?:department|DOJ|agency|commission|bureau|administration|secretary|attorney\s+general|committee|letters?|office"
        r"|official|EPA|HHS|HUD|DHS|FTC|FCC|ICE)\b",
        clause,
        re.IGNORECASE,
    ):
        return False
    return bool(OTHER_SENDER.search(clause))


def _verb_of(sentence: Sentence, near: int = 0) -> tuple[int, int]:
    """Where the sentence says that letters were sent or received: the verb nearest to `near`, else the whole sentence."""
    found = [one.span() for pattern in (_SEND, _RECEIVE) for one in pattern.finditer(sentence.text)]
    if not found:
        return sentence.start, sentence.end
    start, end = min(found, key=lambda span: abs(span[0] - near))
    return sentence.start + start, sentence.start + end


def _near(text: str) -> str | None:
    """The state that the words give for all places: "three Wisconsin jurisdictions"; None where they give several."""
    found = {code_of(one[1] or one[2]) for one in _STATE_BEFORE.finditer(text)}
    return found.pop() if len(found) == 1 else None


def counts(text: str) -> list[tuple[int, int, int]]:
    """Numbers of places that the words state exactly: the number, and where it stands."""
    made = []
    for found in COUNT.finditer(text):
        if found["vague"] or found["more"]:
            continue
        try:
            count = value_of(found["number"])
        except KeyError:
            continue
        if count == 1 or _MANY.search(found["noun"]):  # "2027 state law" and "USD 318 school district" count nobody
            made.append((count, found.start("number"), found.end()))
    if not made and (letters := _LETTERS_TO.search(text)) and not _VAGUELY.search(text[: letters.start()]):
        made.append((value_of(letters["number"]), letters.start("number"), letters.end()))
    return made

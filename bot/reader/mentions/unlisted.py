"""Names that no list knows: items among known items of a list, or in a list that is introduced as one of institutions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from bot.reader.mentions.addresses import is_numbered_street, without_addresses
from bot.reader.mentions.grouping import number_lists
from bot.reader.mentions.joined_names import COMPLETE, SUBJECTS, chain_before, is_within
from bot.reader.mentions.list_lines import ListLines
from bot.reader.mentions.mention import Named
from bot.reader.mentions.numbers_in_names import is_number_in_name, with_number_before
from bot.reader.mentions.persons import (
    HEADS,
    before_employer,
    behind_heads,
    is_of_party,
    is_official,
    is_person,
    office_before,
    office_in,
    without_persons,
)
from bot.reader.mentions.written_words import BODY_WORDS, NO_PART, WORD, Words, named
from bot.reader.rules import entries, rule_table, word_lists, word_set
from bot.record.place_names import STATES

NOUNS = word_set("institution_nouns")
VERBS = word_set("headline_verbs")
COMPANY_WORDS = word_set("company_words")
UNIVERSITIES = frozenset(entries("university_names"))
ORGANIZATIONS = word_set("organization_words")
TITLES = word_set("titles")
#: With a capital and no name of an addressee: days, months, officials, persons' titles.
NO_NAME = word_set("no_names") | TITLES
PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
#: Between a body's subjects: "Health, Education, Labor, and Pensions Committee".
JOINED = (", ", " and ", ", and ", " & ")
KINDS = word_set("between_places") | NOUNS | word_set("demonyms") | ORGANIZATIONS | COMPLETE
#: "United Auto Workers", "BP America"; alone, or with one another, they are no names.
COUNTRY = PARTS["of our country"]
KINDS |= COUNTRY | HEADS | {word for title in TITLES for word in title.split()}
MOST_WORDS = 8
OF = ("of", "for", "on")
BEFORE_OBJECT = 100  # characters
BEFORE_LIST, BEHIND_LIST, NEAR = 500, 120, 40  # characters in which the noun of a list stands; for a pair


def with_unlisted(names: Sequence[Named], words: Words) -> list[Named]:
    """The names and those that only their list shows, in order; weak and partial names give way to these.

    1. Every run of words with a capital that is no known name may be one.
    2. In its list, at least two names are known and no fewer than the unknown ones, or a noun for institutions stands beside
       and the list is no menu of the page.
    3. A name that one list shows is that name in the whole text, and its other lists are such lists.
    """
    lines = ListLines(words.flat)
    menus = lines.menus(names)
    names = [name for name in names if not menus.overlaps(name.start, name.end)]
    firm = [name for name in names if not name.is_unknown and not name.is_part_of_name]
    runs = [run for run in _runs(firm, words) if not menus.overlaps(run.start, run.end)]
    taken = {at for run in runs for at in range(run.first, run.last)}
    merged = sorted([*(name for name in firm if name.first not in taken), *runs], key=lambda name: name.start)
    merged = [name for before, name in pairwise((None, *merged)) if name and not is_official(before, name, words.flat)]
    number_lists(words.flat, merged)
    lists: dict[int, list[Named]] = defaultdict(list)
    for name in merged:
        lists[name.group].append(name)
    accepted: dict[str, bool] = {}
    named_in = [
        without_persons(listed)
        for listed in lists.values()
        if not lines.is_furniture(listed[0].start) or _is_mostly_known(listed)
    ]
    for listed in named_in:
        _accept(listed, _sort_of(listed, words), accepted)
    bulleted = [run for run in runs if _is_bulleted(run, words)]
    if len(bulleted) > 1 and _is_introduced([bulleted[0], *bulleted], words, NOUNS):
        accepted |= {run.name: True for run in bulleted}
    for listed in named_in:
        if any(accepted.get(name.name) for name in listed if name.is_unlisted):
            _accept(listed, True, accepted)
    shown = [run for run in runs if run.name in accepted]
    for run in shown:
        run.is_institution = accepted[run.name]
    kept = _put_in(names, shown)
    for name in kept:
        _keep_possessive(name, words)
    return list(without_addresses(kept, words.flat))


def _keep_possessive(name: Named, words: Words) -> None:
    """Of a company that has the name of a place: "Kellogg's, Macy's"."""
    is_brand = name.is_institution and name.first == name.last and name.name + "'s" == words.texts[name.last]
    if is_brand and words.is_own_possessive(name.last):
        name.name, name.end = words.texts[name.last], words.ends[name.last]


def _accept(listed: Sequence[Named], is_institution: bool | None, accepted: dict[str, bool]) -> None:
    """Note the unknown names of a list. If they are institutions and most of it, "Auburn" among them is one as well."""
    if is_institution is None:
        return
    unknown = [name for name in listed if name.is_unlisted]
    for name in listed:
        name.is_institution |= is_institution and _is_university(name)
    for name in unknown:
        accepted.setdefault(name.name, is_institution)
    if is_institution and sum(name.is_unlisted or name.is_institution for name in listed) * 2 >= len(listed):
        for name in listed:
            name.is_institution = name.is_institution or not (
                name.state or name.word or name.title or name.name in STATES.values()
            )


def _runs(firm: Sequence[Named], words: Words) -> list[Named]:
    """Every run of words that may be a name, but for persons and for subjects of public bodies ("Education, Labor").

    Persons have a title, or are called by a longer name elsewhere.
    """
    covered = {at for name in firm for at in range(name.first, name.following)}
    before = {name.last: name for name in firm if name.following == name.last + 1 and not name.is_institution}
    persons: set[str] = set()
    runs: list[Named] = []
    free = 0
    for at in words.capitals:
        if at < free or at in covered or words.lower(at) in PARTS["offices"]:
            continue
        at -= words.gap(at - 1) == "-" and words.texts[at - 1].isdigit()  # "7-Eleven"
        last = _run_end(at, covered, words)
        free = last + 1
        at = with_number_before(behind_heads(at, last, words), words, is_company=False)
        if of := before_employer(at, last, words):
            persons.add(words.lower(of - 1))
            at = of + 1 + (words.lower(of + 1) == "the")
        if office := office_in(at, last, words):
            persons.add(words.lower(last).removesuffix("'s"))
            last = office - 1
        if is_person(at, last, words):
            persons.add(words.lower(last).removesuffix("'s"))
        elif _is_addressed_body(at, last, words, runs):
            runs.append(named(words, at, last, is_unlisted=True))
        elif _is_body(at, last, words) or _is_subject(last, words):
            while runs and words.flat[words.ends[runs[-1].last] : words.starts[at]] in JOINED:
                at = runs.pop().first
        elif (run := _run(at, last, words)) and not _is_ordinary(run, words):
            run.title = words.lower(office) if office else office_before(run.first, words) or ("head" if of else "")
            runs.append(_with_place(run, before.get(run.first - 1), words))
            _join_firm(runs, words)
    abbreviations = {words.texts[at] for at in words.capitals if _is_in_brackets(at, at, words)}
    lasts = {words.lower(run.last) for run in runs if run.last - run.first == 1 and words.gap(run.first) == " "}
    return [
        run
        for run in runs
        if words.lower(run.last).removesuffix("'s") not in persons
        and (run.first < run.last or words.lower(run.last) not in lasts)
        and run.name not in abbreviations
    ]


def _with_place(run: Named, before: Named | None, words: Words) -> Named:
    """An organization with the place that its name begins with: "Iowa Finch Athletic Conference"."""
    if before is None or words.gap(run.first - 1) != " " or words.lower(run.last) not in ORGANIZATIONS:
        return run
    return named(words, before.first, run.last, is_unlisted=True)


def _is_body(first: int, last: int, words: Words) -> bool:
    """Whether a word for public bodies is among the words, but not in "Students Service Center"."""
    return words.lower(last) not in ORGANIZATIONS and any(words.lower(at) in BODY_WORDS for at in range(first, last + 1))


def _is_subject(last: int, words: Words) -> bool:
    """Whether a headline says of the name what it does: "Roe Asks Airlines"."""
    return words.gap(last) == " " and words.is_capital(last + 1) and words.lower(last + 1) in VERBS


def _join_firm(runs: list[Named], words: Words) -> None:
    """Join the names of a firm that is no list: "Alder, Birch & Corvid"."""
    last = runs[-1]
    if last.last != last.first + 1 or words.gap(last.first) != " & " or words.gap(last.last).startswith(", "):
        return
    first = chain_before(last.first, words)
    count = 1 + last.first - first
    if count > 1 and [run.first for run in runs[-count:]] == [*range(first, last.first + 1)]:
        runs[-count:] = [named(words, first, last.last, is_unlisted=True)]


def _is_addressed_body(first: int, last: int, words: Words, runs: Sequence[Named]) -> bool:
    """Whether a body of the federal government or of Congress is written to: "a letter to the Department of Energy"."""
    if first == last or PARTS["bodies"].isdisjoint(map(words.lower, range(first, last + 1))):
        return False
    gap = words.flat[runs[-1].end : words.starts[first]].removesuffix("the ") if runs else ""
    is_next = gap in JOINED and not PARTS["bodies"].isdisjoint(runs[-1].name.casefold().split())
    got_one = RULES.match("got a letter", words.flat, words.ends[last]) is not None
    return is_next or got_one or _is_written_to(first, words)


def _is_written_to(first: int, words: Words) -> bool:
    start = words.starts[first]
    return RULES.search("a letter to", words.flat, max(0, start - BEFORE_OBJECT), start) is not None


def _is_ordinary(run: Named, words: Words) -> bool:
    """An ordinary word, a part of a word, a state, a body's subject, a party, or letters in brackets for a name."""
    if is_of_party(run.first, words):
        return True
    if run.first == run.last and words.lower(run.first) in words.small:
        return True
    if words.gap(run.last) == " " and words.lower(run.last + 1) in ("parent", "owner"):
        return True  # "Google parent Alphabet"
    if words.gap(run.first - 1) == "-" and words.lower(run.first - 1).isdigit():
        return True  # "24-Hour Brief"
    if words.gap(run.last) == "-" or run.own_state or words.is_of_body(run.first):
        return True  # "K-12", "agency-operated"
    return _is_in_brackets(run.first, run.last, words)


def _is_in_brackets(first: int, last: int, words: Words) -> bool:
    is_upper = words.text(first, last).isupper()
    return is_upper and words.gap(first - 1).endswith("(") and words.gap(last).startswith(")")


def _run_end(at: int, covered: set[int], words: Words) -> int:
    """The last word of the run; behind a possessive only up to what shows an organization: "Dick's Sporting Goods"."""
    last = _run_of_words(at, covered, words)
    if words.texts[last].endswith("'s") and last + 1 not in covered and words.is_capital(last + 1):
        end = _run_of_words(last + 1, covered, words)
        return end if words.lower(end) in ORGANIZATIONS else last
    return last


def _run_of_words(at: int, covered: set[int], words: Words) -> int:
    last = at
    is_item = words.begins_item(at)
    while last - at < MOST_WORDS and (following := _going_on(last, words) or (is_item and _in_item(last, words))):
        if not covered.isdisjoint(range(last + 1, following + 1)):
            break
        if words.lower(last + 1) == "and" and not _is_of_body(at, last, following, words):
            break
        last = following
    return last


def _is_of_body(at: int, last: int, following: int, words: Words) -> bool:
    """Whether what is behind "and" goes on a name: "Center for Law and Technology", but not "Alder and Consumer Reports"."""
    has_subject = words.lower(last) in SUBJECTS or any(words.lower(one) in OF for one in (*range(at, last), following + 1))
    return has_subject or words.lower(following) in PARTS["ending a firm"]


def _going_on(last: int, words: Words) -> int:
    """The number of the word by which a name goes on; 0 if it ends."""
    gap, following = words.gap(last), last + 1
    if "\n" in gap or (words.texts[last].endswith("'s") and not words.is_own_possessive(last)):
        return 0
    is_on = words.lower(following) == "on" and words.lower(last) in ORGANIZATIONS and words.lower(following + 1) not in NO_NAME
    is_joined = is_on or words.lower(following) in PARTS["joining"]
    if gap == " " and (is_joined or is_within(following, words)):
        following += 1 + (words.lower(following + 1) == "the")
        return following if words.is_capital(following) and words.gap(following - 1) == " " else 0
    is_name = words.is_capital(following) and words.lower(following) not in NO_PART
    return following if is_name and (gap in (" ", "-", " & ", " - ") or words.are_joined(last)) else 0


def _in_item(last: int, words: Words) -> int:
    """The word by which an item goes on in other ways: a number, or words behind brackets; 0 if it does not.

    "Cloud 9 Vapor", "ABS (A Better Start) Tax Relief".
    """
    end = last + 1
    if words.gap(last) == " " and is_number_in_name(end, words):
        return end
    while words.gap(last) == " (" and end - last < MOST_WORDS and words.is_capital(end) and words.gap(end) == " ":
        end += 1
    return end + 1 if end > last + 1 and words.gap(end) == ") " and words.is_capital(end + 1) else 0


def _run(first: int, last: int, words: Words) -> Named | None:
    """The name that the words are; None if a title of a person, a day or a law is among them."""
    is_first = words.begins_sentence(first) or words.lower(first) == "the"
    while first <= last and words.lower(first) in (NO_PART if is_first else VERBS):
        first += 1
    listed = [
        at for at in range(first, last + 1) if _is_no_name(at, words) and (first == last or words.lower(at) not in COUNTRY)
    ]
    if first > last or any(at == last or words.gap(at) != ". " for at in listed):  # "St. Cloud State"
        return None
    if words.lower(last) in PARTS["programs"] or is_numbered_street(first, last, words):
        return None
    if all(words.lower(at) in KINDS or words.lower(at) in NO_PART for at in range(first, last + 1)):
        return None  # "COUNTIES:", "City Council", "the Board"
    if (
        first == last
        and words.begins_sentence(first)
        and words.gap(first) == " "
        and words.lower(first + 1) in PARTS["behind a verb"]
    ):
        return None  # "Saying that"
    return named(words, first, last, is_unlisted=True)


def _is_no_name(at: int, words: Words) -> bool:
    return words.lower(at) in NO_NAME and words.lower(at - 1) != "of"


def _is_known(listed: Sequence[Named]) -> bool:
    """Whether at least two names of a list are known, and no fewer than the others."""
    unknown = sum(name.is_unlisted for name in listed)
    return len(listed) - unknown >= max(2, unknown)


def _is_mostly_known(listed: Sequence[Named]) -> bool:
    """The same, and more than half of it."""
    return _is_known(listed) and sum(name.is_unlisted for name in listed) * 2 < len(listed)


def _sort_of(listed: Sequence[Named], words: Words) -> bool | None:
    """Whether the unknown names of a list are institutions; None if they are no names of addressees."""
    unknown = sum(name.is_unlisted or _is_university(name) for name in listed)
    if unknown and _is_shown(listed[0], listed[-1], words):
        return True
    if not unknown or len(listed) < 2:
        return None
    institutions = sum(name.is_institution or _shows_itself(name, words) for name in listed)
    known = len(listed) - unknown
    if _is_known(listed):
        is_headed = words.lower(listed[0].first - 1) in NOUNS and words.gap(listed[0].first - 1)[:1] == ":"
        return institutions * 2 > known or is_headed
    if institutions or _is_introduced(listed, words, NOUNS):
        return True
    return False if known and len(listed) > 2 and _is_introduced(listed, words, PARTS["introducing places"]) else None


def _is_bulleted(run: Named, words: Words) -> bool:
    """Whether it is a line's item with more behind it: "- Alder Data of Reno. It was the gateway"."""
    sign = words.sign_before(run.start)
    goes_on = words.gap(run.last)
    is_item = "\n" not in goes_on and (goes_on.strip() or words.lower(run.last + 1) in ("of", "in", "at"))
    return bool(sign.strip() and is_item) and not any(map(str.isalpha, sign))


def _is_shown(first: Named, last: Named, words: Words) -> bool:
    """Whether a company is named, or a letter to it: "the platform Rumble", "wrote to Walgreens"."""
    before = words.lower(first.first - 1)
    if not (first.is_unlisted or _is_university(first)):
        return False
    if before == "the":
        before = words.lower(first.first - 2)
    if before in COMPANY_WORDS and not words.is_capital(first.first - 1) and words.gap(first.first - 1) in (" ", "-"):
        return True
    if words.lower(first.first - 1) in NOUNS and _shows_itself(first, words):
        return True
    if words.lower(first.first - 1) in NOUNS and words.flat.startswith(" among them", first.end):
        return True  # "law firms, Perkins Coie among them"
    if before in ("including", "namely", "like") and words.lower(first.first - 2) in NOUNS:
        return True  # "law firms, including Perkins Coie"
    if RULES.search("in letters", words.flat[last.end : last.end + NEAR]):
        return True
    is_object = before in ("to", "for", "of") and _is_written_to(first.first, words)
    is_end = words.gap(first.last)[:1] in (",", ";", ".")
    if words.lower(first.following) in PARTS["of a person"]:
        return False  # "a letter to Roe's office"
    if not is_object or before == "of" or first.first == first.last or first.title or _shows_itself(first, words):
        return is_object
    return is_end and _is_introduced([first], words, COMPANY_WORDS)


def _shows_itself(run: Named, words: Words) -> bool:
    """Whether its own words show an organization or a firm: "Center for Alder Law", "Roe & Doe"."""
    if not run.is_unlisted or run.first == run.last:
        return _is_university(run)
    is_firm = any(words.gap(at) == " & " and words.lower(at + 1) not in SUBJECTS for at in range(run.first, run.last))
    if not PARTS["bodies"].isdisjoint(run.name.casefold().split()):
        return True
    heads = [at for at in range(run.first, run.last + 1) if words.lower(at) in ORGANIZATIONS]
    return is_firm or any(at == run.last or words.lower(at + 1) in OF for at in heads)


def _is_university(name: Named) -> bool:
    """Whether it is the short name of a university, some of which are towns too: "Harvard"."""
    return name.name in UNIVERSITIES and not (name.state or name.word or name.title)


def _is_introduced(listed: Sequence[Named], words: Words, nouns: frozenset[str]) -> bool:
    start, end = listed[0].start, listed[-1].end
    before, behind = (BEFORE_LIST, BEHIND_LIST) if len(listed) > 2 else (NEAR, NEAR - 10)
    flat = words.flat
    beside = [*WORD.finditer(flat, max(0, start - before), start), *WORD.finditer(flat, end, min(len(flat), end + behind))]
    return any(match[0].casefold() in nouns for match in beside)


def _put_in(names: Sequence[Named], shown: Sequence[Named]) -> list[Named]:
    """The names with those that lists show instead of what these hold. One that was known keeps what is written beside it."""
    taken = {at: run for run in shown for at in range(run.first, run.following)}
    kept = []
    for name in names:
        runs = [run for at in range(name.first, name.last + 1) if (run := taken.get(at))]
        if not runs:
            kept.append(name)
        elif (run := runs[0]).first == name.first and run.last == name.last:
            run.word, run.state, run.following = name.word, name.state, name.following
            run.start, run.end = name.start, name.end
    return sorted([*kept, *shown], key=lambda name: name.start)

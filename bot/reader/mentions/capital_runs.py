"""Runs of words with a capital that are no known name and may be one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from bot.reader.mentions.joined_names import COMPLETE, chain_before
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import rest_of, with_number_before
from bot.reader.mentions.run_ends import BUSINESSES, NO_NAME, ORGANIZATIONS, ends_of_run, is_owner, without_seat
from bot.reader.mentions.written_words import BODY_WORDS, FOREIGN, NO_PART, TITLE_WORDS, Words, named
from bot.reader.rules import entries, rule_table, word_lists, word_set
from bot.reader.state_names import state_code_of
from bot.reader.text_page import PROSE
from bot.record.deadlines.periods import BELOW
from bot.record.federal_authorities import FEDERAL_FORMS
from bot.record.place_names import fold

ACTING = ("acting", "interim")
SHORTEST_INITIALS = 2  # which may be anything
VERBS = word_set("headline_verbs")
PARTS = word_lists("name_parts")
#: Beside the longer name for which it stands: "(NIST)", "Alphabet (Google)".
SHORT = rule_table("no_names")["a short name"].regex
#: Between a body's subjects: "Health, Education, Labor, and Pensions Committee".
JOINED = (", ", " and ", ", and ", " & ")
INSTITUTIONS, HEADS = word_set("institution_nouns"), word_set("heads")
#: "United Auto Workers", "BP America"; alone, or with one another, they are no names.
COUNTRY = PARTS["of our country"]
KINDS = word_set("between_places") | word_set("demonyms") | word_set("organization_words") | INSTITUTIONS | COMPLETE | COUNTRY
KINDS |= HEADS | PARTS["before of"] | TITLE_WORDS | {"port"}
#: Of these alone, no name is made.
ORDINARY = KINDS | NO_PART | NO_NAME
#: No last word of a name: "Alder May", but "Alder America", "Alder Council", "Alder One".
NOT_LAST = NO_NAME - COUNTRY - ORGANIZATIONS - PARTS["of media"] - set(BELOW)
#: The names of federal authorities by their forms, in small letters, and by their initials.
FEDERAL = {form.casefold(): name for form, name in FEDERAL_FORMS.items()}
INITIALS = {form: name for form, name in FEDERAL_FORMS.items() if form.isupper() and len(form) > SHORTEST_INITIALS}
#: On the line above in an address: "Jane Roe / Secretary / Department of Energy".
HEADS_OF_BODIES = HEADS | {"secretary", "administrator"}
LONGEST = 7  # words behind the first of a federal body's name
UNIVERSITIES = frozenset(entries("university_names"))


def capital_runs(firm: Sequence[Mention], words: Words, addressed: Set[int], told: Set[int]) -> list[Mention]:
    """Every run of words that may be a name, but for persons and for subjects of public bodies ("Education, Labor").

    Persons have a title, or are called by a longer name elsewhere. `addressed`: the words where those stand who are written to;
    a run there is a name if it is nothing else. `told`: the words of sentences that speak of letters; a federal body that is
    named there is one. No run is looked for behind the first `PROSE` characters.
    """
    covered = _covered(firm, words, addressed)
    before = {name.last: name for name in firm if name.following == name.last + 1 and not name.is_institution}
    behind_institutions = {name.following for name in firm if name.is_institution}
    persons: set[str] = set()
    runs: list[Mention] = []
    for at, last, federal in _spans(covered, words, addressed, told):
        if federal:
            runs.append(federal)
            continue
        if words.is_list_of_subjects(at, last):
            continue
        at, last, rest = rest_of(at, last, words)
        persons |= rest.surnames
        if at > last:
            continue
        at = with_number_before(at, words, is_company=False)
        is_addressed = _is_addressed(at, last, words, addressed)
        if _is_federal_body(at, last, words) and (is_addressed or _is_next(at, words, runs, behind_institutions)):
            runs.append(named(words, at, last, is_institution=is_addressed, is_unlisted=True))
        elif at not in addressed and (_is_body(at, last, words) or _is_subject(last, words)):
            while runs and words.flat[words.ends[runs[-1].last] : words.starts[at]] in JOINED:
                at = runs.pop().first
        elif run := (_addressed_run(at, last, words, covered) if at in addressed else _run(at, last, words)):
            run.title = rest.title
            runs.append(_with_place(run, before.get(run.first - 1), words))
            _join_firm(runs, words)
    return _without_others(runs, persons - ORGANIZATIONS, words, addressed)


def _spans(covered: Set[int], words: Words, addressed: Set[int], told: Set[int]) -> Iterator[tuple[int, int, Mention | None]]:
    """The first and the last word of each run, and the federal body that it names, if it is written to or beside letters."""
    free, departments = 0, range(0)
    for at in words.capitals:
        if words.starts[at] > PROSE:
            return
        if at < free or at in covered:
            continue
        begin, last = ends_of_run(at, covered, words, addressed)
        is_of_letters = at in addressed or at in told
        federal = _federal_name(range(begin, last + 1), words, begin - 1 in departments) if is_of_letters else None
        if federal:
            federal.is_beside_letters = at not in addressed
        if federal and (words.lower(federal.first) == "departments" or begin - 1 in departments):
            departments = range(federal.following - 1, federal.following + 1)  # also "and" behind it
        if federal or words.lower(at) not in PARTS["offices"]:
            free = federal.following if federal else last + 1
            yield begin, last, federal


def _covered(firm: Sequence[Mention], words: Words, addressed: Set[int]) -> set[int]:
    """The words of known names, but of no bare place that is the owner in the name of a firm: "Dodge's Gas Stores"."""
    owners = {name.last for name in firm if name.own_state is None and is_owner(name.last, words) and _is_bare(name)}
    return {
        at
        for name in firm
        if not (name.first in addressed and name.end == words.end(name.last) and name.last in owners)
        for at in range(words.first_of(name), name.following)
    }


def _is_bare(name: Mention) -> bool:
    """Whether nothing is written with the name."""
    return not (name.word or name.state or name.title or name.is_institution)


def _without_others(runs: Sequence[Mention], persons: Set[str], words: Words, addressed: Set[int]) -> list[Mention]:
    """The runs without persons, and without short forms of others that nobody writes to."""
    short = {found[found.lastgroup or 0] for found in SHORT.finditer(words.flat)}
    pairs = (run for run in runs if run.last - run.first == 1 and words.gap(run.first) == " ")
    lasts = {words.lower(run.last) for run in pairs if words.lower(run.first) not in NO_PART}  # not of "From Alder"
    return [
        run
        for run in runs
        if words.lower(run.last).removesuffix("'s") not in persons
        and (run.first in addressed or ((run.first < run.last or words.lower(run.last) not in lasts) and run.name not in short))
    ]


def _is_fragment(first: int, last: int, words: Words, covered: Set[int]) -> bool:
    """Whether it is beside a known name, or a number: "Ada County Executive Jane Roe", "Region 5"."""
    if words.begins_item(first):
        return False
    if words.gap(last) == " " and (last + 1 in covered or words.lower(last + 1)[:1].isdigit()):
        return True
    is_behind = first - 1 in covered and words.gap(first - 1) == " " and words.is_capital(first - 1)
    return is_behind and words.lower(last) not in ORGANIZATIONS


def _addressed_run(first: int, last: int, words: Words, covered: Set[int]) -> Mention | None:
    """The words as a name, whatever they are but kinds, titles, days and states."""
    first += words.lower(first) == "the" and first < last
    begin, end = words.lower(first), words.lower(last)
    is_of = words.lower(first - 1) == "of"  # "Jane Roe of Without Walls Church"
    if (begin in PARTS["behind no owner"] and not is_of) or _is_fragment(first, last, words, covered):
        return None  # also "On Facebook"
    last = without_seat(first, last, words)
    is_kind = (begin in KINDS or begin in BELOW) and end in INSTITUTIONS  # "Four Iowa School Districts"
    is_firm = " & " in words.text(first, last) or _ends_as_firm(first, last, words)
    is_ordinary = not is_firm and all(words.lower(at) in ORDINARY for at in range(first, last + 1))
    if is_kind or end in NOT_LAST or is_ordinary:
        return None
    run = named(words, first, last, is_unlisted=True)
    return None if _is_state(run) else run


def _with_place(run: Mention, before: Mention | None, words: Words) -> Mention:
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


def _join_firm(runs: list[Mention], words: Words) -> None:
    """Join the names of a firm that is no list: "Alder, Birch & Corvid"."""
    last = runs[-1]
    if last.last != last.first + 1 or words.gap(last.first) != " & " or words.gap(last.last).startswith(", "):
        return
    first = chain_before(last.first, words)
    count = 1 + last.first - first
    if count > 1 and [run.first for run in runs[-count:]] == [*range(first, last.first + 1)]:
        runs[-count:] = [named(words, first, last.last, is_unlisted=True)]


def _federal_name(run: range, words: Words, is_department: bool) -> Mention | None:
    """The first federal body that a run names: "Secretary of the Department of Elms", "Elms Bureau chair Jane Roe".

    One that is named by its initials, its secretary or in a list ("the Departments of Elms and Tern") has the name of the
    body. `is_department`: the run goes on such a list.
    """
    for first in run:
        for last in range(min(first + LONGEST, len(words) - 1), first - 1, -1):
            text = words.text(first, last)
            if text.startswith("Attorney General ") and words.lower(last) in PARTS["attorneys general of our country"]:
                text = "U.S. Attorney General"
            listed = f"Department of {text}" if is_department else text.replace("Departments of", "Department of")
            if listed != text and listed.casefold() in FEDERAL:
                name = named(words, first, last, is_institution=True, is_unlisted=True)
                name.name = listed
                return name
            body = FEDERAL.get(text.casefold()) if first < last else INITIALS.get(text)
            is_short = first == last or "secretary" in text.casefold() or text == "U.S. Attorney General"
            before = first - 1
            is_behind_name = words.gap(before) == " " and words.is_capital(before) and words.lower(before) not in ACTING
            if body and not (is_short and is_behind_name):  # not "Ohio EPA"
                name = named(words, first, last, is_institution=True, is_unlisted=True)
                name.name = body.removeprefix("U.S. ") if is_short else text
                return name
    return None


def _is_federal_body(first: int, last: int, words: Words) -> bool:
    """Whether it is a body of the federal government or of Congress."""
    is_body = not PARTS["bodies"].isdisjoint(map(words.lower, range(first, last + 1)))
    return first < last and (is_body or words.text(first, last).casefold() in FEDERAL)


def _is_addressed(first: int, last: int, words: Words, addressed: Set[int]) -> bool:
    """Whether such a body is written to; in an address its head stands above it."""
    before = words.gap(first - 1)
    is_line = (before == ", " or "\n" in before) and "\n" in words.gap(last)  # "Secretary, Department of Elms"
    return first in addressed or (is_line and words.lower(first - 1) in HEADS_OF_BODIES)


def _is_next(first: int, words: Words, runs: Sequence[Mention], behind: Set[int]) -> bool:
    """Whether it is listed behind a body or an organization: "Alder Utilities and the Bureau of Mines"."""
    before = first - (words.lower(first - 1) == "the")
    before -= words.lower(before - 1) == "and"
    return before in behind or any(
        run.following == before and (words.lower(run.last) in ORGANIZATIONS or _is_federal_body(run.first, run.last, words))
        for run in runs[-1:]
    )


def _run(first: int, last: int, words: Words) -> Mention | None:
    """The name that the words are; None if a title of a person, a day or a law is among them."""
    is_first = words.begins_sentence(first) or words.lower(first) == "the"
    while first <= last and words.lower(first) in (NO_PART if is_first else VERBS):
        first += 1
    listed = [
        at for at in range(first, last + 1) if _is_no_name(at, words) and (first == last or words.lower(at) not in COUNTRY)
    ]
    is_firm = words.lower(last) in (ORGANIZATIONS if words.gap(first - 1) == ", " else BUSINESSES | PARTS["of members"])
    if last - first > (words.lower(last) in BUSINESSES) and is_firm:
        listed = []  # "Alder House Bistro", "National Governors Association"
    if first > last or any(at == last or words.gap(at) != ". " for at in listed):  # "St. Cloud State"
        return None
    if fold(words.text(first, last)) in FOREIGN or words.text(first, last).casefold() in FEDERAL:
        return None
    are_kinds = all(words.lower(at) in KINDS or words.lower(at) in NO_PART for at in range(first, last + 1))
    if are_kinds and not _ends_as_firm(first, last, words):
        return None  # "COUNTIES:", "City Council", "the Board"
    if first == last and words.lower(first) in BUSINESSES:
        return None
    run = named(words, first, last, is_unlisted=True)
    is_ordinary = first == last and words.lower(first) in words.small
    return None if is_ordinary or _is_state(run) or words.is_of_body(first) else run


def _ends_as_firm(first: int, last: int, words: Words) -> bool:
    """Whether ordinary words are the name of a firm: "General Motors"."""
    return first < last and words.lower(last) in PARTS["of firms"]


def _is_state(run: Mention) -> bool:
    return run.own_state is not None and run.name not in UNIVERSITIES


def _is_no_name(at: int, words: Words) -> bool:
    is_end = words.lower(at - 1) == "of" and words.is_capital(at - 2)  # "Bank of America"
    if words.lower(at) not in NO_NAME or is_end:
        return False
    is_item = words.gap(at - 1) == ", " or words.lower(at - 1) in ("and", "or", "to")
    is_number = words.lower(at) in BELOW and is_item and words.is_capital(at + 1)  # "Arby's, Five Guys and Popeyes"
    return not is_number or words.lower(at + 1) in KINDS or state_code_of(words.texts[at + 1]) is not None

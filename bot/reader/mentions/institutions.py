"""Finds institutions by their words: universities, school districts, tribes, public bodies, companies."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from bot.reader.mentions.joined_names import SUBJECTS, chain_before, end_of_known, first_words_of_known, is_within
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import around, is_no, is_number_in_name, with_number_before
from bot.reader.mentions.shared_endings import SHARED_BODIES, SHARED_ENDINGS, shared_ending
from bot.reader.mentions.written_words import NO_PART, TITLE_WORDS, WORD, NameLookup, Words, named
from bot.reader.rules import rule_table, word_lists, word_set
from bot.reader.state_names import state_code_of
from bot.record.deadlines.periods import BELOW
from bot.record.place_names import STATES
from bot.record.places import PlaceKind

PARTS = word_lists("name_parts")
ENDINGS = word_set("institution_endings")
BODIES = word_set("public_bodies")
COMPANIES = word_set("company_endings")
#: The words by which an institution is found.
HEADS = {entry.split()[-1] for entry in (*SHARED_ENDINGS, *SHARED_BODIES, *ENDINGS, *BODIES, *COMPANIES)}
HEADS |= {"port", "village", *PARTS["before a campus"], *first_words_of_known()} | PARTS["before of"] | PARTS["school bodies"]
HEADS |= PARTS["of members"]
NOUNS = word_set("institution_nouns")
BEYOND_NAMES = NO_PART | word_set("honorifics") - {"general", "justice"}
RULES = rule_table("mentions")
NATIONAL = ("ican", "ese", "ian", "ern")
LONGEST = 9  # words
LONGEST_OWNER = 3  # words


def institutions_in(words: Words, look: NameLookup) -> dict[int, Mention]:
    """Every institution by the number of its first word."""
    finder = _Finder(words, look)
    found: dict[int, Mention] = {}
    free = 0
    for at in words.of(HEADS):
        if at >= free and (institution := finder.at(at, free)):
            found[institution.first] = institution
            finder.read_board(institution)
            free = institution.following
        elif at >= free and words.lower(at) == "universities":
            for institution in finder.of_places(at):
                found[institution.first] = institution
                free = institution.following
    return found


class _Finder:
    def __init__(self, words: Words, look: NameLookup) -> None:
        self.words, self.look = words, look

    def at(self, head: int, free: int) -> Mention | None:
        """The institution that the word shows; words before `free` belong to others."""
        words, word = self.words, self.words.lower(head).removesuffix("'s")
        if shown := self._known(head) or self._sharing(head, free):
            return shown
        if not words.is_capital(head):
            return None
        if word in PARTS["of members"] and (association := self._of_members(head, free)):
            return association
        if word.rstrip("'") in COMPANIES:
            return self._company(head, free)
        if word in PARTS["before a campus"]:
            last = self._run_end(head + 1, 2)
            is_campus = last > head and words.gap(head) in (" ", "-")  # "UT Austin"; "Provo, UT" is in Utah
            is_campus = is_campus and (word != "ut" or bool(self.look.places(words.text(head + 1, last), "TX")))
            return self._made(head, last) if is_campus else None
        if (
            word in PARTS["before of"]
            or (word == "village" and words.lower(head - 1) == "native")
            or (word == "port" and self.look.is_place(head + 2))
        ):
            last = self._behind(head)
            return self._made(self._first(head, free), last) if last > head and words.lower(head + 1) == "of" else None
        if words.lower(head - 1) in ("school", "schools") and word in PARTS["school bodies"] and words.is_capital(head - 1):
            return self._school_district(head, free)
        if word == "polytechnic" and words.gap(head) == " " and words.lower(head + 1) in ("state", "university", "institute"):
            return None
        if word in ENDINGS or f"{words.lower(head - 1)} {word}" in ENDINGS:
            return self._of_ending(head, free, word)
        is_body = word in BODIES or f"{words.lower(head - 1)} {word}" in BODIES
        return self._public_body(head, free, word) if is_body else None

    def of_places(self, head: int) -> Iterator[Mention]:
        """Each of "the Universities of North Florida, Iowa and Ohio"; the last may have a name that goes on in another way."""
        words, last = self.words, head
        while words.lower(last + 1) in ("of", "and", "or") or (last > head and words.gap(last) == ", "):
            first = last + 1 + (words.lower(last + 1) in ("of", "and", "or"))
            last = self._run_end(first, LONGEST_OWNER)
            if last < first or not HEADS.isdisjoint(map(words.lower, range(first, last + 2))):
                return
            name = named(words, first, last, is_institution=True)
            name.name = f"University of {name.name}"
            yield name

    def read_board(self, name: Mention) -> None:
        """A board that is the institution itself: "Plano ISD Board of Trustees"."""
        if self.words.gap(name.last) == " " and self.words.lower(name.following) == "board":
            name.following = self._behind(name.following, is_body=True) + 1
            name.end = self.words.end(name.following - 1)

    def _known(self, head: int) -> Mention | None:
        """A known name like "Simon and Schuster", with what follows it, but not within a longer name."""
        last, words = end_of_known(head, self.words), self.words
        goes_on = words.is_capital(last + 1) and words.lower(last + 1) not in COMPANIES
        if last < 0 or (words.gap(last) == " " and (goes_on or words.lower(last + 1) in PARTS["of tribes"])):
            return None
        is_company = words.gap(last) in (" ", ", ") and words.lower(last + 1) in COMPANIES
        return self._made(head, last + 1 if is_company else self._behind(last))

    def _company(self, head: int, free: int) -> Mention | None:
        words, first, is_bank = self.words, self._first(head, free), self.words.lower(head) == "bank"
        before = head - 1 - is_number_in_name(head - 1, words)
        if first == head and before >= free and words.gap(head - 1) == ", " and words.is_capital(before) and not is_bank:
            first = self._first(before, free)
        if " & " in words.text(first, head):
            first = max(chain_before(first, words), free)
        first = max(with_number_before(first, words, is_company=True), free)
        last = self._with_endings(self._behind(head) if is_bank else head)
        return self._made(first, last) if first < last else None

    def _with_endings(self, last: int) -> int:
        """With "Inc.", "N.A." and the like behind it: "Alder Bank USA, N.A."."""
        words = self.words
        while (
            words.gap(last) in (" ", ", ") and words.lower(last + 1) in PARTS["behind its comma"] and words.is_capital(last + 1)
        ):
            last += 1
        return last

    def _sharing(self, head: int, free: int) -> Mention | None:
        """The last of several: "Plano and Laredo ISDs", "Ames and Nevada school boards"; or one: "the Ames school board"."""
        words = self.words
        ending, begin = shared_ending(head, words)
        first = self._first(begin, free) if ending else begin
        if not ending or first == begin or words.gap(begin - 1) != " " or words.lower(begin - 1).endswith(NATIONAL):
            return None
        name = self._made(first, begin - 1)
        name.end, name.following = words.end(head), head + 1
        is_other = (begin == head and words.lower(head + 1) == "of") or (ending == "Airlines" and words.is_capital(head))
        if (name.own_state and name.name not in PARTS["called a state"]) or is_other or words.lower(first) in BELOW:
            return None
        if not words.lower(head).endswith("s"):
            name.name += f" {ending}"
            return None if words.is_capital(begin) or words.lower(first) in words.small else name
        is_list = words.lower(first - 1) in ("and", "or") or (
            begin == head and words.gap(first - 1) == ", " and ending != "Tribe"
        )
        if ending == "County Schools":  # "Louisville and Oldham County Schools" are of a city and a county
            kinds = self.look.kinds(words.texts[first - 2], None)
            is_list = is_list and (not kinds or PlaceKind.COUNTY in kinds)
        name.word, name.is_word_shared = ending, True
        return name if is_list else None

    def _of_members(self, head: int, free: int) -> Mention | None:
        """An association of institutions: "Association of Alder Colleges and Universities", "of Public and Rural Colleges"."""
        words, last, members = self.words, self._behind(head), HEADS | NOUNS
        end = self._run_end(last + 2, 4) if words.lower(last + 1) == "and" else last
        if words.lower(last) not in members and words.lower(end) in members:
            last = end
        has_others = not members.isdisjoint(map(words.lower, range(head + 1, last + 1)))
        return self._made(self._first(head, free), last) if has_others else None

    def _school_district(self, head: int, free: int) -> Mention | None:
        first, last = self._first(head, free), self._behind(head)
        if self.words.lower(first) == "local":
            first += 1  # "Local School Districts" in a headline
        if self.words.lower(first) in BELOW or (
            self.words.lower(head) == "districts" and state_code_of(self.words.text(first, head - 2))
        ):
            return None  # "Four Ohio School Districts"
        return self._made(first, last) if first < head - 1 or last > head else None

    def _of_ending(self, head: int, free: int, word: str) -> Mention | None:
        first, last = self._first(head, free), self._behind(head)
        if word == "church" and self.look.longest(first) == head - first + 1:
            return None  # "Falls Church"
        if is_no("an institution by its ending", first, last, self.words):
            return None
        if self.words.gap(last) == " ":
            going_on = range(last + 1, self._run_end(last + 1, 3) + 1)
            last = max((at for at in going_on if self.words.lower(at) in PARTS["behind an institution"]), default=last)
        elif self.words.gap(last) == " & " and self.words.lower(last + 1) in ENDINGS:
            last += 1  # "Hospital & Clinic"
        last = self._with_endings(last)
        if word in ("university", "college"):
            last = self._campus(first, last)
        return self._made(first, self._line_end(first, last))

    def _public_body(self, head: int, free: int, word: str) -> Mention | None:
        begin, last = self._first(head, free), self._behind(head, is_body=True)
        owner = self._owner_before(begin, free)
        is_of_place = any(
            self.words.lower(at - 1 - (self.words.lower(at - 1) == "the")) == "of"
            and self.look.is_place(at + (self.words.lower(at) in PARTS["directions"]))
            for at in range(head + 2, last + 1)
        )
        is_kind = self.words.lower(head - 1) in PARTS["kinds of districts"]  # "Henry Irrigation District"
        is_shown = is_kind and begin < head - 1 and word in PARTS["of kinds"]
        first = begin if is_of_place or is_shown else next((at for at in range(begin, head) if self.look.is_place(at)), head)
        is_of = self.words.lower(head + 1) == "of" and not is_kind
        if (word == "district" and (is_of or first == head)) or is_no("a public body", head - 1, last, self.words):
            return None
        first = min(first, owner) if owner < begin else first
        while begin < first < head and self._is_of_name(first - 1):
            first -= 1
        is_of_subjects = word == "board" and self.words.lower(last) == "commissioners"  # "Board of Water Commissioners"
        if first == head and not (is_of_place and word in PARTS["alone before of"]) and not is_of_subjects:
            return None
        name = self._made(first, last)
        if owner < begin:
            name.name = name.name.replace("'s ", " ", 1)
        return name

    def _is_of_name(self, at: int) -> bool:
        """Whether a body's name has the word before the place: "Southeastern Ohio Water District", "Alder River District"."""
        word = self.words.lower(at)
        return word in PARTS["directions"] or not (word in TITLE_WORDS or word in BEYOND_NAMES)

    def _owner_before(self, first: int, free: int) -> int:
        """Where the place begins whose body it is: "Maine's Department of Education"; `first` if there is none."""
        starts = range(max(first - LONGEST_OWNER, free), first)
        is_owned = self.words.texts[first - 1].endswith("'s") and self.words.gap(first - 1) == " "
        return next((at for at in starts if is_owned and self.look.longest(at) == first - at), first)

    def _first(self, head: int, free: int) -> int:
        """The first word of the name, counted back from a word of it."""
        first = head
        while first - 1 >= free and head - first < LONGEST and self._goes_back(first, free):
            first -= 1 + (self.words.lower(first - 1) == "and" or self.words.gap(first - 1) == ") ")
        return first

    def _goes_back(self, first: int, free: int) -> bool:
        words, before = self.words, first - 1
        if words.lower(before) == "and":
            return before > free and is_within(before, words)
        gap = words.gap(before)
        if gap == ") " and words.gap(before - 1) == " (":
            return before > free and words.is_capital(before) and words.is_capital(before - 1)  # "Muscogee (Creek) Nation"
        if words.lower(before) in PARTS["particles"] and gap == " " == words.gap(before - 1):
            return words.is_capital(before - 1)
        if words.texts[before].isdigit():  # "7-Eleven", "Ava R-1 and Nixa R-2 school districts"
            return gap == "-" or (words.gap(before - 1) == "-" and words.lower(before - 1) in ("r", "re", "c"))
        if not words.is_capital(before) or (words.lower(before) in NO_PART and (words.lower(before), gap) != ("all", "-")):
            return False  # but "All-China Federation"
        if (
            gap == " "
            and words.texts[before].endswith(("'s", "'S"))
            and not self.look.known.is_name(self.look.fold(words.texts[before]))
        ):
            if words.lower(before - 1) in ("st", "saint"):
                return True
            return words.lower(before) in PARTS["own possessive"] or self.look.longest(before) > 1
        if gap == " - " and state_code_of(words.texts[before]):
            return False  # "Ohio - Department of Health"
        return gap in (" ", "-", " & ", " - ") or (gap in (". ", "' ") and words.are_joined(before))

    def _behind(self, head: int, is_body: bool = False) -> int:
        """The last word of the name: behind "of", "at" or "for" ("of Technology"), a campus behind a dash, or a number."""
        words, last = self.words, head
        if words.texts[head].endswith("'s"):
            return head
        while (joining := words.lower(last + 1)) in ("of", "at", "for") and words.gap(last) == " " == words.gap(last + 1):
            name = last + 2 + (words.lower(last + 2) == "the")
            end = self._run_end(name, 5)
            is_named_for = is_body or words.lower(last) in PARTS["before for"]  # "School for the Deaf"
            if end < name or (joining == "for" and not is_named_for) or last - head > LONGEST:
                return last
            last = self._behind_and(end, is_body)
        if words.gap(last) in (" - ", "-") and not is_body and words.is_capital(last + 1) and not words.is_short_form(last + 1):
            last = max(self._run_end(last + 1, 3), last)
        return self._number(last)

    def _behind_and(self, last: int, is_body: bool) -> int:
        """With a second subject: "Agriculture and Forestry", "William & Mary", "the Uintah and Ouray Reservation"."""
        words = self.words
        if words.gap(last) == " & " and words.is_capital(last + 1):
            return self._run_end(last + 1, 2)
        second = last + 2 + (words.lower(last + 2) == "the")
        if words.lower(last + 1) != "and" or words.gap(last) != " " or not words.is_capital(second):
            return last
        end = max(self._run_end(second, 3), last)
        if end < second:
            return last  # "Instruction and Governor Roe"
        has_the = second > last + 2  # "School for the Deaf and the Blind", but not "and the Labor Commission"
        is_subject = words.lower(end) in SUBJECTS if has_the else is_within(last + 1, words)
        is_subject |= is_body and not (has_the or self.look.longest(second) or self.look.is_place(last))
        return end if is_subject or words.lower(end) == "reservation" else last

    def _number(self, last: int) -> int:
        """With the number of a district."""
        words = self.words
        number = RULES.match("a number of a district", words.flat, words.ends[last])
        is_numbered = number and words.lower(last) in PARTS["numbered"]
        return bisect_left(words.starts, number.end()) - 1 if number and is_numbered else last

    def _run_end(self, first: int, most: int) -> int:
        """The last of the words with a capital from `first` on; `first - 1` if there is none."""
        words, last = self.words, first - 1
        while last + 1 < first + most and words.is_capital(last + 1) and words.lower(last + 1) not in BEYOND_NAMES:
            last += 1
            if words.texts[last].endswith("'s") or not words.are_joined(last):
                break
        return last

    def _campus(self, first: int, last: int) -> int:
        """ "Indiana University, Bloomington": a place of the state in its name behind a comma."""
        words, name = self.words, self.words.text(first, last)
        state = next((code for code, full in STATES.items() if full in name), None)
        count = self.look.longest(last + 1) if state and words.gap(last) == ", " else 0
        end = last + count
        if (
            not count
            or words.gap(end) == "-"
            or words.text(last + 1, end) in STATES.values()
            or (words.gap(end) == " " and words.is_capital(end + 1))
        ):
            return last
        return end if self.look.places(words.text(last + 1, end), state) else last

    def _line_end(self, first: int, last: int) -> int:
        """The last word of its line, if that is one item: "State University of New York, Purchase"."""
        found = RULES.search("a campus in a line", around(self.words.flat, self.words.starts[first], self.words.ends[last]))
        return last + len(WORD.findall(found["campus"])) if found else last

    def _made(self, first: int, last: int) -> Mention:
        words = self.words
        begin, end = words.spelled_out.get(last, (first, last))
        if not words.is_list_of_subjects(begin, end):
            first, last = min(first, begin), max(last, end)
        of = first - 1 - (words.lower(first - 1) == "the")
        if words.lower(of) == "of" and words.is_capital(of - 1):
            if words.lower(of - 1) in PARTS["of members"]:
                first = self._first(of - 1, 0)  # "Federation of American Hospitals"
            elif self.look.longest(of - 1) > 2 and words.lower(of - 1) == "district":
                first = of - 1
        name = named(words, first, last, is_institution=True)
        if words.is_short_form(name.following):
            name.end, name.following = words.end(name.following), name.following + 1
        return name

"""The state of a governor whom a text names without it: "a letter to Gov. Roe"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.written_words import NameLookup, Words, named
from bot.reader.rules import rule_table
from bot.record.place_names import STATES

GOVERNOR, CUE = rule_table("mentions")["a governor by name"].regex, rule_table("addressed")["letters go to"].regex
DOMINANT = 2  # times as often as the next state


def with_governors(names: Sequence[Mention], words: Words, look: NameLookup) -> list[Mention]:
    """The names and the state that the text is about, wherever its governor is written to; "Roe" is whom it calls Gov. Roe.

    The state is only a guess, so it is a part of another name there: offered, and never certain.
    """
    governors = {found["surname"].casefold() for found in GOVERNOR.finditer(words.flat)}
    counts = Counter(name.place.state for name in names if name.place and name.place.state not in (None, "DC"))
    (state, most), (_, second) = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    is_known = governors and state and most > DOMINANT * second
    place = look.resolve(f"State of {STATES[state]}", None).place if is_known else None
    if place is None:
        return [*names]
    taken = {at for name in names for at in range(words.first_of(name), name.following)}
    found = [*names]
    for at in {words.at(cue.end()) for cue in CUE.finditer(words.flat)} - taken:
        if words.lower(at) in governors or (at < len(words) and GOVERNOR.match(words.flat, words.starts[at])):
            name = named(words, at, at)
            name.name, name.place, name.title, name.is_part_of_name = place.name, place, "governor", True
            found.append(name)
    return sorted(found, key=lambda name: name.start)

"""Words for a time of day and for its zone.

What they mean, and whether there is such a time, is for `record.deadlines.times` to say: a zone that nobody can read is found
too, so that it is asked about and not left out.
"""

from __future__ import annotations

from bot.reader.rules import Rule, words

ZONE = Rule(
    "time zone",
    r"""(?:(?:in\ )?(?:(?:the|your|their|its)\ )?
    (?:(?:local|prevailing|standard|daylight|savings?|(?-i:[A-Z])[\w'.-]*|\((?-i:[A-Z])\w+\))\ ){1,4}
    time(?:\ zone)?\b(?:,?\ \(\w{2,5}\))?
    |(?-i:(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d\d)?\b|[ECMP]\.(?:[SD]\.)?T\b\.?
    |(?:UTC|GMT|(?!AT\b)[AECMPHN][SDP]?T|(?:AK|HA)[SD]T|ChST|SST|DST|EST5EDT|[CEWM]ES?T|BST|IST|JST|MSK|AE[SD]?T|AoE|Zulu|Z)\b))""",
    ("5 p.m. [EST]", "noon, [your local time]", "5 p.m. [Eastern Standard Time (EST)]", "17:00 [UTC-5]", "[E.S.T.]"),
    ("at the", "at Essex", "for the first time"),
)
#: Names that are a zone only behind a time: "5 p.m. Eastern", "5 p.m. et".
_BEHIND_A_TIME = (
    r"(?:(?:eastern|central|mountain|pacific|alaskan?|hawaii(?:an)?|atlantic)(?:\ (?:standard|daylight))?(?:\ time)?"
    r"|(?:ak|[ecmph])[sd]?t|(?:america|us|pacific|europe|asia|atlantic)/[a-z_/]+)(?!\w)"
)
TIME = Rule(
    "time of day",
    rf"""(?:\d{{1,2}}(?:[:.]\d\d){{0,2}}\ ?(?:o'clock\ )?[ap]\.?\ ?m\b\.?|\d{{1,2}}(?::\d\d){{1,2}}(?!\d)(?:\ ?(?:hours|hrs)\b)?
    |\d\dh\d\d|\d{{4}}\ ?(?:(?:hours|hrs)\b|(?=on\ ))|\w+\ o'clock(?:\ [ap]\.?\ ?m\b\.?|\ in\ the\ \w+)?
    |(?:12(?::00)?\ )?(?:noon|midnight)\b|(?:the\ )?{words("office_hours")}(?!\w))
    (?:,?\ ?\(?(?:{ZONE.pattern}|{_BEHIND_A_TIME})\)?)?""",
    ("by [5:00 p.m. (ET)] on", "at [17:00 hours]", "by [COB] Friday", "by [the close of business]", "[5 o'clock p.m.] sharp"),
    ("by 5 on Friday",),
)
RULES = (ZONE, TIME)

"""Rules that several finders share (`bot/data/rules/shared.toml`), by short names."""

from __future__ import annotations

from bot.reader.rules import rule_table

RULES = rule_table("shared")
INSTITUTION = RULES["an institution"].regex
COUNT = RULES["a count of places"].regex
LETTER = RULES["a letter"].regex
NEGATED = RULES["not sent"].regex
EARLIER = RULES["an earlier mailing"].regex
PAST_TIME = RULES["a time past"].regex

"""Words and phrases that several finders share (`bot/data/rules/shared.toml`): places, letters, sending and receiving."""

from __future__ import annotations

from bot.reader.rules import rule_table, words

RULES = rule_table("shared")
PLACES = words("places")
SENT = words("sent")
RECEIVED = f"(?:{RULES.parts['received']})".replace("\n", "")
INSTITUTION = RULES["an institution"].regex
OTHER_SENDER = RULES["another sender"].regex
COUNT = RULES["a count of places"].regex
LETTER = RULES["a letter"].regex
NO_LETTER = RULES["no letter of demand"].regex
NEGATED = RULES["not sent"].regex
EARLIER = RULES["an earlier mailing"].regex
PAST_TIME = RULES["a time past"].regex

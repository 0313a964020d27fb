"""Rules that several finders share (`bot/data/rules/shared.toml`), by short names."""

from __future__ import annotations

from bot.reader.rules import rule_table

INSTITUTION = rule_table("shared")["an institution"].regex
PAST_TIME = rule_table("shared")["a time past"].regex

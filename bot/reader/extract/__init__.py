"""Reads a press release, an article or a letter into a draft that a person confirms. Nothing is guessed."""

from bot.reader.extract.draft_json import as_json
from bot.reader.extract.whole_text import draft_of

__all__ = ["as_json", "draft_of"]

"""From the text of a release, a story or a letter to a draft that a person confirms. Nothing is guessed."""

from bot.intake.extract.reading import draft_of
from bot.intake.extract.shape import as_json

__all__ = ["as_json", "draft_of"]

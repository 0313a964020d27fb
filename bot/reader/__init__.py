"""From a text to a draft letter that a person confirms. Nothing is guessed."""

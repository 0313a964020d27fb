"""Reads a text into a draft letter, which a person confirms. Nothing is guessed."""

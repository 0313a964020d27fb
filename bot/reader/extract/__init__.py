"""Reads a press release, an article or a letter into a draft that a person confirms. Nothing is guessed.

Nothing is imported here: who only compares names of authorities needs none of the patterns that read whole texts.
"""

"""How much is read. Larger files are refused by name, so that no file can use up the bot's time or memory."""

from __future__ import annotations

from bot.reader.documents.kinds import FileKind

# Letters with scanned attachments are smaller, and a copy is stored in the database. Discord accepts 10 MB from anyone
# and more from those who pay (Discord docs, "Uploading Files").
MOST_BYTES = 25_000_000
MOST_CHARACTERS = 2_000_000  # of text, about a thousand pages
MOST_IN_TABLE = 10_000_000  # characters: ten thousand rows that each repeat the letter's text take half of it
MOST_PAGES = 500  # of a PDF
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000  # including the empty cells of short rows
MOST_ENTRIES = 10_000  # files inside a docx or xlsx
MOST_UNPACKED = 300_000_000  # bytes inside a docx or xlsx
MOST_RATIO = 200  # unpacked to packed; XML of a spreadsheet seldom passes 50
SMALL_UNPACKED = 10_000_000  # bytes; below this no ratio is suspicious

CPU_SECONDS = 15  # of the child that reads
SECONDS = 90.0  # to wait for it: the bot comes first on a busy machine, so its CPU time may take several times as long
WAIT = 300.0  # for its turn, while others are at work; Discord takes an answer for 15 minutes
MEMORY = 768 * 1024 * 1024  # bytes of address space of that child
AT_ONCE = 2  # children at the same time
MOST_ANSWERED = 128_000_000  # bytes of an answer of that child: a table of `MOST_IN_TABLE` in JSON, with room
LAST_WORDS = 4_000  # bytes of what that child has logged


def too_much(name: str, kind: FileKind) -> str:
    """The message for what is given up."""
    advice = "Keep only the part with the letter." if kind is FileKind.TEXT else "Paste the text of the letter."
    return f"{name} takes too long or too much memory to read. {advice}"

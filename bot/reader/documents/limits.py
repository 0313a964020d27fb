"""How much is read. What is larger is refused by name, so that no file can take the bot's time or memory."""

# Letters with scanned attachments stay below it, and the copy is kept in the database. Discord takes 10 MB from anybody
# and more from those who pay (Discord docs, "Uploading Files").
MOST_BYTES = 25_000_000
MOST_CHARACTERS = 2_000_000  # of text, about a thousand pages
MOST_IN_TABLE = 10_000_000  # characters: ten thousand rows that all spell out their letter take half of it
MOST_PAGES = 500  # of a PDF
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000  # empty ones of short rows included
MOST_ENTRIES = 10_000  # files inside a docx or xlsx
MOST_UNPACKED = 300_000_000  # bytes inside a docx or xlsx
MOST_RATIO = 200  # unpacked to packed; XML of a spreadsheet seldom passes 50
SMALL_UNPACKED = 10_000_000  # bytes: below this no ratio is suspicious

SECONDS = 30.0  # of waiting for the child that parses; on a busy machine its seconds of the processor take longer
CPU_SECONDS = 15
MEMORY = 768 * 1024 * 1024  # bytes of address space of that child
AT_ONCE = 2  # children
TOO_MUCH = "{} takes too long or too much memory to read; it is not read. Paste the text of the letter."

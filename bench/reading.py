"""`python -m bench reading`: how much is read rightly, and how much is offered, of texts whose truth is known.

The made-up texts of tests/corpus/shapes, and the folders that are named (`bench/reading_sets.py` describes them); without any,
the letters in ../shared, if they are there. Each set is read with our own list of places and, given its file, with all
governments.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.reading_sets import Counts, texts_in
from bot.reader.gazetteer.gazetteer import use_governments

ROOT = Path(__file__).resolve().parents[1]
SHAPES = ROOT / "tests" / "corpus" / "shapes"
LETTERS = ROOT.parent / "shared" / "letters"
GOVERNMENTS = ROOT.parent / "shared" / "data" / "us-governments.csv"
COLUMNS = ("set", "list", "texts", "recipients", "precision", "recall", "with offers", "wrong offers", "wrong dates", "bare")


async def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="python -m bench reading", description="how much of texts is read rightly")
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--governments", type=Path, default=GOVERNMENTS, help="the list of all governments")
    options.add_argument("--show", action="store_true", help="name what is wrong or missed")
    args = options.parse_args(arguments)
    show([SHAPES, *(args.folders or [LETTERS])], args.governments, args.show)


def show(folders: Sequence[Path], governments: Path, names: bool = False) -> None:
    """The table: precision and recall of what is certain, recall with what is offered, wrong offers a text, wrong dates, and
    texts with recipients of which nothing is offered.
    """
    rows: list[tuple[str, ...]] = [COLUMNS]
    for known, name in ((None, "own"), (governments, "all")):
        if known and not known.exists():
            continue
        use_governments(known)
        for folder in filter(Path.is_dir, folders):
            counted = Counts()
            for text in texts_in(folder):
                counted.add(text)
            rows.append((folder.name, name, *counted.figures))
            if names:
                print(*counted.mistakes, sep="\n")
    use_governments(None)
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        cells = zip(row, widths, strict=True)
        print("  ".join(cell.ljust(width) if number < 2 else cell.rjust(width) for number, (cell, width) in enumerate(cells)))

"""Trains the score of `bot/reader/mentions/score.py` and writes its weights: `python -m bench.train_score FOLDER...`

The folders are sets as `bench/reading_sets.py` describes them; the made-up texts of `tests/corpus/shapes` are always added.
It needs scikit-learn: `pip install 'letterwatch[train]'`.

**Data.** Each place that a text names is one row (`bot/reader/mentions/features.py`); the row is right if the place is a
recipient in the truth of the text. Optional recipients are left out. The weights in the project come from 106 texts of some 70
waves of demand letters (releases, wire stories, local news, digests, agency letters, 2005 to 2026: sanctuary policies, voter
rolls, driving schools' English tests, sex education, masks in schools, begging bans, robocalls, pharmacies, airlines' fees,
audits of towns, mottos on police cars, campuses), reworded from public pages and labelled by hand, besides the shapes. The
texts themselves are not kept here.

**Check.** Each wave is held back once (in groups): the table shows, for each threshold, what share of the true places is found
among those that no rule makes certain, and how many wrong ones are offered a text.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.reading_sets import ReadText, texts_in
from bot.reader.extract.authorities import authorities_in
from bot.reader.extract.letter_sentence import PROSE
from bot.reader.extract.stated_counts import numbers_of_places
from bot.reader.gazetteer.gazetteer import gazetteer, use_governments
from bot.reader.mentions.features import Row, TextFacts
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.score import WEIGHTS
from bot.reader.mentions.sorting import place_of, sorted_places
from bot.reader.text_page import TextPage

SHAPES = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "shapes"
THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
STRENGTHS = (0.03, 0.1, 0.3, 1.0)
FOLDS = 10
RARE = 3  # features that fewer rows have are left out


@dataclass(frozen=True)
class LabelledRow:
    text: int
    wave: str
    features: Row
    is_recipient: bool
    #: Whether the rules leave it to the score.
    is_open: bool
    label: str


def rows_of(number: int, text: ReadText) -> Iterator[LabelledRow]:
    page, draft = TextPage(text.text), text.draft
    authorities = tuple((one.start, one.end) for one in authorities_in(page.flat[:PROSE]))
    mentions, facts = mentions_in(page, gazetteer()), TextFacts(numbers_of_places(page), authorities)
    for scored, sort in sorted_places(page, mentions, draft.recipients, draft.cleared, draft.authority, facts):
        place = place_of(page, scored.mentions[0])
        is_recipient = text.is_recipient(place)
        if is_recipient or not text.is_optional(place):
            yield LabelledRow(number, text.wave, scored.row, is_recipient, sort is None, place.label)


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="python -m bench.train_score", description="train the score of mentions")
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--governments", type=Path, help="the list of all governments")
    options.add_argument("--strength", type=float, default=0.1, help="inverse of the regularisation")
    options.add_argument("--offered-from", type=float, default=0.15, help="places below this score are not offered")
    options.add_argument("--show", action="store_true", help="name what is offered wrongly and missed, with its score")
    options.add_argument("--write", action="store_true", help="write the weights")
    args = options.parse_args(arguments)
    use_governments(args.governments)
    texts = [text for folder in (*args.folders, SHAPES) for text in texts_in(folder)]
    rows = [row for number, text in enumerate(texts) for row in rows_of(number, text)]
    names = sorted({name for row in rows for name in row.features})
    frequent = [name for name in names if sum(name in row.features for row in rows) >= RARE]
    print(f"{len(texts)} texts, {len({row.wave for row in rows})} waves, {len(rows)} places, {len(frequent)} features")
    for strength in STRENGTHS:
        _show(rows, _held_back(rows, frequent, strength), strength)
    if args.show:
        _show_mistakes(rows, _held_back(rows, frequent, args.strength), texts, args.offered_from)
    if args.write:
        _write(rows, frequent, args)


def _matrix(rows: Sequence[LabelledRow], names: Sequence[str]) -> Any:
    import numpy

    return numpy.array([[name in row.features for name in names] for row in rows])


def _fitted(rows: Sequence[LabelledRow], names: Sequence[str], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=2000)
    return model.fit(_matrix(rows, names), [row.is_recipient for row in rows], [_weight(row) for row in rows])


def _weight(row: LabelledRow) -> float:
    """Rows that the rules settle teach less: they are not what the score is for."""
    return 1.0 if row.is_open else 0.3


def _held_back(rows: Sequence[LabelledRow], names: Sequence[str], strength: float) -> list[float]:
    """The score of each row by a model that saw none of its wave."""
    waves = sorted({row.wave for row in rows})
    fold = {wave: number % FOLDS for number, wave in enumerate(waves)}
    scores = [0.0] * len(rows)
    for held in range(FOLDS):
        seen = [row for row in rows if fold[row.wave] != held]
        unseen = [number for number, row in enumerate(rows) if fold[row.wave] == held]
        if unseen:
            chances = _fitted(seen, names, strength).predict_proba(_matrix([rows[number] for number in unseen], names))[:, 1]
            for number, chance in zip(unseen, chances, strict=True):
                scores[number] = float(chance)
    return scores


def _show(rows: Sequence[LabelledRow], scores: Sequence[float], strength: float) -> None:
    """Shapes are left out of the figures: they were made for the rules."""
    judged = [(row, score) for row, score in zip(rows, scores, strict=True) if row.is_open and not row.wave.startswith("shape")]
    right = sum(row.is_recipient for row, _ in judged)
    texts = len({row.text for row in rows if not row.wave.startswith("shape")})
    print(f"\nstrength {strength}: {right} true places left to the score in {texts} texts\n  from   recall  wrong a text")
    for least in THRESHOLDS:
        found = sum(row.is_recipient for row, score in judged if score >= least)
        wrong = sum(not row.is_recipient for row, score in judged if score >= least)
        print(f"  {least:.2f}   {found / max(right, 1):.3f}   {wrong / max(texts, 1):.2f}")


def _show_mistakes(rows: Sequence[LabelledRow], scores: Sequence[float], texts: Sequence[ReadText], least: float) -> None:
    for row, score in sorted(zip(rows, scores, strict=True), key=lambda pair: (pair[0].text, -pair[1])):
        if row.is_open and row.is_recipient != (score >= least):
            print(f"{texts[row.text].file.stem}: {'missed' if row.is_recipient else 'wrong'} {score:.2f} {row.label}")


def _write(rows: Sequence[LabelledRow], names: Sequence[str], args: argparse.Namespace) -> None:
    model = _fitted(rows, names, args.strength)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    kept = {name: weight for name, weight in weights.items() if weight}
    made = {"bias": round(float(model.intercept_[0]), 3), "offered_from": args.offered_from, "weights": kept}
    WEIGHTS.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {len(kept)} weights to {WEIGHTS}")


if __name__ == "__main__":
    main(sys.argv[1:])

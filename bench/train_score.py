"""Trains the score of `bot/reader/mentions/score.py` and writes its weights: `python -m bench.train_score FOLDER...`

The folders are sets as `bench/reading_sets.py` describes them; the made-up texts of `tests/corpus` are always added.
It needs scikit-learn: `pip install 'letterwatch[train]'`.

**Data.** Each place that a text names is one row (`bot/reader/mentions/features.py`); the row is right if the place is a
recipient in the truth of the text, by its own name if that is among the places. Optional recipients are left out. A place of a
list counts less the longer the list is. The weights in the project come from 473 texts of 461 waves of demand letters
(releases, wire stories, local news, digests, agency letters with their addresses, 2003 to 2026: voter rolls, begging bans,
detainers, records of jails, masks and books in schools, campuses, nursing homes, stormwater, notices of suits, audits of towns,
airlines, robocalls, platforms, banks), reworded from public pages and labelled by hand, besides the made-up ones. The texts
themselves are not kept here.

**Check.** Each wave, or each folder, is held back once: the table shows, for each share of the best score, how many of the true
places are found among those that no rule makes certain, and how many wrong ones are offered a text. Waves in one folder are
alike, since the rules were made with them: what holds between folders holds elsewhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.reading_sets import ReadText, texts_in
from bot.reader.extract.stated_counts import numbers_of_places
from bot.reader.gazetteer.gazetteer import gazetteer, use_governments
from bot.reader.mentions.features import ScoredPlace
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.kinds import Kind, kind_of_recipient
from bot.reader.mentions.score import WEIGHTS, ScoreModel, least_score, likeliest_first
from bot.reader.mentions.sorting import place_of, sorted_places
from bot.reader.text_page import TextPage

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
MADE_UP = (CORPUS / "shapes", CORPUS / "offers")
SHARES = (0.04, 0.07, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25, 0.3)
STRENGTHS = (0.15, 0.5, 1.5)
FOLDS = 10
RARE = 3  # features that fewer rows have are left out
CERTAIN = 0.3  # how much a row counts that the rules settle: it is not what the score is for


@dataclass(frozen=True)
class LabelledPlace:
    scored: ScoredPlace
    label: str
    is_recipient: bool
    #: Whether the rules leave it to the score.
    is_open: bool
    #: How much it counts when a model is fitted.
    weight: float


@dataclass(frozen=True)
class LabelledText:
    name: str
    folder: str
    wave: str
    #: The kinds of the certain recipients.
    certain: tuple[Kind, ...]
    #: The numbers of places that it states.
    stated: frozenset[int]
    places: tuple[LabelledPlace, ...]

    def ranked(self, model: ScoreModel) -> list[tuple[float, LabelledPlace]]:
        """The places left to the score, likeliest first."""
        left = {place.scored.mentions: place for place in self.places if place.is_open}
        ranked = likeliest_first(model, [place.scored for place in left.values()], self.certain, self.stated)
        return [(score, left[scored.mentions]) for score, scored in ranked]


def labelled(text: ReadText, folder: str) -> LabelledText:
    page, draft = TextPage(text.text), text.draft
    mentions, stated = mentions_in(page, gazetteer()), numbers_of_places(page)
    places = sorted_places(page, mentions, draft.recipients, draft.cleared, draft.authority, stated)
    sizes = Counter(group for scored, _ in places for group in {mention.group for mention in scored.mentions})

    named = [place_of(page, scored.mentions[0]) for scored, _ in places]

    def rows() -> Iterator[LabelledPlace]:
        for (scored, sort), place, is_recipient in zip(places, named, text.of_recipients(named), strict=True):
            if is_recipient or not text.is_optional(place):
                size: int = max(sizes[mention.group] for mention in scored.mentions)
                weight = (CERTAIN if sort else 1.0) / size**0.5
                yield LabelledPlace(scored, place.label, is_recipient, sort is None, weight)

    certain = tuple(kind_of_recipient(recipient) for recipient in draft.recipients)
    return LabelledText(text.file.stem, folder, text.wave, certain, stated, tuple(rows()))


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="python -m bench.train_score", description="train the score of mentions")
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--governments", type=Path, help="the list of all governments")
    options.add_argument("--strength", type=float, default=0.5, help="inverse of the regularisation")
    options.add_argument("--offered-from", type=float, default=0.1, help="places below this share of the best are not offered")
    options.add_argument("--show", action="store_true", help="name what is offered wrongly and missed, with its score")
    options.add_argument("--write", action="store_true", help="write the weights")
    args = options.parse_args(arguments)
    use_governments(args.governments)
    texts = [labelled(text, str(folder)) for folder in args.folders for text in texts_in(folder)]
    made_up = [labelled(text, "made up") for folder in MADE_UP for text in texts_in(folder)]
    places = sum(len(text.places) for text in (*texts, *made_up))
    print(f"{len(texts)} texts, {len({text.wave for text in texts})} waves, {len(made_up)} made-up texts, {places} places")
    waves = sorted({text.wave for text in texts})
    for held, by in (("a wave", lambda text: str(waves.index(text.wave) % FOLDS)), ("a folder", lambda text: text.folder)):
        for strength in STRENGTHS:
            show(_held_back(texts, made_up, strength, by), f"{held} held back, strength {strength}")
    if args.show:
        _show_mistakes(_held_back(texts, made_up, args.strength, lambda text: text.folder), args.offered_from)
    if args.write:
        _write(fitted([*texts, *made_up], args.strength, args.offered_from))


def fitted(texts: Sequence[LabelledText], strength: float, offered_from: float = 0.0) -> ScoreModel:
    import numpy
    from sklearn.linear_model import LogisticRegression

    places = [place for text in texts for place in text.places]
    times = Counter(name for place in places for name in place.scored.row)
    names = sorted(name for name, count in times.items() if count >= RARE)
    matrix = numpy.array([[name in place.scored.row for name in names] for place in places])
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(matrix, [place.is_recipient for place in places], [place.weight for place in places])
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return ScoreModel(round(float(model.intercept_[0]), 3), weights, offered_from)


#: Texts with their places, ranked by a model that saw none of their wave or folder.
Ranked = list[tuple[LabelledText, list[tuple[float, LabelledPlace]]]]


def _held_back(
    texts: Sequence[LabelledText], made_up: Sequence[LabelledText], strength: float, by: Callable[[LabelledText], str]
) -> Ranked:
    """Made-up texts are never held back, and left out of the figures."""
    ranked: Ranked = []
    for held in sorted({by(text) for text in texts}):
        model = fitted([*(text for text in texts if by(text) != held), *made_up], strength)
        ranked += [(text, text.ranked(model)) for text in texts if by(text) == held]
    return ranked


def show(ranked: Ranked, title: str) -> None:
    right = sum(place.is_recipient for _, places in ranked for _, place in places)
    print(f"\n{title}: {right} true places left to the score in {len(ranked)} texts\n  from   recall  wrong a text")
    for share in SHARES:
        offered = [place for text, places in ranked for score, place in places if score >= _least(text, places, share)]
        found = sum(place.is_recipient for place in offered)
        print(f"  {share:.2f}   {found / max(right, 1):.3f}   {(len(offered) - found) / max(len(ranked), 1):.2f}")


def _least(text: LabelledText, places: Sequence[tuple[float, LabelledPlace]], share: float) -> float:
    return least_score(places[0][0], share, text.certain)


def _show_mistakes(ranked: Ranked, share: float) -> None:
    for text, places in ranked:
        for score, place in places:
            if place.is_recipient != (score >= _least(text, places, share)):
                print(f"{text.name}: {'missed' if place.is_recipient else 'wrong'} {score:.2f} {place.label}")


def _write(model: ScoreModel) -> None:
    kept = {name: weight for name, weight in model.weights.items() if weight}
    made = {"bias": model.bias, "offered_from": model.offered_from, "weights": kept}
    WEIGHTS.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {len(kept)} weights to {WEIGHTS}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How likely it is that a place was written to: a logistic regression whose weights are a data file.

`bench/train_score.py` says how the weights came about. A score orders what is offered to a person and decides nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from bot.reader.mentions.features import ScoredPlace
from bot.reader.mentions.kinds import Kind

WEIGHTS = Path(__file__).resolve().parents[2] / "data" / "mention_weights.json"
SURE = 0.7  # as good as certain
WRITTEN_TO, AS_STATED = "kind written to", "as many as stated"  # features
OF_OTHER_KIND, LEFT_OVER = 0.03, 0.17  # what remains of a score


@dataclass(frozen=True)
class ScoreModel:
    """The weights of the features; a feature without one counts nothing."""

    bias: float
    weights: dict[str, float]
    #: Places below this share of the best score of their text are not offered: they are named in passing.
    offered_from: float

    def score(self, features: Iterable[str]) -> float:
        """From 0 to 1, by the features that hold."""
        total = self.bias + math.fsum(self.weights.get(name, 0.0) for name in features)  # exact: a set has no order
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def score_model() -> ScoreModel:
    """The model of `bot/data/mention_weights.json`, read once."""
    read = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return ScoreModel(read["bias"], read["weights"], read["offered_from"])


def likeliest_first(
    model: ScoreModel, places: Sequence[ScoredPlace], certain: Sequence[Kind], stated: frozenset[int]
) -> list[tuple[float, ScoredPlace]]:
    """The places with their scores. `certain` are the kinds of the certain recipients; `stated` are the numbers of places that
    the text states.

    1. The model scores each by its features.
    2. No place of a list of three or more is less likely than the middle one: what received letters is the list.
    3. Kinds compete, since letters go to bodies of one kind: the score of a place is multiplied by that of the likeliest of
       its kind, and divided by that of the likeliest of all; a certain recipient counts as `SURE`. A name takes no part if
       its kind is open, or one of several that sentences about letters name ("23 counties got letters, and so did the cities
       of").
    4. Little of a score remains if the text names as many places as it states without this one: `OF_OTHER_KIND` if they are of
       a kind to which letters went, `LEFT_OVER` if they are certain or as good as certain; but not of that of another list of
       their kind that has a stated number ("40 states and five territories").
    """
    scored = _as_lists([(model.score(place.row), place) for place in places])
    best = dict.fromkeys(certain, SURE)
    for score, place in scored:
        best[place.kind] = max(score, best.get(place.kind, 0.0))
    best[Kind.OPEN] = likeliest = max(best.values(), default=1.0)

    def among_kinds(score: float, place: ScoredPlace) -> float:
        is_free = WRITTEN_TO in place.row
        return score * (1.0 if is_free else best[place.kind] / likeliest) * (OF_OTHER_KIND if place.is_of_other_kind else 1.0)

    def share_left(place: ScoredPlace) -> float:
        return 1.0 if AS_STATED in place.row and place.kind in {*certain, Kind.OPEN} else LEFT_OVER

    ranked = sorted(((among_kinds(score, place), place) for score, place in scored), key=lambda pair: -pair[0])
    sure = sum(score >= SURE for score, _ in ranked)
    enough = [count for count in (0, sure) if len(certain) + count > 1 and len(certain) + count in stated]
    if enough:
        rest = [(score * share_left(place), place) for score, place in ranked[enough[0] :]]
        ranked[enough[0] :] = sorted(rest, key=lambda pair: -pair[0])
    return ranked


def least_score(best: float, share: float, certain: Sequence[Kind]) -> float:
    """Places with this score or more are offered. `best` is the best of their text; certain recipients are no worse."""
    return share * max(best, SURE if certain else 0.0)


def _as_lists(scored: Sequence[tuple[float, ScoredPlace]]) -> list[tuple[float, ScoredPlace]]:
    lists: dict[int, list[float]] = {}
    for score, place in scored:
        for group in {mention.group for mention in place.mentions}:
            lists.setdefault(group, []).append(score)
    middle = {group: median(scores) for group, scores in lists.items() if len(scores) > 2}
    return [(max(score, *(middle.get(mention.group, 0.0) for mention in place.mentions)), place) for score, place in scored]

"""How likely it is that a place was written to: a logistic regression whose weights are a data file.

`bench/train_score.py` says how the weights came about. A score orders what is offered to a person and decides nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).resolve().parents[2] / "data" / "mention_weights.json"


@dataclass(frozen=True)
class ScoreModel:
    """The weights of the features; a feature without one counts nothing."""

    bias: float
    weights: dict[str, float]
    #: Places below this score are not offered: they are named in passing.
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

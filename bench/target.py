"""A figure beside its target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    what: str
    value: float
    unit: str
    limit: float
    #: Whether the value has to reach the limit; by default it has to stay under it, and where that is 0 it has to be 0.
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.at_least:
            return self.value >= self.limit
        return self.value < self.limit or self.value == self.limit == 0

    def __str__(self) -> str:
        wanted = "at least" if self.at_least else "under" if self.limit else "exactly"
        met = "met" if self.is_met else "NOT MET"
        return f"{self.what}: {self.value:,.4g} {self.unit} (target: {wanted} {self.limit:,g}): {met}"

"""Seeded chance that draws the same numbers with every version of Python and every library.

Python promises that `random.Random(seed).random()` never changes; the other methods, and numpy's,
may. All draws of the example are made from that one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws. Streams with different names do not disturb each other.

    Args:
        seed: The seed of the example.
        stream: What the draws are for.
    """

    def __init__(self, seed: int, stream: str) -> None:
        self._random = random.Random(f"{seed}:{stream}")  # noqa: S311 - invented data, no secret

    def happens(self, probability: float) -> bool:
        """True with a probability."""
        return self._random.random() < probability

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self._random.random() * (highest - lowest + 1))

    def normal(self, spread: float = 1.0) -> float:
        """A draw from the normal distribution around zero."""
        return NormalDist().inv_cdf(min(max(self._random.random(), 1e-12), 1 - 1e-12)) * spread

    def pick(self, options: Sequence[T]) -> T:
        """One of several, all as likely."""
        return options[self.whole(0, len(options) - 1)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of several, with weights."""
        left = self._random.random() * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return next(reversed(list(weights)))

    def mixed(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        out = list(items)
        for last in range(len(out) - 1, 0, -1):
            other = self.whole(0, last)
            out[last], out[other] = out[other], out[last]
        return out

"""Exact sign-flip tests over schools: if nothing but drift happened, each school's sign is a coin.

Up to 16 schools all 2^(G−1) patterns are tried (first sign fixed, the observed one included);
above that 19,999 seeded patterns. Statistics are compared with `>= observed·(1 − 1e−9)`, less the
rounding of the sum itself, since counts tie often and plain `>=` on floats gives wrong exact
p-values; a sum that should be zero is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics.cells import FloatArray

EXACT_SCHOOLS = 16
DRAWS = 19_999
_TIE = 1 - 1e-9
_ROUNDING = 1e-12  # of the sum of absolute scores
Signs = NDArray[np.int8]
_BLOCK = 250_000  # numbers held at once while patterns are tried; they stay in the cache


def patterns(schools: int, *, seed: int = 0) -> tuple[Signs, int]:
    """Sign patterns (rows) for a number of schools, and the number of them the p-value counts.

    With more than 16 schools the observed pattern is counted beside the drawn ones, so the number
    is one more than the rows.

    Raises:
        EvalueringError: There is no school.
    """
    if schools < 1:
        raise EvalueringError("Det trengs minst én skole.", where="scores")
    if schools <= EXACT_SCHOOLS:
        return _all_patterns(schools), 2 ** (schools - 1)
    return _drawn_patterns(schools, seed), DRAWS + 1


def exact_p(scores: FloatArray, *, seed: int = 0) -> FloatArray:
    """Two-sided sign-flip p-value of each column's sum.

    Args:
        scores: One row per school, one column per test, shape (G, K). Zero for a school that has
            nothing to say; it changes no p-value.
        seed: For the drawn patterns when more than 16 schools differ from zero.

    Returns:
        Shape (K,): share of sign patterns with |Σ s_g S_g| ≥ |Σ S_g|.
    """
    schools, tests = scores.shape
    if schools <= EXACT_SCHOOLS:
        return _share_beyond(scores, seed)
    result = np.empty(tests)
    is_used = scores != 0
    is_small = is_used.sum(axis=0) <= EXACT_SCHOOLS
    if not bool(is_small.all()):
        result[~is_small] = _share_beyond(scores[:, ~is_small], seed)
    for column in np.flatnonzero(is_small):
        own = scores[is_used[:, column], column]
        result[column] = _share_beyond(own[:, None], seed)[0] if len(own) else 1.0
    return result


def limit(scores: FloatArray) -> FloatArray:
    """What a pattern's |Σ s_g S_g| must reach to count as at least the observed one, shape (K,)."""
    observed = np.abs(scores.sum(axis=0))
    return observed * _TIE - _ROUNDING * np.abs(scores).sum(axis=0)


def blocks(signs: Signs, tests: int) -> Iterator[FloatArray]:
    """The patterns in blocks of rows that keep patterns × tests within bounds."""
    rows = max(256, _BLOCK // max(tests, 1))
    for start in range(0, len(signs), rows):
        yield signs[start : start + rows].astype(np.float64)


@lru_cache(maxsize=8)
def _drawn_patterns(schools: int, seed: int) -> Signs:
    draws = np.random.default_rng(seed).integers(0, 2, size=(DRAWS, schools), dtype=np.int8)
    signs = draws * np.int8(2) - np.int8(1)
    signs.flags.writeable = False
    return signs


@lru_cache(maxsize=EXACT_SCHOOLS)
def _all_patterns(schools: int) -> Signs:
    numbers = np.arange(2 ** (schools - 1), dtype=np.int64)
    places = np.arange(schools, dtype=np.int64)
    bits = np.right_shift(numbers[:, None], places) & 1  # the last school's bit is always 0
    signs = np.where(bits == 0, 1, -1).astype(np.int8)
    signs.flags.writeable = False
    return signs


def _share_beyond(scores: FloatArray, seed: int) -> FloatArray:
    signs, number = patterns(len(scores), seed=seed)
    least = limit(scores)
    beyond = np.full(scores.shape[1], float(number - len(signs)))
    for block in blocks(signs, scores.shape[1]):
        flipped = block @ scores
        beyond += (np.abs(flipped, out=flipped) >= least).sum(axis=0)
    return beyond / number

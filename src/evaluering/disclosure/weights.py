"""What hiding a cell costs: whole numbers, tied to the cell and not to the order it stands in."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
from numpy.typing import NDArray

from evaluering.disclosure.system import name_of
from evaluering.model import Cell

MOST = 1_000  # counts above weigh no more
HEADLINE = 10
SCALE = 100  # with MOST and HEADLINE, weights stay at or below a million
PUBLIC_TIES = 50  # a tie-break of less than one person
LARGEST = MOST * HEADLINE * SCALE
PURPOSE = b"formaal\0vekter"


def weights(
    cells: list[Cell],
    values: NDArray[np.float64],
    headline: frozenset[Cell],
    key: bytes | None,
) -> NDArray[np.float64]:
    """Weights as whole numbers, at most a million.

    Args:
        cells: One cell for each variable.
        values: Their counts.
        headline: Cells quoted in a headline.
        key: The house key: each weight is then multiplied by a secret factor from one half to
            two, tied to the cell, so that a reader of this code cannot run it backwards. None:
            the weights are public, and only ties are broken.
    """
    base = np.minimum(np.round(values) + 1, MOST)
    base *= np.where([cell in headline for cell in cells], HEADLINE, 1)
    drawn = np.array([_fraction(cell, key) for cell in cells])
    if key is None:
        return base * SCALE + np.floor(drawn * PUBLIC_TIES)
    return np.minimum(np.round(base * SCALE * 2.0 ** (2 * drawn - 1)), LARGEST)


def _fraction(cell: Cell, key: bytes | None) -> float:
    """From 0 to 1, fixed by the cell and the key."""
    name = name_of(cell).encode()
    if key is None:
        digest = hashlib.sha256(name).digest()
    else:
        purpose = hmac.new(key, PURPOSE, hashlib.sha256).digest()
        digest = hmac.new(purpose, name, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64

"""Shares of counts, and how sure one can be of them. Elementwise on arrays of counts."""

from typing import Any

import numpy as np

from consultations.analysis.matrix import Floats, Ints

Z_95 = 1.959963984540054


def smoothed(hits: Ints, of: Ints) -> Floats:
    """hits / of with one added to the hits and two to all: 1/2 where nobody was asked."""
    return np.asarray((hits + 1) / (of + 2), dtype=np.float64)


def one_proportion(hits: Ints, of: Ints) -> Floats:
    """z of hits / of against one half, +1 on both counts."""
    return np.asarray(2 * np.sqrt(of + 1) * ((hits + 1) / (of + 1) - 0.5), dtype=np.float64)


def two_proportions(hits: Ints, of: Ints, rest_hits: Ints, rest_of: Ints) -> Floats:
    """z of hits / of against rest_hits / rest_of, +1 on every count; 0 where everybody hit."""
    a, n, b, r = hits + 1, of + 1, rest_hits + 1, rest_of + 1
    pooled = (a + b) / (n + r)
    variance = pooled * (1 - pooled) * (1 / n + 1 / r)
    sure = variance > 0
    deviation = np.sqrt(np.where(sure, variance, 1.0))
    return np.where(sure, (a / n - b / r) / deviation, 0.0)


def wilson(hits: Any, of: Any, z: float = Z_95) -> tuple[Floats, Floats]:
    """Wilson's score interval of hits / of, elementwise; (0, 1) where ``of`` is 0.

    Source: E. B. Wilson 1927, "Probable inference, the law of succession, and statistical
    inference".
    """
    k, n = np.asarray(hits, dtype=np.float64), np.asarray(of, dtype=np.float64)
    sure = np.maximum(n, 1.0)
    share, square = k / sure, z * z / sure
    middle = (share + square / 2) / (1 + square)
    half = np.sqrt(share * (1 - share) * square + square * square / 4) / (1 + square)
    low = np.where(n > 0, np.clip(middle - half, 0.0, 1.0), 0.0)
    return low, np.where(n > 0, np.clip(middle + half, 0.0, 1.0), 1.0)

"""What a set of rewards says: means, intervals and pass@k.

Samples of one task are not independent, so every interval treats a task as one cluster. No formula here
needs more than the standard library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

__all__ = ["Estimate", "clustered_mean", "pass_at_k", "student_t_quantile", "wilson"]

_SERIES_UP_TO = 2000  # degrees of freedom; beyond, the expansion's error is below 1e-12


class Estimate(NamedTuple):
    """A mean with its interval.

    Args:
        mean: point estimate; NaN where there is nothing to average.
        low, high: the bounds of the interval.
        tasks: clusters that entered.
        method: "t", "wilson", or "none" where there is no data.
    """

    mean: float
    low: float
    high: float
    tasks: int
    method: str

    def to_json(self) -> dict[str, float | int | str | None]:
        """Return the fields; numbers are rounded to 9 digits, and null where they are NaN."""

        def number(value: float) -> float | None:
            return None if math.isnan(value) else round(value, 9)

        return {
            "mean": number(self.mean),
            "low": number(self.low),
            "high": number(self.high),
            "tasks": self.tasks,
            "method": self.method,
        }


def pass_at_k(correct: int, samples: int, k: int) -> float:
    """Estimate the chance that at least one of k samples is correct, without bias.

    The formula is 1 - C(samples - correct, k) / C(samples, k): the chance that k of the samples drawn
    without replacement hold a correct one.

    Args:
        correct: number of correct samples, 0..samples.
        samples: number drawn, at least k.
        k: at least 1.
    Returns: probability in [0, 1].
    Raises: ValueError: if samples < k (the estimator is undefined there) or a count is out of range.
    Source: Chen et al. 2021, section 2.1.
    """
    if k < 1 or samples < k:
        raise ValueError(f"pass@{k} needs k >= 1 and at least {k} samples, not {samples}")
    if not 0 <= correct <= samples:
        raise ValueError(f"correct must be in 0..{samples}, not {correct}")
    return 1.0 - math.comb(samples - correct, k) / math.comb(samples, k)


def wilson(mean: float, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion.

    Args:
        mean: observed proportion in [0, 1]. For values inside [0, 1] that are not all 0 or 1 it is
            conservative: their variance is at most mean * (1 - mean).
        trials: number of independent observations, at least 1.
        confidence: coverage, in (0, 1).
    Returns: (low, high) within [0, 1].
    Raises: ValueError: if an argument is out of range.
    Source: Wilson 1927; Brown, Cai and DasGupta 2001, equation 4.
    """
    if trials < 1 or not 0.0 <= mean <= 1.0:
        raise ValueError(f"a proportion needs a mean in [0, 1] and trials >= 1, not {mean} and {trials}")
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    centre = (mean + z2 / (2 * trials)) / (1 + z2 / trials)
    half = math.sqrt(z2 * (mean * (1 - mean) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    # The bound is exactly 0 or 1 at the ends; rounding must not lift the estimate out of its interval.
    return max(0.0, min(centre - half, mean)), min(1.0, max(centre + half, mean))


def clustered_mean(clusters: Sequence[Sequence[float]], confidence: float = 0.95) -> Estimate:
    """Average rewards in [0, 1] that come in groups, with an interval that respects the groups.

    With G groups, N values and mean m, the variance of m is G/(G-1) * sum_g (sum_i (x_gi - m))^2 / N^2,
    and the interval is m +- t(G-1) * sqrt(variance), cut to [0, 1]. Where that breaks down (one group, no
    variance between groups) or a better one exists (single values that are all 0 or 1), it is Wilson's
    with the number of groups as trials.

    Args:
        clusters: the rewards of each task; empty ones (nothing was judged) do not enter.
        confidence: coverage, in (0, 1).
    Returns: the mean over all values; NaN without any.
    Raises: ValueError: if a value is outside [0, 1] or NaN.
    Source: Liang and Zeger 1986 for the variance; Miller 2024 (arXiv 2411.00640), section 2.2, for its use.
    """
    groups = [tuple(cluster) for cluster in clusters if len(cluster)]
    values = [value for group in groups for value in group]
    if not all(0.0 <= value <= 1.0 for value in values):
        raise ValueError("rewards must be in [0, 1]")
    if not values:
        return Estimate(math.nan, math.nan, math.nan, 0, "none")
    count, total = len(groups), len(values)
    mean = math.fsum(values) / total
    single_binary = total == count and all(value in (0.0, 1.0) for value in values)
    squares = math.fsum(math.fsum(value - mean for value in group) ** 2 for group in groups)
    if single_binary or count == 1 or squares < 1e-18 * total:
        return Estimate(mean, *wilson(mean, count, confidence), count, "wilson")
    error = math.sqrt(count / (count - 1) * squares) / total
    half = student_t_quantile((1 + confidence) / 2, count - 1) * error
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half), count, "t")


@lru_cache(maxsize=256)
def student_t_quantile(probability: float, degrees: int) -> float:
    """Return the value that Student's t stays below with that probability.

    Args:
        probability: in (0, 1).
        degrees: of freedom, a positive integer.
    Raises: ValueError: if an argument is out of range.
    Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4 (the distribution for whole degrees of freedom,
        inverted by bisection) and 26.7.5 (expansion, for more than 2,000 degrees).
    """
    if not 0.0 < probability < 1.0 or degrees < 1:
        raise ValueError(f"no t quantile for probability {probability} and {degrees} degrees of freedom")
    if probability < 0.5:
        return -student_t_quantile(1.0 - probability, degrees)
    if degrees > _SERIES_UP_TO:
        return _expansion(NormalDist().inv_cdf(probability), degrees)
    # The angle atan(t / sqrt(degrees)) is bounded, where t itself is not.
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _two_sided(middle, degrees) < 2 * probability - 1 else (low, middle)
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _two_sided(angle: float, degrees: int) -> float:
    """Return P(|T| < sqrt(degrees) * tan(angle)), by the finite series in cos(angle)."""
    cos2 = math.cos(angle) ** 2
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    series = 0.0 if degrees == 1 else term
    for n in range(2 + odd, degrees - 1, 2):
        term *= cos2 * (n - 1) / n
        series += term
    if odd:
        return (angle + math.sin(angle) * series) * 2 / math.pi
    return math.sin(angle) * series


def _expansion(z: float, degrees: int) -> float:
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3

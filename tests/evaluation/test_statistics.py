"""The estimators agree with closed forms, with enumeration and with simulation."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.evaluation.statistics import clustered_mean, pass_at_k, student_t_quantile, wilson


@given(st.integers(1, 7), st.data())
def test_pass_at_k_is_the_share_of_subsets_with_a_correct_sample(samples: int, data: st.DataObject) -> None:
    """The estimator equals the enumeration of all subsets of size k."""
    k = data.draw(st.integers(1, samples))
    correct = data.draw(st.integers(0, samples))
    labels = [i < correct for i in range(samples)]
    subsets = list(itertools.combinations(labels, k))
    assert pass_at_k(correct, samples, k) == pytest.approx(sum(any(s) for s in subsets) / len(subsets))


def test_pass_at_k_is_unbiased() -> None:
    """Its expectation over binomial counts is exactly 1 - (1 - p)^k."""
    p, samples, k = 0.3, 9, 4
    expected = sum(
        math.comb(samples, c) * p**c * (1 - p) ** (samples - c) * pass_at_k(c, samples, k)
        for c in range(samples + 1)
    )
    assert expected == pytest.approx(1 - (1 - p) ** k, abs=1e-12)


def test_pass_at_k_is_exact_for_thousands_of_samples() -> None:
    """Huge binomials do not overflow."""
    assert pass_at_k(1, 5000, 100) == pytest.approx(100 / 5000)


@pytest.mark.parametrize(("correct", "samples", "k"), [(0, 3, 4), (4, 3, 1), (-1, 3, 1), (1, 3, 0)])
def test_pass_at_k_refuses_counts_that_make_no_sense(correct: int, samples: int, k: int) -> None:
    """Fewer samples than k, or more correct than samples, is an error and no number."""
    with pytest.raises(ValueError, match=r"pass@|correct must"):
        pass_at_k(correct, samples, k)


def test_t_quantile_meets_its_closed_forms() -> None:
    """One degree is a Cauchy, two degrees have an algebraic inverse."""
    for probability in (0.6, 0.9, 0.975, 0.9995):
        assert student_t_quantile(probability, 1) == pytest.approx(
            math.tan(math.pi * (probability - 0.5)), rel=1e-12
        )
        centred = 2 * probability - 1
        assert student_t_quantile(probability, 2) == pytest.approx(
            centred * math.sqrt(2 / (1 - centred**2)), rel=1e-12
        )
    assert student_t_quantile(0.5, 7) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("degrees", "value"),
    [(3, 3.182446305284263), (4, 2.776445105198), (9, 2.2621571628), (30, 2.0422724563), (120, 1.9799304051)],
)
def test_t_quantile_meets_the_tables(degrees: int, value: float) -> None:
    """The 97.5% points of the standard tables."""
    assert student_t_quantile(0.975, degrees) == pytest.approx(value, rel=1e-9)
    assert student_t_quantile(0.025, degrees) == pytest.approx(-value, rel=1e-9)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 25, 399, 2000, 2001, 50_000])
def test_t_quantile_agrees_with_the_incomplete_beta_function(degrees: int) -> None:
    """Series and expansion both invert the distribution as mpmath integrates it."""
    mpmath = pytest.importorskip("mpmath")
    t = student_t_quantile(0.975, degrees)
    tail = mpmath.betainc(degrees / 2, 0.5, 0, degrees / (degrees + t * t), regularized=True) / 2
    assert float(tail) == pytest.approx(0.025, rel=1e-9)


def test_wilson_meets_its_closed_form_and_never_leaves_the_unit_interval() -> None:
    """At 0 of n the upper bound is z^2 / (n + z^2); 8 of 10 gives the textbook interval."""
    z2 = 1.959963984540054**2
    low, high = wilson(0.0, 20)
    assert low == 0.0
    assert high == pytest.approx(z2 / (20 + z2))
    assert wilson(1.0, 20) == (pytest.approx(20 / (20 + z2)), 1.0)
    assert wilson(0.8, 10) == (pytest.approx(0.4901625), pytest.approx(0.9433178))


def test_single_binary_samples_get_wilson() -> None:
    """One sample a task is a plain proportion."""
    estimate = clustered_mean([[1.0]] * 8 + [[0.0]] * 2)
    assert estimate.method == "wilson"
    assert (estimate.low, estimate.high) == wilson(0.8, 10)


def test_equal_clusters_reduce_to_the_t_interval_of_their_means() -> None:
    """With k samples in every task the interval is that of the G task means."""
    clusters = [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]]
    means = [sum(c) / 3 for c in clusters]
    mean = sum(means) / 5
    deviation = math.sqrt(sum((m - mean) ** 2 for m in means) / 4)
    half = 2.776445105198 * deviation / math.sqrt(5)
    estimate = clustered_mean(clusters)
    assert estimate.method == "t"
    assert estimate.mean == pytest.approx(mean)
    assert estimate.high - estimate.mean == pytest.approx(min(half, 1 - mean), rel=1e-9)


def test_duplicated_samples_do_not_narrow_the_interval() -> None:
    """Ten copies of each sample hold no more information than one."""
    once = clustered_mean([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.5]])
    often = clustered_mean([[0.0, 1.0] * 10, [1.0] * 20, [0.0] * 20, [1.0, 0.5] * 10])
    assert often.low == pytest.approx(once.low)
    assert often.high == pytest.approx(once.high)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_no_variance_still_leaves_doubt(value: float) -> None:
    """All right or all wrong gives Wilson's interval on the number of tasks, not a point."""
    estimate = clustered_mean([[value] * 4] * 12)
    assert estimate.method == "wilson"
    assert estimate.high - estimate.low == pytest.approx(wilson(value, 12)[1] - wilson(value, 12)[0])
    assert estimate.high > estimate.low


def test_tasks_without_a_verdict_do_not_enter() -> None:
    """An empty cluster is no zero."""
    assert clustered_mean([[1.0], [], [1.0]]) == clustered_mean([[1.0], [1.0]])
    nothing = clustered_mean([[], []])
    assert math.isnan(nothing.mean)
    assert nothing.to_json()["mean"] is None


def test_rewards_outside_the_unit_interval_are_refused() -> None:
    """NaN is no reward."""
    for bad in (1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match="rewards"):
            clustered_mean([[bad]])


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """With strong dependence within tasks 95% intervals cover the mean in 93% to 97.5% of 2,000 draws."""
    rng = random.Random(5)
    covered = 0
    for _ in range(2000):
        clusters = []
        for _ in range(40):
            ease = rng.betavariate(0.8, 1.2)  # mean 0.4
            clusters.append([float(rng.random() < ease) for _ in range(4)])
        estimate = clustered_mean(clusters)
        covered += estimate.low <= 0.4 <= estimate.high
    assert 0.93 <= covered / 2000 <= 0.975

"""Measures: known values, ties, and intervals that hold the figure."""

import numpy as np
import pytest

from matching import measures
from matching.calibration import calibration_error, reliability
from matching.measures import Outcomes

VIEWERS = np.repeat(np.arange(40), 10)


@pytest.fixture
def outcomes():
    random = np.random.default_rng(3)
    scores = random.normal(size=len(VIEWERS))
    return Outcomes(VIEWERS, random.random(len(VIEWERS)) < 1 / (1 + np.exp(-scores))), scores


def test_a_perfect_order_and_its_opposite_are_told_with_their_intervals(outcomes):
    found, _ = outcomes
    perfect = found.came.astype(float)
    assert found.auc(perfect) == measures.Estimate(1.0, 1.0, 1.0)
    assert found.auc(-perfect) == measures.Estimate(0.0, 0.0, 0.0)
    assert found.auc(np.zeros(len(perfect))).value == 0.5


def test_a_figure_lies_in_its_interval_and_the_seed_settles_it(outcomes):
    found, scores = outcomes
    estimate = found.auc(scores, seed=1)
    assert estimate.low < estimate.value < estimate.high
    assert estimate == found.auc(scores, seed=1)
    assert estimate.value == found.auc(scores, seed=2).value
    assert estimate != found.auc(scores, seed=2)


def test_the_lift_of_the_first_tenth_is_the_rate_there_over_that_among_all():
    came = np.tile(np.arange(10) == 0, 40)
    best_first = -np.tile(np.arange(10.0), 40)
    assert Outcomes(VIEWERS, came).top_decile_lift(best_first).value == pytest.approx(10.0)
    assert Outcomes(VIEWERS, came).top_decile_lift(-best_first).value == 0.0


def test_ties_at_the_end_of_the_first_tenth_share_its_places(outcomes):
    found, _ = outcomes
    assert found.top_decile_lift(np.zeros(len(VIEWERS))).value == pytest.approx(1.0)


def test_the_calibration_error_is_that_of_the_refit(outcomes):
    found, scores = outcomes
    chances = 1 / (1 + np.exp(-2 * scores))
    expected = calibration_error(reliability(chances, found.came))
    assert found.calibration_error(chances).value == pytest.approx(expected)


def test_too_little_gives_no_figure():
    nobody = Outcomes(np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))
    never = Outcomes(VIEWERS, np.zeros(len(VIEWERS), dtype=bool))
    nothing, scores = np.empty(0), np.zeros(len(VIEWERS))
    assert nobody.auc(nothing) is nobody.top_decile_lift(nothing) is None
    assert nobody.calibration_error(nothing) is never.auc(scores) is None
    assert never.top_decile_lift(scores) is measures.mean([1.0]) is None

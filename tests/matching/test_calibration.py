"""Calibration: chances that hold, in an order that stays."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.calibration import Bin, Calibration, calibration_error, reliability

made = st.lists(st.tuples(st.floats(-6, 6), st.booleans()), min_size=1, max_size=60)
totals = st.floats(-30, 30)


def columns(decisions):
    values, liked = zip(*decisions, strict=True)
    return np.array(values), np.array(liked)


def test_one_knot_is_the_logistic_function_of_a_base_rate():
    plain = Calibration(((0.0, -1.0),))
    assert plain.chance(0.0) == pytest.approx(1 / (1 + math.e))
    assert plain.chance(3.0) == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert np.isfinite(plain.log_chances(np.array([-1e4]))).all()


def test_between_knots_it_is_straight_and_outside_parallel():
    bent = Calibration(((0.0, -1.0), (1.0, 1.0)))
    assert bent.log_odds(np.array([-1.0, 0.0, 0.25, 1.0, 3.0])).tolist() == [-2, -1, -0.5, 1, 3]


@settings(deadline=None)
@given(made, totals, totals)
def test_a_fitted_map_keeps_the_order_and_its_chances_are_chances(decisions, one, other):
    fitted = Calibration.fitted(*columns(decisions))
    xs, ys = zip(*fitted.knots, strict=True)
    assert list(xs) == sorted(set(xs))
    assert list(ys) == sorted(set(ys))
    low, high = sorted((one, other))
    assert 0.0 <= fitted.chance(low) <= fitted.chance(high) <= 1.0


def test_a_fitted_map_repairs_predictions_that_were_too_bold():
    random = np.random.default_rng(5)
    true = random.normal(-1.0, 1.0, 20_000)
    liked = random.random(20_000) < 1 / (1 + np.exp(-true))
    bold = 3.0 * true + 2.0
    fitted = Calibration.fitted(bold[::2], liked[::2])
    naive = reliability(1 / (1 + np.exp(-bold[1::2])), liked[1::2])
    repaired = reliability(fitted.chances(bold[1::2]), liked[1::2])
    assert calibration_error(naive) > 0.1
    assert calibration_error(repaired) < 0.02
    assert len(repaired) == 10


def test_falling_rates_are_pooled():
    fitted = Calibration.fitted(np.array([0.0, 1.0, 2.0, 3.0]), np.array([True, True, False, True]))
    values = fitted.log_odds(np.array([0.0, 1.0, 2.0, 3.0]))
    assert (np.diff(values) > 0).all()
    assert len(fitted.knots) < 4


@settings(deadline=None)
@given(made)
def test_the_table_counts_every_decision_once(decisions):
    values, liked = columns(decisions)
    table = reliability(1 / (1 + np.exp(-values)), liked)
    assert sum(part.count for part in table) == len(decisions)
    assert sum(part.count * part.observed for part in table) == pytest.approx(liked.sum())
    assert [part.predicted for part in table] == sorted(part.predicted for part in table)
    assert 0.0 <= calibration_error(table) <= 1.0


def test_the_error_is_the_mean_gap():
    assert calibration_error([Bin(3, 0.2, 0.3), Bin(1, 0.9, 0.5)]) == pytest.approx(0.175)
    assert calibration_error([]) == 0.0

"""Experiments: arms that anybody can compute again, and lifts that are as sure as they say."""

from collections import Counter
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.experiments import Lift, Sample, arm_of, lift_of

ARMS = ("control", "fresh", "bold")
counts = st.lists(st.integers(0, 9), min_size=2, max_size=30)


def sample(values):
    return Sample(len(values), float(sum(values)), float(sum(value**2 for value in values)))


def test_an_arm_is_always_the_same():
    experiment, person = UUID(int=7), UUID(int=11)
    assert arm_of(experiment, person, ARMS) == arm_of(experiment, person, ARMS) == "fresh"
    assert {arm_of(UUID(int=n), person, ARMS) for n in range(20)} == set(ARMS)


@given(experiment=st.uuids(), person=st.uuids())
def test_everybody_has_one_of_the_arms(experiment, person):
    assert arm_of(experiment, person, ARMS) in ARMS
    assert arm_of(experiment, person, ["alone"]) == "alone"


def test_arms_are_even_and_tell_nothing_of_those_of_another_experiment():
    both = Counter(
        (arm_of(UUID(int=1), UUID(int=n), ARMS), arm_of(UUID(int=2), UUID(int=n), ARMS))
        for n in range(9_000)
    )
    assert len(both) == 9
    assert all(880 <= number <= 1_120 for number in both.values())


@given(counts, counts)
def test_the_interval_holds_the_ratio_and_turns_over_with_it(one, other):
    lift, back = lift_of(sample(one), sample(other)), lift_of(sample(other), sample(one))
    if not sum(one) or not sum(other):
        assert lift is None
        return
    assert lift.low <= lift.ratio <= lift.high
    assert lift.ratio == pytest.approx(np.mean(one) / np.mean(other))
    assert (back.low, back.high) == pytest.approx((1 / lift.high, 1 / lift.low))


def test_nineteen_of_twenty_intervals_hold_the_truth():
    random = np.random.default_rng(17)
    held = 0
    for _ in range(400):
        arm, control = random.poisson(1.5, 300), random.poisson(1.0, 300)
        lift = lift_of(sample(arm), sample(control))
        held += lift.low <= 1.5 <= lift.high
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize("arm", [Sample(0, 0.0, 0.0), Sample(1, 3.0, 9.0), Sample(5, 0.0, 0.0)])
def test_too_little_is_no_lift(arm):
    control = sample([1, 2, 3])
    assert lift_of(arm, control) is None
    assert lift_of(control, arm) is None


def test_where_all_are_alike_nothing_is_left_to_chance():
    assert lift_of(sample([2, 2, 2]), sample([1, 1, 1])) == Lift(2.0, 2.0, 2.0)
    assert Sample(0, 0.0, 0.0).mean == 0.0

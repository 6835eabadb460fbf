"""Exposure: attention is shared, nobody is lost or repeated, the unseen come up."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.exposure import (
    HALF_LIFE,
    beta_of,
    decayed,
    gini,
    loads,
    priorities,
    spread_order,
    step_back,
)

one_of_a_crowd = st.tuples(
    st.floats(-8, 0),
    st.floats(-8, 0),
    st.floats(0, 100),
    # Few are unseen, so that some wait behind many who were seen.
    st.sampled_from([True] + [False] * 15),
)
crowds = st.lists(one_of_a_crowd, max_size=60)
betas = st.sampled_from([0.0, 0.3, 1.0, 2.0])
counts = st.lists(st.floats(0, 1e6), max_size=40)


def columns(crowd):
    return [np.array(column) for column in zip(*crowd, strict=True)] or [np.array([])] * 4


@settings(deadline=None)
@given(crowds, betas)
def test_the_order_never_drops_or_repeats_anybody(crowd, beta):
    there, back, load, unseen = columns(crowd)
    order = spread_order(priorities(there, back, load, beta=beta), unseen, beta=beta)
    assert sorted(order) == list(range(len(crowd)))


@settings(deadline=None)
@given(crowds)
def test_beta_0_is_the_plain_order_by_both_chances(crowd):
    there, back, load, unseen = columns(crowd)
    order = spread_order(priorities(there, back, load, beta=0.0), unseen, beta=0.0)
    chances = [one[0] + one[1] for one in crowd]
    assert order == sorted(range(len(crowd)), key=lambda index: -chances[index])


@settings(deadline=None)
@given(crowds)
def test_among_each_ten_is_somebody_unseen_as_long_as_there_are_any(crowd):
    there, back, load, unseen = columns(crowd)
    order = spread_order(priorities(there, back, load, beta=1.0), unseen, beta=1.0)
    newcomers = [place for place, index in enumerate(order) if unseen[index]]
    gaps = np.diff([-1, *newcomers])
    assert all(gaps <= 10)


@settings(deadline=None)
@given(crowds)
def test_the_unseen_and_the_seen_keep_their_own_order(crowd):
    there, back, load, unseen = columns(crowd)
    priority = priorities(there, back, load, beta=1.0)
    order = spread_order(priority, unseen, beta=1.0)
    for group in (True, False):
        shown = [priority[index] for index in order if unseen[index] == group]
        assert shown == sorted(shown, reverse=True)


def test_somebody_unseen_comes_forward_to_the_tenth_place_of_each_row():
    priority = -np.arange(33.0)
    unseen = np.isin(np.arange(33), [3, 30, 32])
    order = spread_order(priority, unseen, beta=1.0)
    assert order.index(3) == 3
    assert order.index(30) == 13
    assert order.index(32) == 23
    assert order[24:] == [22, 23, 24, 25, 26, 27, 28, 29, 31]


def test_of_two_alike_the_less_shown_comes_first_the_more_so_with_beta():
    there, back = np.log([0.5, 0.5]), np.log([0.2, 0.2])
    load = np.array([3.0, 0.0])
    mild, strong = (priorities(there, back, load, beta=beta) for beta in (0.3, 2.0))
    assert mild[1] - mild[0] == pytest.approx(0.3 * np.log(4.0))
    assert strong[1] - strong[0] == pytest.approx(2.0 * np.log(4.0))
    assert mild[1] == pytest.approx(np.log(0.1))


def test_stepping_back_lowers_a_priority():
    even = np.zeros(2)
    priority = priorities(even, even, even, beta=1.0, back=np.array([1.0, 0.0]))
    assert spread_order(priority, np.array([False, False]), beta=1.0) == [1, 0]


@pytest.mark.parametrize(
    ("conversations", "idle", "expected"),
    [
        (0, None, 0.0),
        (5, timedelta(days=13), 0.0),
        (6, timedelta(0), 0.2),
        (50, None, 1.0),
        (0, timedelta(days=14), 1.0),
        (50, timedelta(days=90), 2.0),
    ],
)
def test_who_talks_with_many_or_is_idle_steps_back(conversations, idle, expected):
    assert step_back(conversations, idle) == pytest.approx(expected)


def test_small_pools_share_little_and_less_is_shared_where_likes_lead():
    assert beta_of(299) == beta_of(299, likes_lead=True) == 0.3
    assert beta_of(300) == 1.0
    assert beta_of(300, likes_lead=True) == 0.5


@given(st.floats(0, 1e9), st.timedeltas(timedelta(days=-3), timedelta(days=900)))
def test_impressions_fade_and_are_never_negative(impressions, elapsed):
    assert 0.0 <= decayed(impressions, elapsed) <= impressions
    assert decayed(impressions, HALF_LIFE) == impressions / 2


def test_loads_are_shares_of_the_mean():
    assert loads([1.0, 3.0]).tolist() == [0.5, 1.5]
    assert loads([1.0, 3.0], mean=4.0).tolist() == [0.25, 0.75]
    assert loads([0.0, 0.0]).tolist() == [0.0, 0.0]
    assert loads([]).tolist() == []


@given(counts)
def test_gini_lies_between_0_and_1(impressions):
    assert -1e-9 <= gini(impressions) < 1.0


def test_gini_of_known_shares():
    assert gini([2, 2, 2, 2]) == pytest.approx(0.0)
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini([1, 3]) == pytest.approx(0.25)
    assert gini([0, 0]) == gini([]) == 0.0


def test_impressions_fade_to_half_in_a_half_life_and_never_grow():
    assert decayed(8.0, HALF_LIFE) == 4.0
    assert decayed(8.0, -timedelta(days=1)) == 8.0


def test_who_shares_no_attention_keeps_the_order_of_the_priorities():
    priority, unseen = np.array([0.1, 0.3, 0.2]), np.array([True, False, False])
    assert spread_order(priority, unseen, beta=0.0) == [1, 2, 0]

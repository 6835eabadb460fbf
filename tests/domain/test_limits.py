"""Limits: how often something may still be done, and when once more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import limits

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("most", "hours_ago", "remaining", "resets_in"),
    [
        (5, [], 5, None),
        (5, [1], 4, 23),
        (5, [1, 20], 3, 4),
        (2, [1, 20], 0, 4),
        (0, [], 0, None),
    ],
)
def test_the_oldest_super_like_that_counts_is_the_first_to_come_back(
    most, hours_ago, remaining, resets_in
):
    used_at = [NOON - timedelta(hours=hours) for hours in hours_ago]
    found = limits.of_super_likes(most, used_at)
    assert (found.most, found.remaining) == (most, remaining)
    assert found.resets_at == (NOON + timedelta(hours=resets_in) if resets_in else None)


@given(st.integers(1, 1_000), st.integers(0, 1_100))
def test_as_often_as_the_limit_says_and_no_more(most, times):
    regained_at, used = None, 0
    for _ in range(times):
        if limits.of_regained(limits.EVENTS, most, regained_at, NOON).remaining:
            regained_at = limits.regained_after_use(most, regained_at, NOON)
            used += 1
    assert used == min(most, times)
    left = limits.of_regained(limits.EVENTS, most, regained_at, NOON)
    assert (left.most, left.remaining) == (most, most - used)


def test_what_may_never_be_done_is_never_regained():
    left = limits.of_regained(limits.EVENTS, 0, None, NOON)
    assert (left.remaining, left.resets_at) == (0, None)


def test_limits_have_names_of_their_own():
    assert len({limit.name for limit in limits.ALL}) == len(limits.ALL)

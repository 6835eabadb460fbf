"""Limits: how many super-likes are left, and when one more is."""

from datetime import UTC, datetime, timedelta

import pytest

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


def test_limits_have_names_of_their_own():
    assert len({limit.name for limit in limits.ALL}) == len(limits.ALL)

"""Matches: the rule of how far two people are."""

import pytest

from domain import matches
from domain.matches import MatchStatus
from domain.pairs import DecisionKind


@pytest.mark.parametrize(
    ("mine", "is_matched", "status"),
    [
        (DecisionKind.LIKE, False, MatchStatus.PENDING),
        (DecisionKind.LIKE, True, MatchStatus.ACCEPTED),
        (DecisionKind.SUPER_LIKE, False, MatchStatus.PENDING),
        (DecisionKind.SUPER_LIKE, True, MatchStatus.ACCEPTED),
        (DecisionKind.LATER, False, MatchStatus.PENDING),
        (DecisionKind.PASS, False, MatchStatus.REJECTED),
    ],
)
def test_the_status_tells_nothing_of_what_the_other_decided_alone(mine, is_matched, status):
    assert matches.status(mine, is_matched=is_matched) is status

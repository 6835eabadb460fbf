"""The synthetic world is the same for the same seed, and nothing happens twice in it."""

from dataclasses import astuple

import numpy as np
import pytest

from benchmarks.matching import evenings, market
from benchmarks.matching.contents import contents_of, measure
from benchmarks.matching.ledger import Learns, Ledger, Prospects, World
from benchmarks.matching.people import NOW, town
from benchmarks.matching.policies import POLICIES
from matching.scoring import PRIOR, log_odds

SIZE = 16
every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)


@pytest.fixture(scope="module")
def world():
    random = np.random.default_rng(1)
    here = town(random, SIZE)
    return World.of(here, contents_of(here, PRIOR, measure(here)), 0.42, random)


def test_the_same_seed_makes_the_same_people():
    one, other = (town(np.random.default_rng(5), 8) for _ in range(2))
    assert one.sides[0].features == other.sides[0].features
    assert np.array_equal(one.likes[0], other.likes[0])


def test_two_of_five_decisions_are_likes_and_one_of_six_pairs_match():
    made = [town(np.random.default_rng(seed), 20) for seed in range(30)]
    assert np.mean([one.likes[0].mean() for one in made]) == pytest.approx(0.42, abs=0.04)
    mutual = np.mean([(one.likes[0] * one.likes[1].T).mean() for one in made])
    assert mutual == pytest.approx(0.17, abs=0.04)


def test_what_is_ranked_by_is_the_log_odds_of_the_product(world):
    """Kept matrices and what is added to them give what `log_odds` gives for one pair."""
    ledger = Ledger(world, Learns(people=True, taste=True))
    for other in range(8):
        ledger.decide(0, 3, [other], NOW)
    ledger.settle(NOW)
    expected = log_odds(
        world.contents.measured(0, 3, 9),
        PRIOR,
        appeal=float(ledger.appeal[1][9]),
        pickiness=float(ledger.pickiness[0][3]),
        personal=ledger._tastes[0][3].corrections(PRIOR),
    )
    assert expected.experience != 0.0
    assert ledger.odds(0, 3)[0][9] == pytest.approx(expected.total)


@every_policy
def test_a_week_is_settled_by_its_seed_and_has_no_more_matches_than_there_are(world, policy):
    week = market.week(world, policy, seed=2)
    assert astuple(week) == astuple(market.week(world, policy, seed=2))
    assert 0.0 < week.matches <= 2 * world.mutual.sum() / (2 * SIZE)
    assert 0.0 < week.matched <= 1.0
    assert 0.0 <= week.gini < 1.0


@every_policy
def test_nobody_sees_more_of_an_evening_than_there_are_views(world, policy):
    played = evenings.views(world, policy, seed=2)
    assert len(played.found) == evenings.VIEWS
    assert played.found == sorted(played.found)
    assert played.found[-1] <= played.possible == world.mutual.sum()


def test_nobody_is_shown_twice(world):
    ledger = Ledger(world, POLICIES[0].learns)
    ledger.decide(0, 1, [2, 3], NOW)
    assert ledger.seen[0][1].sum() == ledger.shown[1].sum() == 2
    assert not {2, 3} & set(Prospects(ledger, 0, 1).people.tolist())

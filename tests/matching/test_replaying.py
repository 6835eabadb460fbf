"""Replays: nothing is known before it happened, and what there is to learn is learned."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from matching import replaying
from matching.replaying import AFTER, FIRST_REFIT, Decision, replay
from matching.scoring import PRIOR

START = datetime(2026, 1, 5, tzinfo=UTC)
SIDE = 24


def decided(*, seed=0, appeal=0.0, own=0.0, days=SIDE):
    """Everybody of two sides decides about one of the other side a day, both of a pair at once."""
    random = np.random.default_rng(seed)
    traits = random.normal(size=(2, SIDE))
    found = []
    for day in range(days):
        for one in range(SIDE):
            other = (one + day) % SIDE
            for side, viewer, candidate in ((0, one, other), (1, other, one)):
                number = random.normal()
                odds = appeal * traits[1 - side, candidate] + own * number
                found.append(
                    Decision(
                        f"{side}.{viewer}",
                        f"{1 - side}.{candidate}",
                        bool(random.random() < 1 / (1 + np.exp(-odds))),
                        START + timedelta(days=day, minutes=len(found)),
                        {"text_similarity": random.random(), "steps": number},
                    )
                )
    return found


def test_counts_are_those_of_the_decisions():
    decisions = decided()
    report = replay(decisions)
    assert report.all.decisions == 2 * SIDE * SIDE
    assert report.all.likes == sum(one.liked for one in decisions)
    assert report.all.pairs == SIDE * SIDE
    liked = {(one.viewer, one.candidate) for one in decisions if one.liked}
    assert report.all.matches * 2 == sum((b, a) in liked for a, b in liked)
    assert report.after_ten.decisions == 2 * SIDE * (SIDE - AFTER)
    assert report.refits == (FIRST_REFIT, 2 * FIRST_REFIT, 4 * FIRST_REFIT)


def test_who_is_liked_is_learned_and_profiles_alone_stay_a_coin():
    rankings = replay(decided(appeal=2.0)).after_ten.rankings
    assert rankings["Kith"].like_auc.low > 0.7
    assert rankings["Kith"].match_auc.low > 0.6
    assert rankings["Kith"].match_lift.value > 1.2
    for name in ("random", "similarity", "Kith, profiles alone"):
        assert rankings[name].like_auc.low < 0.5 < rankings[name].like_auc.high


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_numbers_of_ones_own_may_count_in_either_direction(sign):
    report = replay(decided(own=2.0 * sign))
    assert report.after_ten.rankings["Kith, profiles alone"].like_auc.low > 0.8
    more, less = (report.model.weights[name].slope for name in ("steps", "less steps"))
    assert (more > less) == (sign > 0)


def test_nothing_is_predicted_from_what_comes_later():
    """Whatever the later half was, the first half is predicted alike."""
    decisions = decided(appeal=2.0)
    half = len(decisions) // 2
    turned = [replace(one, liked=not one.liked) for one in decisions[half:]]
    predicted = []
    for later in ([], decisions[half:], turned):
        replayed = replaying._Replay(PRIOR, {})
        for one in [*decisions[:half], *later]:
            replayed.take(one)
        predicted.append([(row.chance, row.like, row.mutual) for row in replayed.rows[:half]])
    assert predicted[0] == predicted[1] == predicted[2]


def test_coins_stay_coins_whatever_is_learned():
    rankings = [replay(decided(seed=seed, days=8)).all.rankings["Kith"] for seed in range(6)]
    assert np.mean([one.like_auc.value for one in rankings]) == pytest.approx(0.5, abs=0.04)
    assert np.mean([one.match_auc.value for one in rankings]) == pytest.approx(0.5, abs=0.04)


def test_signals_of_the_other_direction_are_taken_where_they_are_given():
    decisions = [replace(one, back={"age_closeness": 1.0}) for one in decided(days=2)]
    assert replay(decisions).all.pairs == 2 * SIDE


def test_similarity_is_left_out_where_it_is_unknown():
    decisions = [replace(one, there={}) for one in decided(days=2)]
    assert "similarity" not in replay(decisions).all.rankings


def test_no_weights_are_fitted_to_likes_alone():
    report = replay([replace(one, liked=True) for one in decided(days=8)])
    assert report.refits == (FIRST_REFIT,)
    assert report.model.version == PRIOR.version


def test_nothing_gives_a_report_without_figures():
    report = replay([])
    assert report.all.decisions == 0
    assert report.all.calibration_error is None
    assert report.as_dict()["all"]["rankings"]["Kith"]["like_auc"] is None


def test_the_order_in_which_decisions_are_given_does_not_matter():
    decisions = decided(appeal=1.0, days=4)
    assert replay(reversed(decisions)) == replay(decisions)

"""Scoring and reciprocity: sums that are exact, bounds, monotony, symmetry."""

import math
import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import scoring
from matching.features import Features
from matching.reciprocity import combined, compatibility
from matching.scoring import EXPERIENCE, PRIOR, LogOdds, log_odds, score_of, signals
from tests.matching.conftest import NOW, people

# People take long to draw.
patiently = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
similarities = st.none() | st.floats(-1, 1)
measured = st.fixed_dictionaries({name: st.none() | st.floats(0, 1) for name in PRIOR.weights})
learned = st.floats(-8, 8)


def someone(number=1, **facts):
    return Features(profile_id=UUID(int=number), text=facts.pop("text", ""), **facts)


def points_of(score):
    return {part.signal: part.points for part in score.contributions}


@given(measured, learned, learned)
def test_contributions_sum_to_the_score_exactly_in_any_order(values, appeal, pickiness):
    score = score_of(log_odds(values, appeal=appeal, pickiness=pickiness))
    points = [part.points for part in score.contributions]
    random.Random(7).shuffle(points)
    assert sum(points) == score.value - 50
    assert sum(map(Fraction, points)) == Fraction(score.value) - 50


@given(measured, learned)
def test_scores_stay_between_0_and_100_and_are_finite(values, appeal):
    score = score_of(log_odds(values, appeal=appeal))
    assert 0 <= score.value <= 100
    assert all(math.isfinite(part.points) for part in score.contributions)
    assert score.model_version == PRIOR.version


@given(measured, st.sampled_from(sorted(PRIOR.weights)), st.floats(0, 1), st.floats(0, 1))
def test_more_of_a_signal_with_positive_weight_never_lowers_the_score(values, name, one, other):
    assert PRIOR.weights[name].slope > 0
    low, high = sorted((one, other))
    lower = score_of(log_odds({**values, name: low})).value
    higher = score_of(log_odds({**values, name: high})).value
    assert lower <= higher
    if high - low > 0.01:
        assert lower < higher


def test_a_typical_pair_scores_50_and_its_points_are_finite():
    typical = {name: weight.centre for name, weight in PRIOR.weights.items()}
    assert score_of(log_odds(typical)).value == 50
    odd = LogOdds({"interests_shared": 0.4, "nearness": -0.4})
    score = score_of(odd)
    assert score.value == 50
    assert points_of(score)["interests_shared"] == pytest.approx(0.4 * 50 / PRIOR.spread, abs=1e-5)


def test_points_follow_the_published_formula():
    odds = LogOdds({"interests_shared": 0.9, "nearness": -0.3})
    value = 50 + 50 * math.tanh(0.6 / PRIOR.spread)
    score = score_of(odds)
    assert score.value == pytest.approx(value, abs=1e-5)
    assert points_of(score)["interests_shared"] == pytest.approx(0.9 / 0.6 * (value - 50), abs=1e-5)


def test_unknown_signals_count_neither_way():
    assert set(log_odds({}).terms.values()) == {0.0}
    assert score_of(log_odds({})).value == 50


def test_what_decisions_taught_is_one_contribution_and_absent_before():
    assert EXPERIENCE not in points_of(score_of(log_odds({})))
    odds = log_odds(
        {"nearness": 1.0}, appeal=0.5, pickiness=-0.2, personal={"nearness": 1.0, "unknown": 9.0}
    )
    assert odds.experience == pytest.approx(0.3 + (1.0 - PRIOR.weights["nearness"].centre))
    assert points_of(score_of(odds))[EXPERIENCE] > 0


@patiently
@given(people, people, similarities)
def test_both_of_a_pair_get_the_same_score(one, other, similarity):
    there = compatibility(one, other, similarity=similarity, now=NOW)
    back = compatibility(other, one, similarity=similarity, now=NOW)
    assert there == back


@patiently
@given(people, people, similarities)
def test_every_signal_lies_between_0_and_1(one, other, similarity):
    values = signals(one, other, similarity=similarity, now=NOW)
    assert set(values) == set(PRIOR.weights)
    assert all(value is None or 0 <= value <= 1 for value in values.values())


@patiently
@given(people, people, people)
def test_preferences_do_not_change_a_score(one, other, third):
    changed = replace(other, wants=third.wants)
    assert compatibility(one, other, similarity=0.5, now=NOW) == compatibility(
        one, changed, similarity=0.5, now=NOW
    )


@given(measured, measured, learned, learned)
def test_the_combination_is_the_mean_and_symmetric(one, other, appeal, pickiness):
    there = log_odds(one, appeal=appeal)
    back = log_odds(other, appeal=pickiness)
    both = combined(there, back)
    assert both == combined(back, there)
    assert both.total == pytest.approx((there.total + back.total) / 2, abs=1e-9)


def value_of(signal, one, other, similarity=None):
    return signals(one, other, similarity=similarity, now=NOW)[signal]


def test_shared_interests_are_counted_against_what_can_be_shared():
    one = someone(interests=frozenset("abcdef"))
    assert value_of("interests_shared", one, someone(2, interests=frozenset("ab"))) == 1
    assert value_of("interests_shared", one, someone(2, interests=frozenset("axyz"))) == 0.25
    assert value_of("interests_shared", one, someone(2)) is None


def test_goals_may_answer_each_other():
    mentee = someone(goals=frozenset({"mentee"}))
    assert value_of("goals_complementary", mentee, someone(2, goals=frozenset({"mentor"}))) == 1
    assert value_of("goals_complementary", mentee, someone(2, goals=frozenset({"dating"}))) == 0
    assert value_of("goals_complementary", mentee, someone(2)) is None
    assert value_of("goals_complementary", someone(2, goals=frozenset({"dating"})), mentee) is None


def test_skills_the_seeker_lacks_are_new():
    one = someone(skills=frozenset({"python"}))
    other = someone(2, skills=frozenset({"python", "sales"}))
    assert value_of("skills_new", one, other) == 0.5
    assert value_of("skills_new", other, one) == 0
    assert value_of("skills_new", one, someone(2)) is None


def test_age_place_and_activity_fade_smoothly():
    one = someone(birth_date=date(1990, 1, 1), location=(52.5, 13.4), last_active_at=NOW)
    assert value_of("age_closeness", one, one) == 1
    assert value_of("age_closeness", one, someone(2)) is None
    assert value_of("nearness", one, one) == 1
    assert value_of("nearness", one, someone(2)) is None
    assert value_of("recent_activity", one, someone(2)) is None
    idle = someone(2, last_active_at=NOW - timedelta(days=7, hours=3))
    assert value_of("recent_activity", one, idle) == 0.5
    ahead = someone(2, last_active_at=NOW + timedelta(minutes=5))
    assert value_of("recent_activity", one, ahead) == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("weekends", "weekends", 1.0),
        ("weekends", "flexible", 0.5),
        ("weekends", "evenings", 0.0),
        ("weekends", None, None),
        (None, "weekends", None),
    ],
)
def test_availability_is_shared_or_flexible(mine, theirs, expected):
    one, other = someone(availability=mine), someone(2, availability=theirs)
    assert value_of("availability_shared", one, other) == expected


def test_opposite_texts_are_as_unlike_as_unrelated_ones():
    assert value_of("text_similarity", someone(), someone(2), -0.4) == 0
    assert value_of("text_similarity", someone(), someone(2)) is None


def test_the_value_alone_is_that_of_the_score():
    odds = LogOdds({"interests_shared": 0.9, "nearness": -0.3}, experience=0.7)
    assert scoring.value_of(odds) == pytest.approx(score_of(odds).value, abs=1e-5)

"""Reciprocity: one score for both, that rises with each side's chance."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.features import Features
from matching.reciprocity import combined, compatibility, direction, mutual_odds
from matching.scoring import EXPERIENCE, PRIOR, Learned, LogOdds, Weight, score_of, value_of
from tests.matching.conftest import NOW, people

# People take long to draw.
patiently = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
similarities = st.none() | st.floats(-1, 1)
small = st.floats(-3, 3)
lessons = st.builds(
    Learned,
    small,
    small,
    st.dictionaries(st.sampled_from(sorted(PRIOR.weights)), small, max_size=3),
)
totals = st.floats(-8, 8)
ONE, OTHER = Features(UUID(int=1), "a"), Features(UUID(int=2), "b")


@patiently
@given(people, people, similarities, lessons, lessons)
def test_both_of_a_pair_get_the_same_score_with_what_was_learned(one, other, similarity, a, b):
    there = compatibility(one, other, similarity=similarity, now=NOW, of_one=a, of_other=b)
    back = compatibility(other, one, similarity=similarity, now=NOW, of_one=b, of_other=a)
    assert there == back
    assert sum(part.points for part in there.contributions) == there.value - 50


@given(totals, totals, totals)
def test_the_score_rises_with_each_sides_chance(one, other, higher):
    low, high = sorted((one, higher))
    fixed = LogOdds({"nearness": other})
    pairs = [combined(LogOdds({"nearness": total}), fixed) for total in (low, high)]
    values = [value_of(pair) for pair in pairs]
    assert 0 <= values[0] <= values[1] <= 100
    turned = [value_of(combined(fixed, LogOdds({"nearness": total}))) for total in (low, high)]
    assert turned == values


@patiently
@given(people, people, similarities, lessons, lessons)
def test_a_pair_is_the_mean_of_its_directions(one, other, similarity, a, b):
    there = direction(one, other, similarity=similarity, now=NOW, of_seeker=a, of_person=b)
    back = direction(other, one, similarity=similarity, now=NOW, of_seeker=b, of_person=a)
    both = mutual_odds(one, other, similarity=similarity, now=NOW, of_one=a, of_other=b)
    assert both.total == pytest.approx((there.total + back.total) / 2, abs=1e-9)


@patiently
@given(people, people, similarities, lessons, lessons)
def test_all_that_was_learned_is_inside_one_signal(one, other, similarity, a, b):
    learned = mutual_odds(one, other, similarity=similarity, now=NOW, of_one=a, of_other=b)
    plain = mutual_odds(one, other, similarity=similarity, now=NOW)
    assert learned.terms == plain.terms
    assert plain.experience == 0.0
    told = {part.signal for part in score_of(learned).contributions}
    assert told - {EXPERIENCE} == set(PRIOR.weights)


def test_appeal_and_pickiness_count_for_whom_they_are_about():
    loved = Learned(appeal=1.0)
    picky = Learned(pickiness=-1.0)
    there = direction(ONE, OTHER, similarity=None, now=NOW, of_person=loved)
    assert there.experience == 1.0
    assert direction(ONE, OTHER, similarity=None, now=NOW, of_seeker=loved).experience == 0.0
    assert direction(ONE, OTHER, similarity=None, now=NOW, of_seeker=picky).experience == -1.0
    assert direction(ONE, OTHER, similarity=None, now=NOW, of_person=picky).experience == 0.0


def test_what_if_is_scoring_with_something_changed():
    before = compatibility(ONE, OTHER, similarity=0.4, now=NOW)
    changed = replace(PRIOR, weights=dict(PRIOR.weights) | {"text_similarity": Weight(9.0, 0.3)})
    after = compatibility(ONE, OTHER, similarity=0.4, now=NOW, model=changed)
    assert after.value > before.value
    assert compatibility(ONE, OTHER, similarity=0.4, now=NOW) == before

"""Learning: counts that fade, lessons that are shrunk, and undo that is exact."""

import json
import math
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.learning import (
    HALF_LIFE,
    Tally,
    Taste,
    appeal_of,
    learned_of,
    lesson_of,
    like_rate,
    pickiness_of,
)
from matching.scoring import PRIOR, Model, Weight
from tests.matching.conftest import NOW

# Histories take long to draw.
patiently = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Two years, many half-lives, to the microsecond.
moments = st.integers(0, 730 * 86_400 * 10**6).map(lambda past: NOW - timedelta(microseconds=past))
decisions = st.lists(st.tuples(st.booleans(), moments), max_size=30)
rates = st.floats(0.01, 0.99)
signals = st.dictionaries(
    st.sampled_from(sorted(PRIOR.weights)), st.none() | st.floats(0, 1), max_size=4
)
acts = st.tuples(signals, st.floats(0, 1), st.booleans())


def tally_of(made):
    tally = Tally()
    for liked, at in made:
        tally = tally.after(liked, at)
    return tally


@patiently
@given(decisions, decisions, st.randoms())
def test_un_learning_decisions_leaves_the_counts_of_the_others_exactly(kept, undone, random):
    made = [(*one, True) for one in kept] + [(*one, False) for one in undone]
    random.shuffle(made)
    tally = tally_of([(liked, at) for liked, at, _ in made])
    random.shuffle(undone)
    for liked, at in undone:
        tally = tally.without(liked, at)
    assert tally.counted(NOW) == tally_of(kept).counted(NOW)


@patiently
@given(decisions, decisions)
def test_counts_are_never_negative_and_likes_never_more_than_decisions(made, never_made):
    tally = tally_of(made)
    for liked, at in never_made:
        tally = tally.without(liked, at)
    likes, count = tally.counted(NOW)
    assert 0.0 <= likes <= count


@given(decisions, st.timedeltas(timedelta(), timedelta(days=1_000)))
def test_counts_fade_to_half_in_a_half_life_and_never_grow_by_waiting(made, waited):
    tally = tally_of(made)
    likes, count = tally.counted(NOW)
    half = pytest.approx((likes / 2, count / 2), abs=1e-6)
    assert tally.counted(NOW + HALF_LIFE) == half
    later = tally.counted(NOW + waited)
    assert 0.0 <= later[0] <= likes + 1e-9
    assert 0.0 <= later[1] <= count + 1e-9


def test_a_decision_of_now_counts_one_and_the_order_of_learning_does_not_matter():
    early, late = (True, NOW - timedelta(days=100)), (False, NOW)
    assert tally_of([early, late]) == tally_of([late, early])
    likes, count = tally_of([early, late]).counted(NOW)
    assert likes == pytest.approx(2 ** (-100 / 60), abs=1e-3)
    assert count == pytest.approx(1 + likes, abs=1e-3)


def test_nothing_learned_is_no_appeal_and_the_rate_of_nobody_is_a_coin():
    assert appeal_of(Tally(), NOW, rate=0.2) == 0.0
    assert pickiness_of(Tally(), NOW, rate=0.2) == 0.0
    assert like_rate(0, 0) == 0.5
    assert like_rate(30, 98) == pytest.approx(0.31)


def test_appeal_is_the_shrunk_log_odds_above_those_of_the_population():
    tally = tally_of([(True, NOW)] * 6 + [(False, NOW)] * 4)
    likes, count = tally.counted(NOW)
    shrunk = (likes + 4 * 0.3) / (count + 4)
    expected = math.log(shrunk / (1 - shrunk)) - math.log(0.3 / 0.7)
    assert appeal_of(tally, NOW, rate=0.3) == pytest.approx(expected)
    assert expected > 0
    assert pickiness_of(tally, NOW, rate=0.3) == appeal_of(tally, NOW, rate=0.3)


@given(decisions, rates)
def test_a_like_never_lowers_appeal_and_a_pass_never_raises_it(made, rate):
    tally = tally_of(made)
    before = appeal_of(tally, NOW, rate=rate)
    assert appeal_of(tally.after(True, NOW), NOW, rate=rate) > before
    assert appeal_of(tally.after(False, NOW), NOW, rate=rate) < before + 1e-12
    assert math.isfinite(before)


def taste_of(lessons):
    taste = Taste()
    for lesson in lessons:
        taste = taste.after(lesson)
    return taste


def lessons_of(made):
    return [lesson_of(measured, chance=chance, liked=liked) for measured, chance, liked in made]


@patiently
@given(st.lists(acts, max_size=8), st.lists(acts, max_size=8), st.randoms())
def test_learning_then_undoing_restores_a_taste_exactly(kept, undone, random):
    kept, undone = lessons_of(kept), lessons_of(undone)
    made = kept + undone
    random.shuffle(made)
    taste = taste_of(made)
    random.shuffle(undone)
    for lesson in undone:
        taste = taste.without(lesson)
    assert taste == taste_of(kept)
    assert taste.corrections() == taste_of(kept).corrections()


@patiently
@given(st.lists(acts, max_size=8))
def test_a_taste_survives_a_column_of_json(made):
    taste = taste_of(lessons_of(made))
    assert Taste.from_dict(json.loads(json.dumps(taste.as_dict()))) == taste
    assert Taste.from_dict({}) == Taste()


def test_a_lesson_is_the_surprise_times_what_was_unusual():
    measured = {"nearness": 1.0, "profile_depth": None, "skills_new": 0.6}
    lesson = lesson_of(measured, chance=0.25, liked=True)
    assert lesson == {"nearness": round(0.75 * (1.0 - 0.55) * 2**20)}
    assert lesson_of(measured, chance=0.25, liked=False)["nearness"] < 0
    assert lesson_of(measured, chance=1.0, liked=True) == {}


def test_tastes_turn_towards_what_is_liked_and_are_held_near_0_at_first():
    lesson = lesson_of({"nearness": 1.0}, chance=0.5, liked=True)
    sizes = [taste_of([lesson] * count).corrections()["nearness"] for count in (1, 10, 20, 200)]
    assert sizes == sorted(sizes)
    assert sizes[1] < 0.3
    assert sizes[3] > 1.0
    assert taste_of([]).corrections() == {}


def test_steps_shrink_as_one_over_the_root_of_the_decisions():
    lesson = lesson_of({"nearness": 1.0}, chance=0.5, liked=True)

    def step(count):
        taste = Taste(count, {"nearness": count * lesson["nearness"]})
        return taste.corrections()["nearness"] / taste.lessons["nearness"]

    assert step(40_000) / step(10_000) == pytest.approx(0.5, rel=0.01)


def test_the_width_is_shared_over_the_signals_of_the_model():
    one = Model("one", 1.0, {"nearness": Weight(1.0, 0.5)})
    taste = taste_of([lesson_of({"nearness": 1.0}, chance=0.5, liked=True, model=one)] * 30)
    root = len(PRIOR.weights)
    assert taste.corrections(one)["nearness"] == pytest.approx(
        taste.corrections(PRIOR)["nearness"] * root
    )


def test_what_was_learned_about_a_person_comes_together_and_appeal_can_be_off():
    received = tally_of([(True, NOW)] * 5)
    given_ = tally_of([(False, NOW)] * 5)
    taste = taste_of([lesson_of({"nearness": 1.0}, chance=0.5, liked=True)])
    learned = learned_of(received, given_, taste, NOW, rate=0.3)
    assert learned.appeal == appeal_of(received, NOW, rate=0.3) > 0
    assert learned.pickiness == pickiness_of(given_, NOW, rate=0.3) < 0
    assert learned.taste == taste.corrections()
    without = learned_of(received, given_, taste, NOW, rate=0.3, with_appeal=False)
    assert without.appeal == 0.0
    assert without.pickiness == learned.pickiness


def test_undone_lessons_leave_nothing_and_the_others_as_they_were():
    liked = tally_of([(True, NOW)])
    assert liked.after(False, NOW).without(False, NOW) == liked
    one = lesson_of({"nearness": 1.0}, chance=0.5, liked=True)
    other = lesson_of({"profile_depth": 1.0}, chance=0.5, liked=False)
    taste = taste_of([one])
    assert taste.after(other).without(other) == taste
    assert taste.without(one) == Taste()


def test_a_taste_is_kept_as_an_object_of_json():
    taste = taste_of([{"nearness": 7}, {"nearness": 2}])
    assert taste.as_dict() == {"decisions": 2, "lessons": {"nearness": 9}}
    assert Taste.from_dict(taste.as_dict()) == taste
    assert Taste.from_dict({}) == Taste()

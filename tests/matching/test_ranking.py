"""Ranking: columns say what scoring says person by person."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.features import Features
from matching.ranking import Crowd, directions
from matching.reciprocity import direction, mutual_odds
from matching.scoring import NOTHING_LEARNED, PRIOR, Learned, Model, Weight
from tests.matching.conftest import NOW, people

# People take long to draw.
patiently = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
small = st.floats(-3, 3)
lessons = st.builds(
    Learned,
    small,
    small,
    st.dictionaries(st.sampled_from([*sorted(PRIOR.weights), "unknown"]), small, max_size=4),
)
seen = st.lists(st.tuples(people, st.none() | st.floats(-1, 1), lessons), max_size=4)


@patiently
@given(people, lessons, seen, st.booleans())
def test_columns_agree_with_scoring_person_by_person(viewer, of_viewer, others, is_learned):
    found = directions(
        viewer,
        Crowd.of([person for person, _, _ in others]),
        similarities=[similarity for _, similarity, _ in others],
        now=NOW,
        of_viewer=of_viewer,
        of_people=[lesson for _, _, lesson in others] if is_learned else None,
    )
    for index, (person, similarity, lesson) in enumerate(others):
        learned = lesson if is_learned else NOTHING_LEARNED
        there = direction(
            viewer, person, similarity=similarity, now=NOW, of_seeker=of_viewer, of_person=learned
        )
        back = direction(
            person, viewer, similarity=similarity, now=NOW, of_seeker=learned, of_person=of_viewer
        )
        both = mutual_odds(
            viewer, person, similarity=similarity, now=NOW, of_one=of_viewer, of_other=learned
        )
        assert found.there[index] == pytest.approx(there.total, abs=1e-9)
        assert found.back[index] == pytest.approx(back.total, abs=1e-9)
        assert found.mutual[index] == pytest.approx(both.total, abs=1e-9)
    assert len(found.there) == len(found.back) == len(others)


@patiently
@given(people, st.lists(people, min_size=2, max_size=3))
def test_a_model_may_weigh_fewer_signals_or_ones_nobody_measures(viewer, others):
    model = Model("m", 1.0, {"nearness": Weight(2.0, 0.5), "never_measured": Weight(9.0, 0.5)})
    found = directions(
        viewer, Crowd.of(others), similarities=[None] * len(others), now=NOW, model=model
    )
    expected = [
        mutual_odds(viewer, other, similarity=None, now=NOW, model=model).total for other in others
    ]
    assert found.mutual.tolist() == pytest.approx(expected, abs=1e-9)


def test_whole_days_are_whole_in_both():
    viewer = Features(UUID(int=1), "", last_active_at=NOW)
    others = [
        Features(
            UUID(int=2 + days), "", last_active_at=NOW - timedelta(days=days, microseconds=off)
        )
        for days in range(40)
        for off in (0, 1)
    ]
    found = directions(viewer, Crowd.of(others), similarities=[None] * 80, now=NOW).there
    expected = [direction(viewer, one, similarity=None, now=NOW).total for one in others]
    assert np.abs(found - expected).max() < 1e-12


FULL = Features(
    UUID(int=1),
    "",
    interests=frozenset({"jazz", "film"}),
    skills=frozenset({"python"}),
    goals=frozenset({"mentee"}),
    languages=frozenset({"en"}),
    companion_kinds=frozenset({"dog"}),
    birth_date=date(1990, 1, 1),
    availability="weekends",
    location=(52.5, 13.4),
    last_active_at=NOW,
    prompt_count=2,
)
EMPTY = Features(UUID(int=2), "")
LESSON = Learned(0.5, -0.25, {"nearness": 1.5})


@pytest.mark.parametrize("viewer", [FULL, EMPTY])
@pytest.mark.parametrize("of_people", [None, [LESSON, NOTHING_LEARNED, LESSON]])
def test_who_says_all_and_who_says_nothing_are_ranked_as_they_are_scored(viewer, of_people):
    others = [
        replace(FULL, profile_id=UUID(int=3), availability="flexible", goals=frozenset({"mentor"})),
        replace(FULL, profile_id=UUID(int=4), interests=frozenset(), birth_date=None),
        Features(UUID(int=5), ""),
    ]
    found = directions(
        viewer,
        Crowd.of(others),
        similarities=[0.5, -0.5, None],
        now=NOW,
        of_viewer=LESSON,
        of_people=of_people,
    )
    expected = [
        mutual_odds(
            viewer, other, similarity=similarity, now=NOW, of_one=LESSON, of_other=learned
        ).total
        for other, similarity, learned in zip(
            others, [0.5, -0.5, None], of_people or [NOTHING_LEARNED] * 3, strict=True
        )
    ]
    assert found.mutual.tolist() == pytest.approx(expected, abs=1e-9)

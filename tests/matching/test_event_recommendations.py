"""Recommending events: what each factor does to the score, and what the reasons say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import event_recommendation_texts as texts
from matching import event_recommendations as recommending
from matching.event_recommendations import Candidate, EventReasonKind

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
KINDS = EventReasonKind

events = st.builds(
    Candidate,
    event_id=st.uuids(version=4),
    starts_at=st.timedeltas(timedelta(), timedelta(days=1_000)).map(lambda ahead: NOW + ahead),
    matches=st.integers(0, 50),
    followed=st.integers(0, 50),
    similarity=st.none() | st.floats(-1, 1),
    distance_km=st.none() | st.floats(0, 20_100),
)


def scored(event):
    return recommending.score(event, now=NOW)


@given(events, events)
def test_what_is_better_in_one_way_and_else_alike_scores_no_less(event, other):
    for name, most_wanted in (
        ("matches", max),
        ("followed", max),
        ("similarity", max),
        ("distance_km", min),
        ("starts_at", min),
    ):
        values = [getattr(event, name), getattr(other, name)]
        if None in values:
            continue
        best = most_wanted(values)
        (worst,) = [value for value in values if value != best] or [best]
        assert scored(replace(event, **{name: best})) >= scored(replace(event, **{name: worst}))


@given(events)
def test_what_is_not_known_counts_like_what_says_nothing(event):
    assert scored(event) > 0
    assert scored(replace(event, similarity=None)) == scored(replace(event, similarity=0.0))
    far = replace(event, distance_km=20_100.0)
    assert scored(replace(event, distance_km=None)) == pytest.approx(scored(far))


@given(st.lists(events, max_size=20, unique_by=lambda event: event.event_id), st.integers(1, 20))
def test_the_order_has_each_event_with_a_reason_once(given_events, most):
    order = recommending.ranked(given_events, now=NOW, most=most)
    assert recommending.ranked(reversed(given_events), now=NOW, most=most) == order
    with_reasons = [event for event in given_events if recommending.reasons(event)]
    assert len({event.event_id for event in order}) == min(most, len(with_reasons))
    assert all(scored(one) >= scored(other) for one, other in pairwise(order))
    assert all(event in with_reasons for event in order)


def test_the_first_key_of_equal_events_comes_first():
    one, other = (Candidate(UUID(int=n), NOW, matches=1) for n in (1, 2))
    assert recommending.ranked([other, one], now=NOW, most=2) == [one, other]


def test_what_has_started_is_as_soon_as_what_starts_now():
    assert recommending.soonness(-timedelta(hours=1)) == recommending.soonness(timedelta()) == 1.0
    assert recommending.soonness(recommending.SOON_HALF) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        ({}, []),
        ({"similarity": -0.9, "distance_km": 25.1}, []),
        ({"similarity": 0.34}, []),
        ({"similarity": 0.35}, [KINDS.SIMILAR]),
        ({"distance_km": 25.0}, [KINDS.NEARBY]),
        ({"distance_km": 0.0, "similarity": 0.9}, [KINDS.SIMILAR, KINDS.NEARBY]),
        ({"matches": 1, "followed": 1}, [KINDS.MATCH_GOES, KINDS.FOLLOWED_GOES]),
        (
            {"matches": 1, "followed": 9, "similarity": 0.4, "distance_km": 10.0},
            [KINDS.SIMILAR, KINDS.FOLLOWED_GOES, KINDS.MATCH_GOES, KINDS.NEARBY],
        ),
    ],
)
def test_the_reasons_are_what_speaks_for_it_what_adds_most_first(known, kinds):
    assert recommending.reasons(Candidate(uuid4(), NOW, **known)) == kinds


def test_each_language_has_a_sentence_for_each_reason():
    for language, sentences in texts.TEXTS.items():
        assert set(sentences) == set(EventReasonKind), language
        assert len(set(sentences.values())) == len(sentences)
    assert texts.text(KINDS.NEARBY, "de") == "Es ist in deiner Nähe."
    for language in (None, "tlh"):
        assert texts.text(KINDS.NEARBY, language) == "It is near you."

"""The recall guard: what the index misses is noticed, told and made up for, until it is well."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import CapturingLogger

from matching.candidates import RETRIEVED, candidates
from matching.embeddings import DIMENSIONS
from matching.features import features_of
from matching.recall import AT, RecallGuard, Walk, recall_of
from persistence.facets import Facets, Order
from persistence.vectors import Hit, ProfilePoint
from tests.matching.conftest import NOW, a_profile


def hits(similarities):
    return [Hit(UUID(int=n), similarity) for n, similarity in enumerate(similarities)]


NEAREST = hits([1 - n / 100 for n in range(AT)])


@pytest.mark.parametrize(("missed", "recall"), [(0, 1.0), (1, 0.95), (10, 0.5), (20, 0.0)])
def test_recall_is_the_share_of_the_nearest_that_was_found(missed, recall):
    found = [*NEAREST[missed:], *hits([0.1] * missed)]
    assert recall_of(found, NEAREST) == pytest.approx(recall)


def test_who_is_as_near_as_the_last_counts():
    exact = hits([0.9, 0.5, 0.5])
    found = [exact[0], Hit(UUID(int=7), 0.5), Hit(UUID(int=8), 0.5)]
    assert recall_of(found, exact) == 1.0
    assert recall_of([], exact[:1]) == 0.0


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.data())
def test_recall_lies_between_0_and_1_and_all_found_is_1(similarities, data):
    exact = sorted(hits(similarities), key=lambda hit: -hit.similarity)
    found = [hit for hit in exact if data.draw(st.booleans())]
    assert 0.0 <= recall_of(found, exact) <= 1.0
    assert recall_of(exact, exact) == 1.0


def observed(guard, usual, wide=None, times=1):
    for _ in range(times):
        wide_hits = NEAREST if wide is None else NEAREST[: round(AT * wide)]
        guard.observe(NEAREST[: round(AT * usual)], wide_hits, NEAREST)


def test_the_narrowest_walk_that_finds_enough_is_taken_and_left_again():
    guard = RecallGuard(period=3)
    assert guard.recall is None
    observed(guard, 1.0, times=3)
    assert (guard.walk, guard.recall) == (Walk.USUAL, 1.0)
    observed(guard, 0.5, times=3)
    assert (guard.walk, guard.recall) == (Walk.WIDE, 0.5)
    observed(guard, 0.5, wide=0.5, times=3)
    assert guard.walk is Walk.EXACT
    observed(guard, 1.0, wide=1.0, times=3)
    assert guard.walk is Walk.USUAL


def test_nothing_is_judged_before_a_period_is_over_or_by_searches_that_find_nobody():
    guard = RecallGuard(period=3)
    observed(guard, 0.0, wide=0.0, times=2)
    guard.observe([], [], [])
    assert guard.walk is Walk.USUAL
    observed(guard, 0.0, wide=0.0)
    assert guard.walk is Walk.EXACT


def test_the_first_search_of_each_round_is_a_sample():
    guard = RecallGuard(every=3)
    assert [guard.is_sample() for _ in range(7)] == [True, False, False] * 2 + [True]


def alarms():
    return REGISTRY.get_sample_value("kith_deck_recall_alarms_total")


def gauge():
    return REGISTRY.get_sample_value("kith_deck_recall")


PEOPLE, PERIOD, EVERY = 60, 3, 2


@pytest.fixture
async def crowd(reached):
    random = np.random.default_rng(7)
    crowd = [a_profile() for _ in range(PEOPLE)]
    points = random.standard_normal((PEOPLE, DIMENSIONS), dtype=np.float32)
    given = zip(crowd, points, strict=True)
    await reached.upsert([ProfilePoint(p.profile_id, vector, Facets()) for p, vector in given])
    return {profile.profile_id: profile for profile in crowd}


async def test_a_corrupt_index_is_noticed_and_made_up_for_in_one_period(
    reached, server, crowd, monkeypatch
):
    monkeypatch.setattr("matching.candidates.RETRIEVED", AT)
    monkeypatch.setattr("matching.sources.SHARES", {Order.NEAREST: 1.0, Order.UNSEEN: 0.0})
    guard = RecallGuard(every=EVERY, period=PERIOD)
    viewer = features_of(a_profile())
    wanted = np.random.default_rng(8).standard_normal(DIMENSIONS).astype(np.float32)

    async def load(ids):
        return [crowd[key] for key in ids]

    async def found():
        asked = {"vectors": reached, "load_profiles": load, "excluded": (), "limit": 1, "now": NOW}
        return {
            one.person.profile_id
            for one in await candidates(viewer, wanted=wanted, guard=guard, **asked)
        }

    nearest = await found()
    assert (len(nearest), guard.recall, gauge()) == (AT, 1.0, 1.0)
    server.is_corrupt, before = True, alarms()
    assert len(await found() & nearest) < AT / 2
    log = CapturingLogger()
    monkeypatch.setattr("matching.recall._log", log)
    for _ in range(EVERY * PERIOD):
        await found()
    assert alarms() == before + 1
    assert [(call.method_name, call.kwargs["walk"]) for call in log.calls] == [("error", "EXACT")]
    assert guard.recall < 0.5
    assert gauge() == guard.recall
    for _ in range(EVERY):
        assert await found() == nearest
    server.is_corrupt = False
    for _ in range(EVERY * PERIOD):
        assert await found() == nearest
    assert (guard.walk, guard.recall, alarms()) == (Walk.USUAL, 1.0, before + 1)


async def test_an_exact_index_is_not_compared_with_itself(vectors):
    await vectors.upsert([ProfilePoint(UUID(int=1), np.ones(DIMENSIONS, np.float32), Facets())])
    guard = RecallGuard(every=1, period=1)

    async def load(ids):
        return [a_profile(profile_id=key) for key in ids]

    shown = await candidates(
        features_of(a_profile()),
        vectors=vectors,
        load_profiles=load,
        excluded=(),
        limit=RETRIEVED,
        now=NOW,
        wanted=np.ones(DIMENSIONS, np.float32),
        guard=guard,
    )
    assert [one.person.profile_id.int for one in shown] == [1]
    assert shown[0].similarity == pytest.approx(1.0)
    assert guard.recall is None

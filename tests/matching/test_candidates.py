"""Candidates, on a real database and a real index: who is shown, in which order, with what score.

P-11 of the inventory is a property here: whoever is decided on, blocked or the viewer is not shown.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from domain import blocks, likes
from matching.candidates import Index, Recommendation, candidates, facets_of
from matching.eligibility import mutually_eligible
from matching.features import Features, features_of
from matching.reciprocity import compatibility, mutual_odds
from matching.scoring import PRIOR, value_of
from persistence import models
from persistence.facets import Reception
from persistence.queries import deck, profiles
from persistence.vectors import Hit, ProfilePoint
from tests.matching.conftest import along

SOON = timedelta(minutes=5)


class Crowd:
    """People in the database and in the index, each with a vector along an axis."""

    def __init__(self, people, database, vectors):
        self.people = people
        self.database = database
        self.vectors = vectors
        self.loads = 0

    async def join(self, *, axis=0, **profile):
        person = await self.people.join(**profile)
        features = await self.features(person)
        await self.vectors.upsert([ProfilePoint(person.key, along(axis), facets_of(features))])
        return person

    async def features(self, person):
        (row,) = await self.database.fetch(profiles.index_rows, ids=[person.key])
        return features_of(row)

    async def of(self, person, **asked):
        """Score whom somebody may be shown, the best first."""
        viewer, usual = await self.features(person), await self.usual(person) | asked
        scored = []
        for one in await candidates(viewer, **usual):
            odds = mutual_odds(viewer, one.person, similarity=one.similarity, now=usual["now"])
            scored.append(Recommendation(value_of(odds), odds, viewer, one.person, PRIOR))
        scored.sort(key=lambda one: (-one.value, one.profile_id))
        return scored[: usual["limit"]]

    async def found(self, person, **asked):
        """Find whom somebody may be shown, with their cosine."""
        usual = await self.usual(person) | asked
        found = await candidates(await self.features(person), **usual)
        return {one.person.profile_id: one.similarity for one in found}

    async def usual(self, person):
        async def load(ids):
            self.loads += 1
            rows = await self.database.fetch(
                profiles.matching_rows, ids=list(ids), viewer_id=person.key
            )
            return [row for row in rows if row.is_discoverable]

        decided = await self.database.fetch(deck.decided_by, viewer_id=person.key)
        return {
            "vectors": self.vectors,
            "load_profiles": load,
            "excluded": [row.profile_id for row in decided],
            "limit": 50,
            "now": datetime.now(UTC) + SOON,
        }

    async def keys(self, person, **asked):
        return [shown.profile_id for shown in await self.of(person, **asked)]

    async def do(self, verb, one, other):
        async with self.database.write() as tx:
            await verb(tx, one.viewer, profile_id=other.key)


@pytest.fixture
def crowd(people, database, vectors):
    return Crowd(people, database, vectors)


async def test_who_is_decided_on_blocked_or_oneself_is_not_shown(crowd):
    ada, liked, passed, blocked, blocker, admirer, stranger = [await crowd.join() for _ in range(7)]
    await crowd.do(likes.like_profile, ada, liked)
    await crowd.do(likes.pass_profile, ada, passed)
    await crowd.do(blocks.block_profile, ada, blocked)
    await crowd.do(blocks.block_profile, blocker, ada)
    await crowd.do(likes.like_profile, admirer, ada)
    assert set(await crowd.keys(ada)) == {admirer.key, stranger.key}


async def test_who_is_not_ready_is_not_shown_although_the_index_knows_them(crowd):
    ada = await crowd.join()
    await crowd.join(onboarded=False)
    await crowd.join(preferences={"is_discoverable": False})
    banned = await crowd.join()
    async with crowd.database.write() as tx:
        await tx.change(models.Account, {"account_id": banned.key}, is_active=False)
    assert await crowd.vectors.count() == 4
    assert await crowd.of(ada) == []


async def test_what_the_database_says_now_outweighs_the_index(crowd):
    ada = await crowd.join(gender="woman")
    bob = await crowd.join(gender="man")
    assert await crowd.keys(ada) == [bob.key]
    async with crowd.database.write() as tx:
        await tx.change(models.Preferences, {"profile_id": bob.key}, genders=["man"])
    assert await crowd.keys(ada) == []


async def test_a_score_is_50_and_the_points_of_its_reasons(crowd):
    ada = await crowd.join(interests=["chess", "jazz"])
    for n in range(6):
        await crowd.join(axis=n % 2, interests=["chess", "jazz", "film"][: n % 4], bio="Hm. " * n)
    shown = await crowd.of(ada)
    assert len(shown) == 6
    for one in shown:
        assert 0 <= one.score.value <= 100
        assert 50 + sum(part.points for part in one.score.contributions) == one.score.value
        assert 50 + sum(reason.contribution for reason in one.reasons) == one.score.value
        assert one.score.model_version == PRIOR.version
    values = [one.score.value for one in shown]
    assert values == sorted(values, reverse=True)


async def test_the_score_is_that_of_the_pair_with_the_cosine_of_the_index(crowd):
    ada, bob = await crowd.join(axis=0), await crowd.join(axis=0)
    now = datetime.now(UTC) + SOON
    (shown,) = await crowd.of(ada, now=now)
    expected = compatibility(
        await crowd.features(ada), await crowd.features(bob), similarity=1.0, now=now
    )
    assert shown.profile_id == bob.key
    assert shown.score.value == pytest.approx(expected.value, abs=1e-4)


async def test_equal_scores_are_ordered_by_id_every_time(crowd):
    # Without places: each person's privacy grid is their own, so twins lie in different cells.
    nowhere = {"latitude": None, "longitude": None}
    ada = await crowd.join(**nowhere)
    twins = [await crowd.join(**nowhere) for _ in range(5)]
    now = datetime.now(UTC) + SOON
    first = await crowd.of(ada, now=now)
    assert len({one.score.value for one in first}) == 1
    assert [one.profile_id for one in first] == sorted(twin.key for twin in twins)
    assert await crowd.of(ada, now=now) == first
    assert await crowd.of(ada, now=now, limit=2) == first[:2]


async def test_what_is_wanted_can_differ_from_what_one_writes(crowd):
    ada = await crowd.join(axis=0)
    alike, wanted = await crowd.join(axis=0), await crowd.join(axis=1)
    assert await crowd.keys(ada) == [alike.key, wanted.key]
    assert await crowd.keys(ada, wanted=along(1)) == [wanted.key, alike.key]


async def test_without_a_vector_the_filters_decide(crowd):
    ada = await crowd.people.join()
    bob = await crowd.join()
    (shown,) = await crowd.of(ada)
    assert shown.profile_id == bob.key
    points = {part.signal: part.points for part in shown.score.contributions}
    assert points["text_similarity"] == 0


async def test_people_can_be_asked_for_by_their_availability(crowd):
    ada = await crowd.join(availability="evenings")
    free = await crowd.join(availability="weekends")
    await crowd.join(availability="evenings")
    await crowd.join()
    assert await crowd.keys(ada, availability="weekends") == [free.key]


async def test_exact_distances_count_and_more_are_looked_at_when_they_leave_too_few(
    crowd, monkeypatch
):
    monkeypatch.setattr("matching.candidates.RETRIEVED", 2)
    ada = await crowd.join(axis=0, latitude=0.0, longitude=0.0)
    # Their own limit of 12 km is known to the index as 25 km, within which ada lives.
    for _ in range(3):
        await crowd.join(
            axis=0, latitude=0.18, longitude=0.0, preferences={"max_distance_km": 12.0}
        )
    near = await crowd.join(axis=1, latitude=0.0, longitude=0.0)
    assert await crowd.keys(ada, limit=1) == [near.key]
    assert crowd.loads == 2


async def test_more_decisions_than_the_index_leaves_out_are_left_out_too(crowd, monkeypatch):
    monkeypatch.setattr("matching.candidates.EXCLUDED_LIMIT", 1)
    monkeypatch.setattr("matching.candidates.RETRIEVED", 1)
    ada = await crowd.join(axis=0)
    decided = [await crowd.join(axis=0) for _ in range(4)]
    other = await crowd.join(axis=1)
    excluded = [person.key for person in decided]
    assert await crowd.keys(ada, excluded=excluded, limit=1) == [other.key]


class Strangers(Index):
    """Stands for an index that finds people whom nobody asked for, some of them twice."""

    def __init__(self, hits):
        self.hits = hits

    async def vector_of(self, profile_id):
        return along(0)

    async def search(self, search):
        return self.hits[: search.limit]


async def test_whatever_the_index_finds_is_checked(crowd):
    ada = await crowd.join()
    bob = await crowd.join()
    hits = [Hit(key, 0.5) for key in (ada.key, bob.key, bob.key, UUID(int=1))]
    assert await crowd.keys(ada, vectors=Strangers(hits)) == [bob.key]


async def test_who_likes_the_viewer_enters_whatever_the_sources_find(crowd, monkeypatch):
    monkeypatch.setattr("matching.candidates.RETRIEVED", 3)
    ada = await crowd.join(axis=0)
    fans = [await crowd.join(axis=1), await crowd.join(axis=1, gender="man")]
    for _ in range(8):
        await crowd.join(axis=0)
    keys = [fan.key for fan in fans]
    assert not set(keys) <= set(await crowd.keys(ada, limit=3))
    # Beside the three; the likes of people who are decided on are answered already.
    found = await crowd.found(ada, limit=3, admirers=keys)
    assert set(keys) <= found.keys()
    assert len(found) == 5
    assert keys[0] not in await crowd.found(ada, admirers=keys, excluded=keys[:1])
    async with crowd.database.write() as tx:
        await tx.change(models.Preferences, {"profile_id": ada.key}, genders=["woman"])
    assert keys[1] not in await crowd.found(ada, admirers=keys)


async def test_whoever_enters_by_another_source_has_a_cosine_too(crowd, monkeypatch):
    monkeypatch.setattr("matching.candidates.RETRIEVED", 4)
    ada = await crowd.join(axis=0)
    far = await crowd.join(axis=1)
    for _ in range(8):
        await crowd.join(axis=0)
    await crowd.vectors.learn({far.key: Reception(appeal=3.0)})
    found = await crowd.found(ada, limit=4)
    assert found[far.key] == pytest.approx(0.0, abs=1e-6)
    assert sorted(found.values())[1:] == pytest.approx([1.0] * 3)


SIZE = 5
ACTS = {"like": likes.like_profile, "pass": likes.pass_profile, "block": blocks.block_profile}
persons = st.integers(0, SIZE - 1)
acts = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), persons, persons).filter(lambda a: a[1] != a[2]),
    max_size=8,
    unique_by=lambda act: act[1:],
)
genders = st.sampled_from(["woman", "man", None])
wishes = st.sampled_from([[], ["woman"], ["man", "woman"]])
readiness = st.sampled_from([True, True, True, False])


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kinds=st.lists(st.tuples(genders, wishes, readiness), min_size=SIZE, max_size=SIZE), acts=acts
)
async def test_a_deck_holds_exactly_who_suits_and_is_undecided_and_unblocked(crowd, kinds, acts):
    everybody = [
        await crowd.join(
            gender=gender, preferences={"genders": genders, "is_discoverable": is_ready}
        )
        for gender, genders, is_ready in kinds
    ]
    hidden = set()
    for name, one, other in acts:
        if (one, other) in hidden:
            continue  # who is blocked cannot be decided on
        await crowd.do(ACTS[name], everybody[one], everybody[other])
        hidden |= {(one, other), (other, one)} if name == "block" else set()
    decided = {(one, other) for _, one, other in acts}
    features = [await crowd.features(person) for person in everybody]
    for viewer, person in enumerate(everybody):
        expected = {
            everybody[other].key
            for other in range(SIZE)
            if kinds[other][2]
            and mutually_eligible(features[viewer], features[other], datetime.now(UTC) + SOON)
            and not {(viewer, other)} & (decided | hidden)
        }
        event(f"{len(expected)} expected")
        assert set(await crowd.keys(person)) == expected
    # The next example's people meet nobody of this one's.
    await crowd.vectors.delete([person.key for person in everybody])


def test_the_index_is_told_all_that_it_filters_by():
    person = Features(UUID(int=1), "", gender="woman", availability="evenings")
    facets = facets_of(person, is_discoverable=False)
    assert (facets.gender, facets.availability) == ("woman", "evenings")
    assert not facets.is_discoverable

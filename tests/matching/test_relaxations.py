"""Relaxations: what loosening one filter adds, exactly, and nothing that tells of one person."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from matching.candidates import facets_of
from matching.eligibility import mutually_eligible
from matching.features import Features, Preferences, features_of
from matching.relaxations import TOLD_FROM, Relaxation, relaxations, relaxations_of
from persistence.facets import Wish
from persistence.vectors import ProfilePoint
from tests.matching.conftest import NOW, along, people, with_id
from tests.matching.rows import profile_of

BERLIN = (52.52, 13.405)


def viewer_who_wants(**wants):
    return Features(UUID(int=10**9), "", location=BERLIN, wants=Preferences(**wants))


def crowd_of(count, *, start=1, **facts):
    return [Features(UUID(int=start + n), "", **facts) for n in range(count)]


def born(age):
    return date(NOW.year - age, 1, 1)


def north_of(kilometres):
    return (BERLIN[0] + kilometres / 111.32, BERLIN[1])


@pytest.mark.parametrize(
    ("wants", "facts", "wish", "to"),
    [
        ({"age_min": 30}, {"birth_date": born(29)}, Wish.AGE_MIN, 29),
        ({"age_min": 30}, {"birth_date": born(26)}, Wish.AGE_MIN, 25),
        ({"age_min": 20}, {"birth_date": born(18)}, Wish.AGE_MIN, 18),
        ({"age_max": 30}, {"birth_date": born(34)}, Wish.AGE_MAX, 35),
        ({"age_max": 30}, {"birth_date": born(99)}, Wish.AGE_MAX, 120),
        ({"max_distance_km": 10}, {"location": north_of(20)}, Wish.DISTANCE, 25),
        ({"max_distance_km": 10}, {"location": north_of(3_000)}, Wish.DISTANCE, None),
        ({"max_distance_km": 10}, {}, Wish.DISTANCE, None),
        ({"activity_within_days": 1}, {"last_active_at": NOW.replace(day=10)}, Wish.ACTIVITY, 7),
        ({"activity_within_days": 1}, {}, Wish.ACTIVITY, None),
        ({"genders": frozenset({"woman"})}, {"gender": "man"}, Wish.GENDERS, None),
        ({"goals": frozenset({"mentor"})}, {"goals": frozenset({"dating"})}, Wish.GOALS, None),
        ({"languages": frozenset({"de"})}, {"languages": frozenset({"en"})}, Wish.LANGUAGES, None),
    ],
)
def test_the_least_step_that_adds_them_is_told(wants, facts, wish, to):
    viewer, crowd = viewer_who_wants(**wants), crowd_of(4, **facts)
    assert relaxations(viewer, crowd, NOW) == [Relaxation(wish, to, 4)]


def test_a_small_step_that_adds_many_is_better_than_a_large_one_that_adds_all():
    near = crowd_of(25, location=north_of(20))
    far = crowd_of(30, start=100, location=north_of(90))
    viewer = viewer_who_wants(max_distance_km=10)
    assert relaxations(viewer, [*near, *far], NOW) == [Relaxation(Wish.DISTANCE, 25, 25)]
    assert relaxations(viewer, [*near[:5], *far], NOW) == [Relaxation(Wish.DISTANCE, 100, 35)]


def test_the_greatest_gain_comes_first():
    viewer = viewer_who_wants(age_max=30, genders=frozenset({"woman"}))
    older = crowd_of(3, gender="woman", birth_date=born(31))
    others = crowd_of(5, start=100, gender="man", birth_date=born(25))
    both = crowd_of(9, start=200, gender="man", birth_date=born(31))
    assert relaxations(viewer, [*older, *others, *both], NOW) == [
        Relaxation(Wish.GENDERS, None, 5),
        Relaxation(Wish.AGE_MAX, 31, 3),
    ]


def test_what_would_tell_of_one_or_two_people_is_not_told():
    viewer = viewer_who_wants(genders=frozenset({"woman"}))
    assert relaxations(viewer, crowd_of(TOLD_FROM - 1, gender="man"), NOW) == []
    assert relaxations(viewer, crowd_of(TOLD_FROM, gender="man"), NOW) != []


def test_who_does_not_want_the_viewer_is_no_gain():
    choosy = Preferences(genders=frozenset({"man"}))
    viewer = replace(viewer_who_wants(age_max=30), gender="woman")
    assert relaxations(viewer, crowd_of(5, birth_date=born(31), wants=choosy), NOW) == []


def test_without_limits_there_is_nothing_to_loosen():
    assert relaxations(viewer_who_wants(), crowd_of(5), NOW) == []
    nowhere = replace(viewer_who_wants(max_distance_km=5), location=None)
    assert relaxations(nowhere, crowd_of(5), NOW) == []
    open_to_all = viewer_who_wants(age_min=18, age_max=120)
    assert relaxations(open_to_all, crowd_of(5), NOW) == []


async def told(index, viewer, crowd, **asked):
    """What is told of people who are in an index, from rows with places as they are kept."""
    profiles = {person.profile_id: profile_of(person) for person in crowd}
    people = {key: features_of(profile) for key, profile in profiles.items()}
    points = [ProfilePoint(key, along(0), facets_of(one)) for key, one in people.items()]
    await index.upsert(points)

    async def load(ids):
        return [profiles[key] for key in ids]

    usual = {"excluded": (), "now": NOW}
    found = await relaxations_of(viewer, vectors=index, load_profiles=load, **(usual | asked))
    await index.delete(list(profiles))
    return found, list(people.values())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(viewer=people, crowd=st.lists(people, min_size=10, max_size=40))
async def test_through_the_index_the_gains_are_exact(vectors, viewer, crowd):
    viewer = with_id(viewer, 10**9)
    # Wishes of others seldom leave somebody whom one filter alone keeps away.
    crowd = [
        with_id(replace(person, wants=Preferences()), number)
        for number, person in enumerate(crowd, 1)
    ]
    found, everybody = await told(vectors, viewer, crowd)
    event(f"{len(found)} filters to loosen")
    assert found == relaxations(viewer, everybody, NOW)
    for one in found:
        assert one.gain == added(viewer, one, everybody) >= TOLD_FROM


def added(viewer, relaxation, crowd):
    """Count, written a second time: who suits with the filter loosened, and not before."""
    names = {Wish.DISTANCE: "max_distance_km", Wish.ACTIVITY: "activity_within_days"}
    name = names.get(relaxation.filter, relaxation.filter.value)
    is_words = isinstance(getattr(viewer.wants, name), frozenset)
    wants = replace(viewer.wants, **{name: frozenset() if is_words else relaxation.to})
    after = {
        person.profile_id
        for person in crowd
        if mutually_eligible(replace(viewer, wants=wants), person, NOW)
    }
    before = {p.profile_id for p in crowd if mutually_eligible(viewer, p, NOW)}
    assert before <= after
    return len(after - before)


async def test_the_decided_and_the_unavailable_are_no_gain(index):
    viewer = viewer_who_wants(genders=frozenset({"woman"}))
    crowd = crowd_of(6, gender="man", availability="weekends")
    found, _ = await told(index, viewer, crowd, excluded=[crowd[0].profile_id])
    assert found == [Relaxation(Wish.GENDERS, None, 5)]
    found, _ = await told(index, viewer, crowd, availability="evenings")
    assert found == []


async def test_without_limits_the_index_is_not_asked(server, reached):
    before = len(server.asked)
    found = await relaxations_of(
        viewer_who_wants(), vectors=reached, load_profiles=None, excluded=(), now=NOW
    )
    assert (found, len(server.asked)) == ([], before)

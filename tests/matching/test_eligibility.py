"""Eligibility: exact, symmetric, and unknown facts satisfy no limit."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from matching.distance import haversine_km
from matching.eligibility import accepts, mutually_eligible
from matching.features import Features, Preferences
from tests.matching.conftest import NOW, people

BERLIN, POTSDAM = (52.52, 13.405), (52.39, 13.065)  # 27 km apart


def someone(number, **facts):
    return Features(UUID(int=number), "", **facts)


def reference(one, other):
    """What eligibility says, written a second time: each wish of each side judged by itself."""
    wishes = [*granted(one, other), *granted(other, one)]
    return one.profile_id != other.profile_id and False not in wishes


def granted(seeker, person):
    wants, age = seeker.wants, years_since(person.birth_date)
    for wanted, facts in (
        (wants.genders, {person.gender}),
        (wants.goals, person.goals),
        (wants.languages, person.languages),
    ):
        yield len(wanted) == 0 or any(fact in wanted for fact in facts)
    if wants.age_min is not None:
        yield age is not None and age >= wants.age_min
    if wants.age_max is not None:
        yield age is not None and age <= wants.age_max
    if wants.activity_within_days is not None:
        since = NOW - timedelta(days=wants.activity_within_days)
        yield person.last_active_at is not None and person.last_active_at >= since
    if wants.max_distance_km is not None and seeker.location is not None:
        here, there = seeker.location, person.location
        yield there is not None and haversine_km(*here, *there) <= wants.max_distance_km


def years_since(day):
    """Count the birthdays there have been, year by year."""
    if day is None:
        return None
    birthdays = ((year, day.month, day.day) for year in range(day.year + 1, NOW.year + 1))
    return sum(birthday <= (NOW.year, NOW.month, NOW.day) for birthday in birthdays)


# Two people drawn at random seldom suit each other: wishes are also made to fit one who is there.
pairs = st.tuples(people, people) | st.tuples(people, people).map(
    lambda pair: (replace(pair[0], wants=wishes_met_by(pair[1], pair[0].wants)), pair[1])
)


def wishes_met_by(person, wishes):
    return replace(
        wishes,
        genders=wishes.genders and frozenset({person.gender} - {None}),
        goals=wishes.goals and person.goals,
        languages=wishes.languages and person.languages,
    )


@settings(max_examples=300)
@given(pairs)
def test_eligibility_agrees_with_a_plain_reference(pair):
    one, other = pair
    expected = reference(one, other)
    event("eligible" if expected else "not eligible")
    assert mutually_eligible(one, other, NOW) is expected


@given(people, people)
def test_eligibility_is_symmetric(one, other):
    assert mutually_eligible(one, other, NOW) == mutually_eligible(other, one, NOW)


@given(people)
def test_nobody_is_eligible_for_themselves(person):
    assert not mutually_eligible(person, person, NOW)


@given(people, people)
def test_without_preferences_anybody_is_accepted(one, other):
    assert accepts(replace(one, wants=Preferences()), other, NOW)


@pytest.mark.parametrize(
    ("wants", "facts", "accepted"),
    [
        (Preferences(genders=frozenset({"woman"})), {"gender": "woman"}, True),
        (Preferences(genders=frozenset({"woman"})), {"gender": "man"}, False),
        (Preferences(genders=frozenset({"woman"})), {}, False),
        (Preferences(goals=frozenset({"dating"})), {"goals": {"dating", "jobs"}}, True),
        (Preferences(goals=frozenset({"dating"})), {"goals": {"jobs"}}, False),
        (Preferences(languages=frozenset({"de"})), {"languages": {"de"}}, True),
        (Preferences(languages=frozenset({"de"})), {}, False),
        (Preferences(age_min=26), {"birth_date": date(2000, 6, 15)}, True),
        (Preferences(age_min=26), {"birth_date": date(2000, 6, 16)}, False),
        (Preferences(age_max=26), {"birth_date": date(1999, 6, 16)}, True),
        (Preferences(age_max=26), {"birth_date": date(1999, 6, 15)}, False),
        (Preferences(age_max=26), {}, False),
        (Preferences(activity_within_days=7), {"last_active_at": NOW - timedelta(7)}, True),
        (Preferences(activity_within_days=7), {"last_active_at": NOW - timedelta(8)}, False),
        (Preferences(activity_within_days=7), {}, False),
        (Preferences(max_distance_km=28), {"location": POTSDAM}, True),
        (Preferences(max_distance_km=26), {"location": POTSDAM}, False),
        (Preferences(max_distance_km=26), {}, False),
    ],
)
def test_each_limit_is_exact(wants, facts, accepted):
    facts = {key: frozenset(v) if isinstance(v, set) else v for key, v in facts.items()}
    seeker = someone(1, location=BERLIN, wants=wants)
    person = someone(2, **facts)
    assert accepts(seeker, person, NOW) is accepted
    assert mutually_eligible(person, seeker, NOW) is accepted


def test_who_has_no_place_cannot_measure_from_it():
    seeker = someone(1, wants=Preferences(max_distance_km=5))
    assert accepts(seeker, someone(2, location=POTSDAM), NOW)


def test_two_with_one_key_are_one_person():
    assert not mutually_eligible(someone(1), someone(1, gender="woman"), NOW)
    assert mutually_eligible(someone(1), someone(2), NOW)

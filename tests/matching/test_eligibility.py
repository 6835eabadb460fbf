"""Eligibility: exact, symmetric, and unknown facts satisfy no limit."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given

from matching.eligibility import accepts, mutually_eligible
from matching.features import Features, Preferences
from tests.matching.conftest import NOW, people

BERLIN, POTSDAM = (52.52, 13.405), (52.39, 13.065)  # 27 km apart


def someone(number, **facts):
    return Features(UUID(int=number), "", **facts)


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

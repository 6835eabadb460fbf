"""Features: what is read from a profile, and how ages are counted."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.told_places import told_place
from matching import features
from matching.features import (
    TEXT_LIMIT,
    age_at,
    distance_km_between,
    embedding_text,
    features_of,
    latest_birth_date,
)
from tests.matching.conftest import a_profile


def test_words_compare_however_they_are_spelled():
    profile = a_profile(
        interests=["Rock  Climbing", "rock_climbing", " "], goals=["DATING"], gender="Woman"
    )
    features = features_of(profile)
    assert features.interests == {"rock_climbing"}
    assert features.goals == {"dating"}
    assert features.gender == "woman"


def test_an_empty_profile_has_no_text_and_no_place():
    features = features_of(a_profile(gender="  "))
    assert features.text == ""
    assert features.location is None
    assert features.gender is None
    assert features.last_active_at is None


def test_the_text_names_what_people_say_and_not_who_they_are():
    profile = a_profile(
        display_name="Zoltan",
        bio=" I bake. ",
        prompts=[("A perfect day?", "Up a mountain"), ("Unanswered?", "")],
        interests=["rock_climbing"],
        goals=["co_founder"],
        skills=["python"],
        gender="man",
    )
    assert embedding_text(profile) == (
        "I bake.\nA perfect day? Up a mountain\n"
        "Interests: rock climbing.\nGoals: co founder.\nSkills: python."
    )


def test_the_text_is_bounded():
    assert len(embedding_text(a_profile(bio="a" * 10_000))) == TEXT_LIMIT


def test_only_answered_prompts_count():
    profile = a_profile(prompts=[("Q", "A"), ("Q", "  "), ("Q", "")])
    assert features_of(profile).prompt_count == 1


def test_a_moment_without_time_zone_is_utc():
    naive = datetime(2026, 1, 1, 8)  # noqa: DTZ001 - the point of the test
    assert features_of(a_profile(last_active_at=naive)).last_active_at == naive.replace(tzinfo=UTC)
    aware = datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert features_of(a_profile(last_active_at=aware)).last_active_at == aware


def test_ranking_never_sees_the_true_place():
    place = (52.5200, 13.4050)
    profile = a_profile(latitude=place[0], longitude=place[1], location_salt=UUID(int=99))
    assert features_of(profile).location == told_place(*place, UUID(int=99))
    assert features_of(profile).location != place
    assert features_of(profile, grid_km=0).location == place


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 6, 15), date(2026, 6, 14), 25),
        (date(2000, 6, 15), date(2026, 6, 15), 26),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (date(2004, 2, 29), date(2028, 2, 29), 24),
    ],
)
def test_ages_count_whole_years(born, day, age):
    assert age_at(born, day) == age


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(days, days, st.integers(0, 120))
def test_the_latest_birth_date_divides_those_old_enough_from_the_others(born, day, age):
    assert (born <= latest_birth_date(age, day)) == (age_at(born, day) >= age)


def test_the_latest_birth_date_on_a_leap_day_is_the_last_of_february():
    assert latest_birth_date(19, date(2024, 2, 29)) == date(2005, 2, 28)


def test_the_latest_birth_date_of_an_impossible_age_is_a_date():
    assert latest_birth_date(5_000, date(2026, 6, 15)) == date(1, 6, 15)


def test_distance_is_unknown_without_both_places():
    here = features_of(a_profile(latitude=1.0, longitude=1.0), grid_km=0)
    there = features_of(a_profile(latitude=2.0, longitude=1.0), grid_km=0)
    nowhere = features_of(a_profile())
    assert distance_km_between(here, nowhere) is None
    assert distance_km_between(nowhere, here) is None
    assert distance_km_between(here, there) == pytest.approx(111.32, abs=0.01)


def test_a_row_is_read_like_any_object_with_its_attributes(monkeypatch):
    # Rows are made by the driver alone; they too are read by their names and by attribute.
    class Kept(dict):
        __getattr__ = dict.__getitem__

    monkeypatch.setattr(features, "Row", Kept)
    profile = a_profile(interests=["jazz"], latitude=1.0, longitude=2.0)
    assert features_of(Kept(vars(profile))) == features_of(profile)

"""Rows of people as the database gives them."""

from tests.matching.conftest import Profile


def profile_of(person):
    """A row that makes these features again, but for the text and what it tells."""
    latitude, longitude = person.location or (None, None)
    wants = person.wants
    return Profile(
        profile_id=person.profile_id,
        goals=person.goals,
        languages=person.languages,
        gender=person.gender,
        birth_date=person.birth_date,
        availability=person.availability,
        latitude=latitude,
        longitude=longitude,
        last_active_at=person.last_active_at,
        age_min=wants.age_min,
        age_max=wants.age_max,
        max_distance_km=wants.max_distance_km,
        genders=wants.genders,
        goals_wanted=wants.goals,
        languages_wanted=wants.languages,
        activity_within_days=wants.activity_within_days,
    )

"""Eligibility: whether two people are within each other's preferences, exactly: pure."""

from datetime import datetime, timedelta

from matching.features import Features, age_at, distance_km_between


def mutually_eligible(one: Features, other: Features, now: datetime) -> bool:
    """Say whether each of two people is somebody the other wants to meet; symmetric.

    Args:
        one: a person.
        other: another person; nobody is eligible for themselves.
        now: the moment at which ages and activity are judged, with its time zone.
    """
    if one.profile_id == other.profile_id:
        return False
    return accepts(one, other, now) and accepts(other, one, now)


def accepts(seeker: Features, person: Features, now: datetime) -> bool:
    """Say whether a person is within what the seeker wants.

    What is unknown of the person satisfies no limit. A limit on distance counts once the seeker
    has a place to measure from.
    """
    wants = seeker.wants
    return (
        (not wants.genders or person.gender in wants.genders)
        and (not wants.goals or not wants.goals.isdisjoint(person.goals))
        and (not wants.languages or not wants.languages.isdisjoint(person.languages))
        and _age_suits(seeker, person, now)
        and _activity_suits(seeker, person, now)
        and _distance_suits(seeker, person)
    )


def _age_suits(seeker: Features, person: Features, now: datetime) -> bool:
    youngest, oldest = seeker.wants.age_min, seeker.wants.age_max
    if youngest is None and oldest is None:
        return True
    if person.birth_date is None:
        return False
    age = age_at(person.birth_date, now.date())
    return (youngest is None or youngest <= age) and (oldest is None or age <= oldest)


def _activity_suits(seeker: Features, person: Features, now: datetime) -> bool:
    days = seeker.wants.activity_within_days
    if days is None:
        return True
    return person.last_active_at is not None and now - person.last_active_at <= timedelta(days)


def _distance_suits(seeker: Features, person: Features) -> bool:
    limit = seeker.wants.max_distance_km
    if limit is None or seeker.location is None:
        return True
    distance_km = distance_km_between(seeker, person)
    return distance_km is not None and distance_km <= limit

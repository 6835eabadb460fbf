"""What people of the demo world are here for, and whom they want to meet."""

from datetime import date, datetime
from random import Random

from demo.records import Preferences
from matching.features import age_at

# What everybody of a role looks for, one of them at least, and what some add to it.
GOALS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dating": (("dating", "long_term"), ("figuring_out", "friendship", "travel_companions")),
    "friends": (
        ("friendship", "neighbours"),
        ("activity_partner", "community", "language_exchange"),
    ),
    "founders": (("co_founder",), ("collaborators", "networking", "raise_funding")),
    "mentors": (("mentor",), ("networking", "teach", "volunteer")),
    "mentees": (("mentee",), ("networking", "learn", "find_work")),
    "dog owners": (
        ("dog_walking", "pet_playdates"),
        ("neighbours", "friendship", "offer_pet_sitting", "find_pet_sitter"),
    ),
}

WANTED: dict[str, tuple[str, ...]] = {
    "dating": ("dating", "long_term", "figuring_out"),
    "friends": ("friendship", "neighbours", "activity_partner", "community", "dog_walking"),
    "founders": ("co_founder", "collaborators", "networking", "mentor"),
    "mentors": ("mentee", "learn"),
    "mentees": ("mentor", "teach"),
    "dog owners": ("dog_walking", "pet_playdates", "neighbours", "friendship"),
}

OFTEN_FAR = {"founders": 0.4, "mentors": 0.5, "mentees": 0.5}
"""The share of a role that is glad to meet people anywhere."""


def goals_of(rng: Random, role: str) -> tuple[str, ...]:
    """Draw what somebody is here for: one or two things of the role and up to two more."""
    always, sometimes = GOALS[role]
    chosen = rng.sample(always, rng.randint(1, len(always)))
    return (*chosen, *rng.sample(sometimes, rng.randint(0, 2)))


def draw_preferences(
    rng: Random, role: str, gender: str, birth_date: date, now: datetime
) -> Preferences:
    """Draw whom somebody wants to meet; for dating the wishes are narrower than for the rest."""
    age = age_at(birth_date, now.date())
    younger, older = rng.randint(6, 14), rng.randint(7, 17)
    if role != "dating":
        younger, older = younger + 15, older + 25
    anywhere = rng.random() < OFTEN_FAR.get(role, 0.0)
    return Preferences(
        age_min=max(18, age - younger),
        age_max=age + older,
        max_distance_km=None if anywhere else float(rng.choice((15, 20, 25, 30, 50, 100))),
        genders=_genders_wanted(rng, gender) if role == "dating" else (),
        goals_wanted=WANTED[role] if rng.random() < 0.55 else (),
        languages_wanted=(),
        active_within_days=rng.choice((7, 14, 30, 60, None, None)),
    )


def _genders_wanted(rng: Random, gender: str) -> tuple[str, ...]:
    if gender == "non_binary" or rng.random() < 0.25:
        return ()
    if rng.random() < 0.15:
        return (gender,)
    return ("man",) if gender == "woman" else ("woman",)

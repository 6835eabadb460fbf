"""The person behind the demo log-in: the same in every world, at home in Berlin."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from demo.records import Companion, Person, Preferences, Prompt

BIO = (
    "I design signs for hospitals, so that worried people find the right door, and I get lost "
    "myself at least once a week. On Sundays Nori and I walk all the way round Tempelhofer Feld "
    "and greet every dog by name. I cook too much, bake when I am nervous and lose at board games "
    "with dignity. Looking for kind people in Berlin: friends first, and perhaps one person for "
    "the long breakfasts."
)


def as_demo(person: Person, now: datetime) -> Person:
    """Make a drawn person the demo log-in, who lives where the drawn person lives."""
    return replace(
        person,
        username="demo",
        email="demo@kith.example",
        first_name="Mila",
        last_name="Sommer",
        display_name="Mila",
        birth_date=date(now.year - 31, 4, 17),
        gender="woman",
        pronouns="she/her",
        community="dating",
        bio=BIO,
        prompts=(
            Prompt(
                "A perfect Sunday", "The market early, the Feld at noon, soup for six at night."
            ),
            Prompt("We will get along if", "You laugh at yourself first and share your dessert."),
            Prompt("Teach me", "How to keep basil alive. I have tried love and I have tried fear."),
        ),
        skills=("user_experience_design", "graphic_design", "illustrating", "facilitation"),
        interests=("dogs", "cooking", "board_games", "baking", "photography", "hiking"),
        goals=("long_term", "friendship", "dog_walking"),
        languages=("de", "en", "pt"),
        availability="weekday_evenings",
        companions=(Companion("dog", "Nori", "Podenco", 38, "gentle"),),
        preferences=Preferences(
            age_min=24,
            age_max=45,
            max_distance_km=30.0,
            genders=(),
            goals_wanted=(),
            languages_wanted=(),
            active_within_days=None,
        ),
        joined_at=now - timedelta(days=120),
        last_active_at=now - timedelta(minutes=4),
    )

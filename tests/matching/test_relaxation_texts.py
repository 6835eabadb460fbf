"""Relaxation texts: each filter and each limit has its sentence."""

import pytest

from matching.relaxation_texts import text_of
from matching.relaxations import Relaxation
from persistence.facets import Wish


@pytest.mark.parametrize(
    ("wish", "to", "text"),
    [
        (Wish.AGE_MIN, 25.0, "7 more people if you looked for people from 25 years on."),
        (Wish.AGE_MAX, 60.0, "7 more people if you looked for people up to 60 years."),
        (Wish.DISTANCE, 100.0, "7 more people if you looked for people up to 100 km away."),
        (Wish.DISTANCE, None, "7 more people if you looked for people however far away."),
        (Wish.GENDERS, None, "7 more people if you looked for people of any gender."),
        (Wish.GOALS, None, "7 more people if you looked for people with any goals."),
        (Wish.LANGUAGES, None, "7 more people if you looked for people with any languages."),
        (
            Wish.ACTIVITY,
            None,
            "7 more people if you looked for people whenever they were here last.",
        ),
        (
            Wish.ACTIVITY,
            30.0,
            "7 more people if you looked for people who were here within 30 days.",
        ),
    ],
)
def test_relaxations_are_told_in_words(wish, to, text):
    assert text_of(Relaxation(wish, to, 7)) == text

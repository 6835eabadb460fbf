"""Decks against brute force: whoever suits both sides is in them, and nobody else (M6, P-11), and
loosening a filter adds as many as they tell.

Who suits is judged from what was drawn, in plain words, by nothing of the product.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from matching.embeddings import LocalEmbedder
from tests.support.towns import Town, deck, embed_by_words, ids_of

NOW = datetime.now(UTC)
PLACES = {"Berlin": (52.52, 13.405), "Potsdam": (52.39, 13.065), "Paris": (48.86, 2.35)}
FAR_KM = 800
"""Paris is farther from the others, by much more than told places are off; they lie 27 km apart."""

GENDERS, GOALS, LANGUAGES = ("woman", "man"), ("dating", "friendship"), ("en", "de", "fr")
ASKING = 2
"""How many of them look at their decks: they are here today, the others were some time ago."""


def some(words, **sizes):
    return st.lists(st.sampled_from(words), unique=True, **sizes)


FACTS = st.fixed_dictionaries(
    {
        "gender": st.sampled_from([*GENDERS, None]),
        "age": st.sampled_from([20, 30, 40, 50]),
        "goals": some(GOALS, min_size=1),
        "languages": some(LANGUAGES, min_size=1),
        "place": st.sampled_from([*PLACES, None]),
        "days_away": st.sampled_from([1, 6, 8, 40]),
        "is_discoverable": st.sampled_from([True] * 5 + [False]),
    }
)
NO_WISHES = {
    "age_min": 18,
    "age_max": 120,
    "max_distance_km": None,
    "genders": [],
    "goals_wanted": [],
    "languages_wanted": [],
    "active_within_days": None,
}
# Few, so that some suit each other, and one filter alone keeps others away.
WISHES = st.lists(
    st.sampled_from(
        [
            ("age_min", 35),
            ("age_max", 35),
            ("max_distance_km", 60),
            ("max_distance_km", 2_000),
            ("genders", ["woman"]),
            ("genders", ["woman", "man"]),
            ("goals_wanted", ["dating"]),
            ("languages_wanted", ["en", "de"]),
            ("active_within_days", 7),
        ]
    ),
    max_size=2,
    unique_by=lambda wish: wish[0],
)
PERSON = st.builds(lambda facts, wishes: {**facts, **NO_WISHES, **dict(wishes)}, FACTS, WISHES)
CROWD = st.lists(PERSON, min_size=10, max_size=14)
ACT = st.tuples(
    st.sampled_from(["likeProfile", "passProfile", "blockProfile"]),
    st.integers(0, 9),
    st.integers(0, 9),
)


def wants(seeker, person):
    if not seeker["age_min"] <= person["age"] <= seeker["age_max"]:
        return False
    if seeker["genders"] and person["gender"] not in seeker["genders"]:
        return False
    for wished, has in (("goals_wanted", "goals"), ("languages_wanted", "languages")):
        if seeker[wished] and not any(word in seeker[wished] for word in person[has]):
            return False
    days = seeker["active_within_days"]
    if days is not None and person["days_away"] > days:
        return False
    limit, here, there = seeker["max_distance_km"], seeker["place"], person["place"]
    if limit is None or here is None:
        return True
    return there is not None and (limit > FAR_KM or (here == "Paris") == (there == "Paris"))


def suiting(crowd, viewer, done):
    """Who of a crowd a viewer is to be shown, after what was done: act, by whom, to whom."""
    decided = {to for _, by, to in done if by == viewer}
    blocking = {by for act, by, to in done if act == "blockProfile" and to == viewer}
    return {
        other
        for other, person in enumerate(crowd)
        if other not in {viewer, *decided, *blocking}
        and person["is_discoverable"]
        and wants(crowd[viewer], person)
        and wants(person, crowd[viewer])
    }


FILTERS = {
    "AGE_MIN": "age_min",
    "AGE_MAX": "age_max",
    "DISTANCE": "max_distance_km",
    "GENDERS": "genders",
    "GOALS": "goals_wanted",
    "LANGUAGES": "languages_wanted",
    "ACTIVITY": "active_within_days",
}
TOLD_FROM = 3
RELAXATIONS = "{ viewer { deck { relaxations { filter to gain } } } }"


def added(crowd, viewer, done, wish, value):
    """How many people it adds to a deck to wish something else."""
    changed = list(crowd)
    changed[viewer] = {**crowd[viewer], wish: value}
    return len(suiting(changed, viewer, done) - suiting(crowd, viewer, done))


async def judge_relaxations(person, crowd, viewer, done):
    told = (await person.api.ask(RELAXATIONS))["viewer"]["deck"]["relaxations"]
    by_filter = {one["filter"]: one for one in told}
    assert len(by_filter) == len(told)
    for name, wish in FILTERS.items():
        most = added(crowd, viewer, done, wish, NO_WISHES[wish])
        assert (name in by_filter) == (most >= TOLD_FROM)
        if name in by_filter:
            event(f"{name} is loosened")
            to, gain = by_filter[name]["to"], by_filter[name]["gain"]
            assert gain == added(crowd, viewer, done, wish, NO_WISHES[wish] if to is None else to)
            assert gain == most


def profile_of(person):
    latitude, longitude = PLACES.get(person["place"], (None, None))
    wishes = {name: person[name] for name in ("is_discoverable", *NO_WISHES)}
    return {
        "gender": person["gender"],
        "birth_date": date(NOW.year - person["age"], 1, 1),
        "goals": person["goals"],
        "languages": person["languages"],
        "latitude": latitude,
        "longitude": longitude,
        "last_active_at": NOW - timedelta(days=person["days_away"]),
        "preferences": wishes,
    }


@pytest.fixture
def town(people, services, monkeypatch):
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    return Town(people, services)


@settings(
    max_examples=100 if settings.get_current_profile_name() == "nightly" else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(crowd=CROWD, acts=st.lists(ACT, max_size=6))
async def test_a_deck_holds_everybody_who_suits_both_sides_and_nobody_else(town, crowd, acts):
    crowd = [
        {**person, "days_away": 0} if number < ASKING else person
        for number, person in enumerate(crowd)
    ]
    try:
        everybody = [await town.join(**profile_of(person)) for person in crowd]
        done = set()
        for act, by, to in ((act, by % len(crowd), to % len(crowd)) for act, by, to in acts):
            answer = await everybody[by].api.do(act, profileId=everybody[to].id)
            if answer["__typename"].endswith("Success"):
                done.add((act, by, to))
        for viewer in range(ASKING):
            page = await deck(everybody[viewer], first=50)
            names = {everybody[other].id: other for other in suiting(crowd, viewer, done)}
            # The index has forgotten the towns of earlier examples.
            assert sorted(ids_of(page)) == sorted(names)
            assert page["totalCount"] == len(names)
            event(f"{len(names)} suit")
            await judge_relaxations(everybody[viewer], crowd, viewer, done)
            for node in page["nodes"]:
                told = {reason["signal"]: reason for reason in node["reasons"]}
                assert sum(one["contribution"] for one in told.values()) == node["score"] - 50
                both = {*crowd[viewer]["languages"]} & {
                    *crowd[names[node["profile"]["id"]]]["languages"]
                }
                assert (told["languages_shared"]["text"] == "You have no language in common.") == (
                    not both
                )
    finally:
        await town.leave()

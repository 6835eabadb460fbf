"""Who likes whom in the demo world, who passes, and the matches that follow."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from random import Random

from demo.records import Decision, Kind, Match, Person
from demo.streams import Streams, moment_between
from matching.distance import haversine_km
from matching.features import age_at

DEMO_MATCHES, DEMO_ADMIRERS, DEMO_PASSES, DEMO_LATER = 7, 9, 4, 3
"""How many of the demo person's best candidates match, wait for an answer, were passed, and were
put aside for later."""

DECIDED_SHARE = 0.6
"""Of the people who suit them somebody has decided about this share at most: decks last."""

STRANGERS_ELSEWHERE = 12
"""How many people of other cities somebody sees who is glad to meet people anywhere."""


def decisions(people: Sequence[Person], streams: Streams, now: datetime) -> tuple[Decision, ...]:
    """Let everybody decide about people whom they would be shown, in order of time.

    Both of a pair fit the other's preferences. Shared interests and popularity make a like
    likelier. Nobody decides before both had joined or after they were last active.

    Args:
        people: everybody; the first is the demo log-in, who gets matches and admirers for sure.
        streams: the seed's random streams.
        now: the day on which ages are taken.
    """
    rng = streams("decisions")
    popularity = [rng.lognormvariate(0, 0.5) for _ in people]
    made = list(_about_demo(people, streams("the demo person's decisions"), now))
    for decider, seen in _shown(people[1:], rng, now):
        weights = {other.number: popularity[other.number] * rng.random() for other in seen}
        ranked = sorted(seen, key=lambda other: (-weights[other.number], other.number))
        for other in ranked[: min(rng.randint(8, 24), ceil(DECIDED_SHARE * len(ranked)))]:
            likes = rng.random() < _liking(decider, other, popularity[other.number])
            at = moment_between(rng, *_window(decider, other))
            made.append(_decision(decider, other, "like" if likes else "pass", at))
    return tuple(
        sorted(
            made, key=lambda decision: (decision.decided_at, decision.decider, decision.candidate)
        )
    )


def matches(made: Iterable[Decision]) -> tuple[Match, ...]:
    """Give one match for each mutual like, dated by the later like, in order of time."""
    liked_at = {
        (decision.decider, decision.candidate): decision.decided_at
        for decision in made
        if decision.is_like
    }
    mutual = (
        Match(one, other, max(at, liked_at[other, one]))
        for (one, other), at in liked_at.items()
        if one < other and (other, one) in liked_at
    )
    return tuple(sorted(mutual, key=lambda match: (match.matched_at, match.first, match.second)))


def fits(person: Person, other: Person, now: datetime) -> bool:
    """Say whether the other is what the person's preferences ask for."""
    wants = person.preferences
    return (
        wants.age_min <= age_at(other.birth_date, now.date()) <= wants.age_max
        and (not wants.genders or other.gender in wants.genders)
        and (not wants.goals_wanted or not set(wants.goals_wanted).isdisjoint(other.goals))
        and (wants.max_distance_km is None or _distance_km(person, other) <= wants.max_distance_km)
    )


def _shown(
    people: Sequence[Person], rng: Random, now: datetime
) -> Iterable[tuple[Person, list[Person]]]:
    """Give each person with the people whom a deck could show them."""
    by_city: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_city[person.city].append(person)
    for person in people:
        near = by_city[person.city]
        far: list[Person] = []
        if person.preferences.max_distance_km is None:
            sample = rng.sample(people, min(len(people), STRANGERS_ELSEWHERE * 4))
            far = [other for other in sample if other.city != person.city]
        suited = [
            other
            for other in near + far
            if other is not person
            and fits(person, other, now)
            and fits(other, person, now)
            and other.joined_at < person.last_active_at
        ]
        yield person, suited


def _liking(person: Person, other: Person, popularity: float) -> float:
    """Give the chance of a like."""
    shared = len(set(person.interests) & set(other.interests))
    common = person.community == other.community
    return min(0.9, 0.14 + 0.1 * shared + 0.12 * common + 0.14 * popularity)


def _about_demo(people: Sequence[Person], rng: Random, now: datetime) -> Iterable[Decision]:
    """Give the demo log-in something to look at: matches, admirers, passes, and some for later.

    The best of the admirers who wait for an answer gave a super-like.
    """
    demo = people[0]
    neighbours = [person for person in people[1:] if person.city == demo.city]
    ranked = sorted(
        neighbours,
        key=lambda other: (
            -fits(demo, other, now) - fits(other, demo, now),
            -len(set(demo.interests) & set(other.interests)),
            other.number,
        ),
    )
    admirers = ranked[: DEMO_MATCHES + DEMO_ADMIRERS]
    for number, other in enumerate(admirers):
        kind: Kind = "super_like" if number == DEMO_MATCHES else "like"
        yield _decision(other, demo, kind, _early(rng, other, demo))
    for other in ranked[:DEMO_MATCHES]:
        yield _decision(demo, other, "like", _early(rng, demo, other))
    rest = ranked[len(admirers) :]
    for other in rest[:DEMO_PASSES]:
        yield _decision(demo, other, "pass", _early(rng, demo, other))
    for other in rest[DEMO_PASSES : DEMO_PASSES + DEMO_LATER]:
        yield _decision(demo, other, "later", _early(rng, demo, other))


def _decision(decider: Person, other: Person, kind: Kind, at: datetime) -> Decision:
    return Decision(decider.number, other.number, kind, at)


def _early(rng: Random, decider: Person, other: Person) -> datetime:
    """Draw a moment that leaves both of them time for a conversation."""
    start = max(decider.joined_at, other.joined_at)
    end = min(decider.last_active_at, other.last_active_at)
    return moment_between(rng, start, start + (end - start) * 0.7)


def _window(decider: Person, other: Person) -> tuple[datetime, datetime]:
    """Give when the person can have decided: both there, and in the last two months of use."""
    end = decider.last_active_at
    return max(decider.joined_at, other.joined_at, end - timedelta(days=60)), end


def _distance_km(one: Person, other: Person) -> float:
    return haversine_km(one.latitude, one.longitude, other.latitude, other.longitude)

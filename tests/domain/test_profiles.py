"""Profiles: rules as properties, and races on real connections."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import (
    availability,
    blocks,
    choices,
    companions,
    onboarding,
    preferences,
    profiles,
    prompts,
)
from domain.availability import Availability
from domain.prompts import Answered
from domain.refusals import InvalidInput, LimitReached
from domain.viewer import Unauthenticated, Viewer
from matching.vocabulary import BY_KIND, Kind
from persistence import models
from persistence.queries import prompts as prompt_queries

on_database = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
texts = st.text(max_size=60)
answered = st.builds(
    Answered,
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
)


def refused(check, *arguments, **named):
    try:
        check(*arguments, **named)
    except InvalidInput as refusal:
        return [field.path for field in refusal.fields]
    return []


def test_every_term_of_the_vocabulary_may_be_chosen():
    assert {term.key for term in BY_KIND[Kind.GOAL]} <= choices.GOALS
    assert {term.key for term in BY_KIND[Kind.LANGUAGE]} <= choices.LANGUAGES
    assert {term.key for term in BY_KIND[Kind.AVAILABILITY]} <= set(Availability)


def test_the_languages_are_those_of_iso_639_1():
    assert len(choices.LANGUAGES) == 183
    assert all(len(code) == 2 and code.isalpha() for code in choices.LANGUAGES)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 5, 17), date(2018, 5, 16), 17),
        (date(2000, 5, 17), date(2018, 5, 17), 18),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
    ],
)
def test_people_age_on_their_birthday(born, day, age):
    assert profiles.age_on(born, day) == age


@given(days, days, st.integers(18, 25))
def test_a_birth_date_is_taken_exactly_from_adults_who_can_be_alive(born, today, minimum_age):
    problems = profiles.birth_date_problems(born, today=today, minimum_age=minimum_age)
    good = born <= today and profiles.age_on(born, today) >= minimum_age
    assert (problems == []) == good


def test_a_birth_date_before_1900_is_refused():
    problems = profiles.birth_date_problems(
        date(1899, 12, 31), today=date(2000, 1, 1), minimum_age=18
    )
    assert [problem.path for problem in problems] == ["birthDate"]


@given(st.lists(texts, max_size=40))
def test_free_words_are_distinct_bounded_and_cleaned_once_for_all(words):
    kept, problems = choices.listed("skills", words)
    assert len({word.casefold() for word in kept}) == len(kept)
    assert choices.listed("skills", kept)[0] == kept
    if not problems:
        assert len(kept) <= 30
        assert all(1 <= len(word) <= 50 for word in kept)


@given(st.lists(st.sampled_from([*sorted(choices.GOALS), "other", "FRIENDSHIP", ""]), max_size=9))
def test_chosen_words_are_of_the_closed_list_in_their_order(words):
    kept, problems = choices.chosen("goals", words, choices.GOALS)
    wrong = [f"goals.{n}" for n, word in enumerate(words) if word.lower() not in choices.GOALS]
    assert [problem.path for problem in problems] == wrong
    assert kept == list(dict.fromkeys(word.lower() for word in words))


def test_a_list_ends_at_thirty_choices():
    many = sorted(choices.LANGUAGES)[:31]
    kept, problems = choices.chosen("languages", many, choices.LANGUAGES)
    assert kept == many
    assert [problem.path for problem in problems] == ["languages"]
    assert choices.chosen("languages", many[:30], choices.LANGUAGES) == (many[:30], [])


def test_one_gender_has_one_spelling():
    spellings = ("non_binary", "Non-Binary", " non binary ")
    assert {choices.gender_key(spelling) for spelling in spellings} == {"non_binary"}


async def test_whose_account_is_gone_changes_nothing(database):
    nobody = Viewer(UUID(int=1), UUID(int=2))
    with pytest.raises(Unauthenticated):
        async with database.write() as tx:
            await profiles.update_profile(tx, nobody, bio="Hi.")


def test_nobody_sets_what_is_not_theirs_to_set():
    today = date(2026, 1, 1)
    for column in ("profile_id", "onboarded_at", "latitude", "location_salt"):
        with pytest.raises(TypeError):
            profiles.cleaned({column: None}, today=today, minimum_age=18)
        with pytest.raises(TypeError):
            preferences.cleaned({column: None})
        with pytest.raises(TypeError):
            companions.cleaned({column: None}, today=today)


@given(st.text(), st.text(), st.text())
def test_texts_about_oneself_end_within_their_bounds(name, bio, city):
    facts = {"display_name": name, "bio": bio, "city": city}
    day = date(2026, 1, 1)
    if paths := refused(profiles.cleaned, facts, today=day, minimum_age=18):
        assert set(paths) <= {"displayName", "bio", "city"}
        return
    values = profiles.cleaned(facts, today=day, minimum_age=18)
    assert 1 <= len(values["display_name"]) <= 50
    assert len(values["bio"]) <= 2_000
    assert values["city"] is None or 1 <= len(values["city"]) <= 100


@given(
    st.integers(-10, 200),
    st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
    st.one_of(st.none(), st.integers(-5, 500)),
)
def test_wishes_are_taken_exactly_within_their_ranges(age, distance_km, active_days):
    paths = refused(
        preferences.cleaned,
        {"age_min": age, "max_distance_km": distance_km, "active_within_days": active_days},
    )
    assert ("ageMin" not in paths) == (18 <= age <= 120)
    far = preferences.FARTHEST_KM
    assert ("maxDistance" not in paths) == (distance_km is None or 0 < distance_km <= far)
    assert ("activeWithinDays" not in paths) == (active_days is None or 1 <= active_days <= 365)


@on_database
@given(st.lists(st.tuples(st.integers(16, 122), st.integers(16, 122)), max_size=6))
async def test_the_youngest_wanted_age_is_never_above_the_oldest(people, database, wishes):
    ada = (await people.join()).viewer
    for least, most in wishes:
        for wish in ({"age_min": least}, {"age_max": most}, {"age_min": least, "age_max": most}):
            try:
                async with database.write() as tx:
                    row = await preferences.set_preferences(tx, ada, **wish)
            except InvalidInput:
                async with database.write() as tx:
                    row = await tx.get(models.Preferences, profile_id=ada.profile_id)
            assert 18 <= row.age_min <= row.age_max <= 120


NOW = datetime(2026, 5, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=-400), timedelta(days=800)).map(lambda by: NOW + by)


@given(st.sampled_from(Availability), st.one_of(st.none(), moments), moments)
def test_availability_holds_until_its_end_exactly(status, until, now):
    held = availability.current(status.value, until, now)
    assert held == (None if until is not None and until <= now else status)
    assert availability.current(None, until, now) is None


@given(st.one_of(st.none(), st.sampled_from(Availability)), moments)
def test_an_end_lies_in_the_coming_year_and_has_a_status(status, until):
    problem = availability.until_problem(status, until, NOW)
    good = status is not None and NOW < until <= NOW + timedelta(days=365)
    assert (problem is None) == good
    assert availability.until_problem(status, None, NOW) is None


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_band_of_activity_tells_no_moment(idle):
    now = NOW + timedelta(hours=13, minutes=37)
    was_here = now - idle
    kept = profiles.day_of(was_here)
    band = profiles.last_active(kept, now)
    days = (now.date() - was_here.date()).days
    limits = {"today": 1, "this_week": 7, "this_month": 30, "earlier": 10_000}
    assert band == next(name for name, limit in limits.items() if days < limit)
    assert profiles.day_of(kept) == kept <= was_here


@on_database
@given(st.lists(answered, max_size=8), st.randoms(use_true_random=False))
async def test_prompts_are_read_in_the_order_in_which_they_were_written(
    people, database, given, random
):
    ada = (await people.join()).viewer
    try:
        wanted = prompts.cleaned(given)
    except InvalidInput:
        wanted = []
    async with database.write() as tx:
        rows = await prompts.set_prompts(tx, ada, prompts=wanted)
    assert [Answered(row.question, row.answer) for row in rows] == wanted
    for _ in range(3):
        order = [row.prompt_id for row in rows]
        random.shuffle(order)
        async with database.write() as tx:
            rows = await prompts.reorder_prompts(tx, ada, prompt_ids=order)
        assert [row.prompt_id for row in rows] == order
        read = await database.fetch(
            prompt_queries.of_profiles, profile_ids=[ada.profile_id], viewer_id=ada.profile_id
        )
        assert [row.prompt_id for row in read] == order


async def recorded(database, kind):
    async with database.write() as tx:
        return await tx.connection.fetchval("SELECT count(*) FROM facts WHERE kind = $1", kind)


async def test_concurrent_prompts_end_as_one_of_them(people, database):
    ada = (await people.join()).viewer
    wanted = [[Answered(f"{n}-{m}?", "x") for m in range(5)] for n in range(8)]

    async def set_them(some):
        async with database.write() as tx:
            await prompts.set_prompts(tx, ada, prompts=some)

    await asyncio.gather(*map(set_them, wanted))
    rows = await database.fetch(prompt_queries.own, profile_id=ada.profile_id)
    assert [Answered(row.question, row.answer) for row in rows] in wanted


async def test_concurrent_completions_tell_once(people, database):
    ada = (await people.join(onboarded=False)).viewer
    facts = {"birth_date": date(1990, 1, 1), "bio": "Hi.", "goals": ["friendship"]}
    introduction = onboarding.Introduction(facts)

    async def complete():
        async with database.write() as tx:
            await onboarding.complete_onboarding(tx, ada, introduction=introduction)

    await asyncio.gather(*(complete() for _ in range(8)))
    assert await recorded(database, "ProfileOnboarded") == 1


async def test_concurrent_companions_stay_within_the_limit(people, database):
    ada = (await people.join()).viewer

    async def add(n):
        async with database.write() as tx:
            await companions.add_companion(tx, ada, kind="cat", name=f"Cat {n}")

    done = await asyncio.gather(*(add(n) for n in range(14)), return_exceptions=True)
    assert sum(outcome is None for outcome in done) == 10
    assert all(isinstance(outcome, LimitReached) for outcome in done if outcome is not None)


async def test_concurrent_blocks_are_one_block(people, database):
    ada, bob = (await people.join()).viewer, await people.join()

    async def block():
        async with database.write() as tx:
            return await blocks.block_profile(tx, ada, profile_id=bob.key)

    rows = await asyncio.gather(*(block() for _ in range(8)))
    assert len({row.blocked_at for row in rows}) == 1
    assert await recorded(database, "ProfileBlocked") == 1


async def test_concurrent_blocks_of_each_other_are_two_blocks(people, database):
    ada, bob = (await people.join()).viewer, (await people.join()).viewer

    async def block(one, other):
        async with database.write() as tx:
            await blocks.block_profile(tx, one, profile_id=other.profile_id)

    await asyncio.gather(block(ada, bob), block(bob, ada), return_exceptions=True)
    async with database.write() as tx:
        count = await tx.connection.fetchval("SELECT count(*) FROM blocks")
    assert count in (1, 2)
    assert await recorded(database, "ProfileBlocked") == count

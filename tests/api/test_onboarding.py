"""Onboarding through the API: from a free text to a profile that others see."""

import pytest

from persistence import models

STATE = "{ viewer { onboarding { isComplete step steps { step isDone isRequired } } } }"
ENOUGH = {
    "displayName": "Ada",
    "birthDate": "1990-12-10",
    "bio": "I like machines.",
    "goals": ["friendship"],
}
WHOLE = {
    **ENOUGH,
    "gender": "Woman",
    "pronouns": "she/her",
    "city": "London",
    "interests": ["mathematics"],
    "skills": ["Analytical engines"],
    "languages": ["English", "fr"],
    "prompts": [{"question": "Tea?", "answer": "Yes."}, {"question": "Cats?", "answer": "No."}],
    "preferences": {"ageMin": 30, "ageMax": 40, "maxDistance": {"value": 10, "unit": "MILES"}},
    "location": {"latitude": 51.5, "longitude": -0.1},
    "availability": {"status": "WEEKENDS"},
}


async def state(person):
    return (await person.api.ask(STATE))["viewer"]["onboarding"]


async def counts(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind, count(*) AS n FROM facts GROUP BY kind")
    return {row["kind"]: row["n"] for row in rows}


async def test_onboarding_leads_through_its_steps(people):
    ada = await people.join("Ada", onboarded=False)
    assert await state(ada) == {
        "isComplete": False,
        "step": "BASICS",
        "steps": [
            {"step": "BASICS", "isDone": False, "isRequired": True},
            {"step": "ABOUT", "isDone": False, "isRequired": True},
            {"step": "GOALS", "isDone": False, "isRequired": True},
            {"step": "INTERESTS", "isDone": False, "isRequired": False},
            {"step": "LOCATION", "isDone": False, "isRequired": False},
        ],
    }
    steps = []
    for given in ({"birthDate": "1990-12-10"}, {"bio": "Hi."}, {"goals": ["friendship"]}):
        await ada.api.done("updateProfile", **given)
        steps.append((await state(ada))["step"])
    assert steps == ["ABOUT", "GOALS", None]
    assert not (await state(ada))["isComplete"]
    await ada.api.done("completeOnboarding")
    assert (await state(ada))["isComplete"]


async def test_one_call_is_enough(people, database):
    ada, bob = await people.join(onboarded=False), await people.join()
    answer = await ada.api.done(
        "completeOnboarding",
        """profile { id displayName gender pronouns city interests skills languages availability
            prompts { question answer } distance { unit } }""",
        **WHOLE,
    )
    assert answer["profile"] == {
        "id": ada.id,
        "displayName": "Ada",
        "gender": "woman",
        "pronouns": "she/her",
        "city": "London",
        "interests": ["mathematics"],
        "skills": ["Analytical engines"],
        "languages": ["en", "fr"],
        "availability": "WEEKENDS",
        "prompts": WHOLE["prompts"],
        "distance": None,
    }
    mine = await ada.api.ask("{ viewer { preferences { ageMin maxDistance(unit: MILES) } } }")
    assert mine["viewer"]["preferences"] == {"ageMin": 30, "maxDistance": 10}
    seen = await bob.api.ask(
        "query ($id: ID!) { profile(id: $id) { distance { atLeast } } }", id=ada.id
    )
    assert seen["profile"]["distance"]["atLeast"] == 100
    assert (await counts(database))["ProfileOnboarded"] == 1


async def test_all_that_is_missing_is_told_and_nothing_is_saved(people, database):
    ada = await people.join(onboarded=False)
    answer = await ada.api.do("completeOnboarding", city="Rome", preferences={"ageMin": 30})
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == ["birthDate", "bio", "goals"]
    async with database.write() as tx:
        profile = await tx.get(models.Profile, profile_id=ada.key)
        preferences = await tx.get(models.Preferences, profile_id=ada.key)
    assert (profile.city, profile.onboarded_at, preferences.age_min) == (None, None, 18)
    assert await counts(database) == {}


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_saved(people, database):
    ada = await people.join(onboarded=False)
    answer = await ada.api.do(
        "completeOnboarding",
        **{
            **WHOLE,
            "displayName": "",
            "birthDate": "2020-01-01",
            "prompts": [{"question": "", "answer": "x"}],
            "preferences": {"ageMin": 3},
            "location": {"latitude": 91, "longitude": 0},
            "availability": {"until": "2020-01-01T00:00:00Z"},
        },
    )
    assert [(field["path"], field["code"]) for field in answer["fields"]] == [
        ("displayName", "MISSING"),
        ("birthDate", "OUT_OF_RANGE"),
        ("prompts.0.question", "MISSING"),
        ("preferences.ageMin", "OUT_OF_RANGE"),
        ("location.latitude", "OUT_OF_RANGE"),
        ("availability.until", "OUT_OF_RANGE"),
    ]
    assert not (await state(ada))["isComplete"]
    assert await counts(database) == {}


@pytest.mark.parametrize("missing", sorted(ENOUGH))
async def test_what_is_taken_back_is_missing(people, missing):
    ada = await people.join(onboarded=False)
    answer = await ada.api.do("completeOnboarding", **{**ENOUGH, missing: None})
    assert [field["path"] for field in answer["fields"]] == [missing]


async def test_completing_twice_is_completing_once(people, database):
    ada = await people.join(onboarded=False)
    await ada.api.done("completeOnboarding", **ENOUGH)
    async with database.write() as tx:
        first = (await tx.get(models.Profile, profile_id=ada.key)).onboarded_at
    answer = await ada.api.done("completeOnboarding", "profile { bio }", bio="New.")
    assert answer["profile"]["bio"] == "New."
    async with database.write() as tx:
        assert (await tx.get(models.Profile, profile_id=ada.key)).onboarded_at == first
    assert (await counts(database))["ProfileOnboarded"] == 1


async def test_a_retry_has_one_effect(people, database):
    ada = await people.join(onboarded=False)
    for _ in range(2):
        await ada.api.done("completeOnboarding", **WHOLE, clientMutationId="on")
    assert (await counts(database))["ProfileOnboarded"] == 1
    other = await ada.api.do("completeOnboarding", **ENOUGH, clientMutationId="on")
    assert other["__typename"] == "IdempotencyConflict"


async def test_empty_parts_change_nothing(people):
    ada = await people.join(onboarded=False)
    await ada.api.done("completeOnboarding", **ENOUGH, preferences={}, availability={}, prompts=[])
    assert (await state(ada))["isComplete"]


async def test_a_free_text_becomes_a_preview_and_then_a_profile(people, database):
    ada = await people.join(onboarded=False)
    text = (
        "My name is Grace. I'm 29 years old and live in Porto. I love climbing and chess, "
        "I'm good at Python, I speak English and German. Looking for new friends. "
        "I have a dog. Free on weekends."
    )
    query = """query ($text: String!) { previewProfile(text: $text) {
        displayName { value start end confidence source } bio age { value } city { value }
        availability { value } interests { value label start end } activities { value }
        skills { value } goals { value } languages { value } companions { value } } }"""
    asked = await ada.api.send(query, text=text)
    assert asked.extensions["cost"]["requested"] >= 1_000
    preview = asked.data["previewProfile"]
    name = preview["displayName"]
    assert name["value"] == text[name["start"] : name["end"]] == "Grace"
    assert preview["age"]["value"] == "29"
    assert preview["city"]["value"] == "Porto"
    assert {finding["value"] for finding in preview["interests"]} >= {"rock_climbing"}
    assert [finding["value"] for finding in preview["goals"]] == ["friendship"]
    assert [finding["value"] for finding in preview["languages"]] == ["en", "de"]
    assert [finding["value"] for finding in preview["companions"]] == ["dog"]
    assert preview["availability"]["value"] == "weekends"
    assert await counts(database) == {}
    answer = await ada.api.done(
        "completeOnboarding",
        "profile { displayName interests goals }",
        displayName=name["value"],
        birthDate="1995-01-01",
        bio=preview["bio"],
        goals=[finding["value"] for finding in preview["goals"]],
        interests=[finding["value"] for finding in preview["interests"]],
    )
    assert answer["profile"]["interests"] == [found["value"] for found in preview["interests"]]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
async def test_a_text_that_is_empty_or_too_long_is_refused(people, text):
    ada = await people.join()
    query = "query ($text: String!) { previewProfile(text: $text) { bio } }"
    answer = await ada.api.send(query, text=text)
    assert answer.codes == ["INVALID_INPUT"]


@pytest.mark.parametrize(
    "text", ["\U0001f469\u200d\U0001f52c", "\u202ereversed", "日本語が好き", "a" * 5000]
)
async def test_any_text_gives_a_preview(people, text):
    ada = await people.join()
    query = "query ($text: String!) { previewProfile(text: $text) { bio goals { value } } }"
    assert (await ada.api.ask(query, text=text))["previewProfile"]["goals"] == []


async def test_phrases_that_no_term_names_are_understood_by_their_meaning(people):
    ada = await people.join()
    text = "I love wandering through mountains and playing chess."
    query = """query ($text: String!) { previewProfile(text: $text) {
        interests { value source start end } } }"""
    found = (await ada.api.ask(query, text=text))["previewProfile"]["interests"]
    sources = {finding["value"]: finding["source"] for finding in found}
    assert sources["hiking"] == "similar"
    assert sources["chess"] == "vocabulary"

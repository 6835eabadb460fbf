"""Profiles through the API: what people show, edit, and see of others."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from matching.vocabulary import Kind
from persistence import models
from persistence.queries import profiles
from resolvers import ids, words

SHOWN = "profile { displayName bio gender pronouns city interests skills goals languages age }"
OTHER = "query ($id: ID!) { profile(id: $id) { displayName } }"
TIME = "profile { availability availableUntil }"


async def facts(database, kind):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT body FROM facts WHERE kind = $1", kind)
    return [row["body"] for row in rows]


async def row_of(database, person):
    async with database.write() as tx:
        return await tx.get(models.Profile, profile_id=person.key)


async def test_a_profile_shows_what_its_person_said(people):
    ada = await people.join("Ada", birth_date=date(1990, 1, 1), pronouns="she/her")
    bob = await people.join("Bob")
    query = """query ($id: ID!) { profile(id: $id) {
        id displayName bio gender pronouns city skills interests goals languages age availability
        availableUntil lastActive prompts { question } companions { name } posts { totalCount }
    } }"""
    seen = (await bob.api.ask(query, id=ada.id))["profile"]
    assert seen.pop("age") >= 35
    assert seen == {
        "id": ada.id,
        "displayName": "Ada",
        "bio": "I like long walks, board games and good coffee.",
        "gender": "woman",
        "pronouns": "she/her",
        "city": "Berlin",
        "skills": ["python"],
        "interests": ["hiking", "board games"],
        "goals": ["friendship"],
        "languages": ["en"],
        "availability": None,
        "availableUntil": None,
        "lastActive": "TODAY",
        "prompts": [],
        "companions": [],
        "posts": {"totalCount": 0},
    }


async def test_nobody_signed_in_asks_for_no_profile(api, people):
    ada = await people.join()
    answer = await api.send(OTHER, id=ada.id)
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_missing_forged_and_foreign_ids_show_nobody(people):
    ada = await people.join()
    forged = [
        ids.encode("Post", ada.key),
        ids.encode("Profile", UUID(int=7)),
        ada.id + "=",
        ada.id[:-1],
        "",
        "🦜",
        str(ada.key),
    ]
    for forgery in forged:
        assert await ada.api.ask(OTHER, id=forgery) == {"profile": None}


async def test_who_is_not_onboarded_is_seen_by_nobody_else(people):
    new = await people.join("New", onboarded=False)
    ada = await people.join()
    assert await ada.api.ask(OTHER, id=new.id) == {"profile": None}
    assert await new.api.ask(OTHER, id=new.id) == {"profile": {"displayName": "New"}}


async def test_an_age_that_is_unknown_is_null(people):
    ada = await people.join(birth_date=None)
    assert (await ada.api.ask("{ viewer { profile { age } } }"))["viewer"]["profile"]["age"] is None


async def test_private_facts_are_on_no_profile(people):
    ada = await people.join()
    for private in ("birthDate", "latitude", "location", "locationSalt", "email", "username"):
        query = f"query ($id: ID!) {{ profile(id: $id) {{ {private} }} }}"
        answer = await ada.api.send(query, id=ada.id)
        assert answer.data is None
        assert "Cannot query field" in answer.errors[0]["message"]


async def test_the_viewer_reads_their_own_private_facts(people):
    ada = await people.join(birth_date=date(1990, 2, 3), latitude=1.5, longitude=-2.25)
    asked = await ada.api.ask(
        "{ viewer { birthDate location { latitude longitude } embedding { modelVersion } } }"
    )
    assert asked["viewer"] == {
        "birthDate": "1990-02-03",
        "location": {"latitude": 1.5, "longitude": -2.25},
        "embedding": None,
    }


async def test_the_viewer_reads_by_which_model_they_are_known(people, database):
    ada = await people.join()
    async with database.write() as tx:
        for version, days in (("old@1", 2), ("new@1", 1)):
            await tx.add(
                models.ProfileVector,
                profile_id=ada.key,
                model_version=version,
                text_hash="x",
                vector=[1.0],
                embedded_at=datetime.now(UTC) - timedelta(days=days),
            )
    asked = await ada.api.ask("{ viewer { embedding { modelVersion embeddedAt } } }")
    assert asked["viewer"]["embedding"]["modelVersion"] == "new@1"
    assert asked["viewer"]["embedding"]["embeddedAt"].endswith("Z")


async def test_editing_a_profile_changes_what_is_given_and_keeps_the_rest(people, database):
    ada = await people.join("Ada")
    answer = await ada.api.done(
        "updateProfile",
        SHOWN,
        bio="  Cafe\u0301s.\r\n\r\n\r\n\r\nHi!  ",
        interests=["Chess", "chess"],
    )
    assert answer["profile"]["bio"] == "Cafés.\n\nHi!"
    assert len(answer["profile"]["interests"]) == 1
    assert answer["profile"]["displayName"] == "Ada"
    assert answer["profile"]["city"] == "Berlin"
    (fact,) = await facts(database, "ProfileChanged")
    assert fact == {"profile_id": str(ada.key), "parts": ["bio", "interests"]}


async def test_saying_the_same_again_changes_nothing(people, database):
    ada = await people.join("Ada")
    before = await row_of(database, ada)
    await ada.api.done("updateProfile", displayName="Ada", goals=["friendship"])
    assert await row_of(database, ada) == before
    assert await facts(database, "ProfileChanged") == []


async def test_null_takes_back_what_may_be_empty(people):
    ada = await people.join(pronouns="they/them")
    answer = await ada.api.done(
        "updateProfile",
        SHOWN,
        bio=None,
        gender=None,
        pronouns=None,
        city=None,
        interests=None,
        skills=[],
        goals=None,
        languages=None,
    )
    shown = answer["profile"]
    assert shown["bio"] == ""
    assert [shown[name] for name in ("gender", "pronouns", "city")] == [None] * 3
    assert [shown[name] for name in ("interests", "skills", "goals", "languages")] == [[]] * 4


def test_what_is_too_long_for_a_word_is_not_looked_for(monkeypatch):
    monkeypatch.delattr(words, "words_of")
    assert words.key_of("\ufdfa" * 201, [Kind.GOAL]) == "\ufdfa" * 201
    with pytest.raises(NameError):
        words.key_of("\ufdfa" * 200, [Kind.GOAL])


async def test_synonyms_become_known_terms_and_own_words_stay(people):
    ada = await people.join()
    answer = await ada.api.done(
        "updateProfile",
        SHOWN,
        interests=["climbing", "Underwater basket weaving"],
        goals=["make friends", "MENTEE"],
        languages=["Deutsch", "en", "la"],
    )
    assert answer["profile"]["interests"] == ["rock_climbing", "Underwater basket weaving"]
    assert answer["profile"]["goals"] == ["friendship", "mentee"]
    assert answer["profile"]["languages"] == ["de", "en", "la"]


today = datetime.now(UTC).date()
BAD_FACTS = [
    ({"displayName": ""}, ["displayName"]),
    ({"displayName": None}, ["displayName"]),
    ({"displayName": " \n\u202e\x00 "}, ["displayName"]),
    ({"displayName": "x" * 51}, ["displayName"]),
    ({"bio": "x" * 2001}, ["bio"]),
    ({"gender": "x" * 31}, ["gender"]),
    ({"pronouns": "x" * 31}, ["pronouns"]),
    ({"city": "x" * 101}, ["city"]),
    ({"birthDate": None}, ["birthDate"]),
    ({"birthDate": "1899-12-31"}, ["birthDate"]),
    ({"birthDate": "9999-12-31"}, ["birthDate"]),
    ({"birthDate": (today - timedelta(days=17 * 365)).isoformat()}, ["birthDate"]),
    ({"interests": ["ok", ""]}, ["interests.1"]),
    ({"skills": ["x" * 51]}, ["skills.0"]),
    ({"skills": [f"skill {n}" for n in range(31)]}, ["skills"]),
    ({"goals": ["friendship", "world domination"]}, ["goals.1"]),
    ({"languages": ["klingon"]}, ["languages.0"]),
    (
        {"displayName": "", "bio": "x" * 2001, "languages": ["xx"]},
        ["displayName", "bio", "languages.0"],
    ),
]


@pytest.mark.parametrize(("given", "paths"), BAD_FACTS)
async def test_bad_facts_are_refused_and_change_nothing(people, database, given, paths):
    ada = await people.join()
    before = await row_of(database, ada)
    answer = await ada.api.do("updateProfile", **{"bio": "New", "city": "Rome", **given})
    assert answer["__typename"] == "InvalidInput"
    assert {field["path"] for field in answer["fields"]} == set(paths)
    assert await row_of(database, ada) == before
    assert await facts(database, "ProfileChanged") == []


WRONG_TYPES = [
    {"displayName": 5},
    {"bio": ["x"]},
    {"interests": [None]},
    {"interests": [3]},
    {"birthDate": "yesterday"},
    {"birthDate": "19900101"},
    {"birthDate": "1990-02-30"},
    {"birthDate": 19900101},
    {"unknown": "field"},
]


@pytest.mark.parametrize("given", WRONG_TYPES)
async def test_wrong_types_never_reach_the_rules(people, database, given):
    ada = await people.join()
    before = await row_of(database, ada)
    query = "mutation ($i: UpdateProfileInput!) { updateProfile(input: $i) { __typename } }"
    answer = await ada.api.send(query, i=given)
    assert answer.errors
    assert answer.data is None
    assert await row_of(database, ada) == before


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f469\u200d\U0001f467 family",
        "Ünïcödé",
        "日本語",
        "मानक",
        "a\u0300",
        "'; DROP TABLE profiles; --",
        "<b>hi</b>",
        "${7*7}",
    ],
)
async def test_any_writing_is_kept_as_it_is_written(people, text):
    ada = await people.join()
    answer = await ada.api.done(
        "updateProfile", SHOWN, bio=text, displayName=text, interests=[text]
    )
    written = unicodedata.normalize("NFC", text)
    assert answer["profile"]["bio"] == written
    assert answer["profile"]["displayName"] == written
    assert answer["profile"]["interests"] == [written]


async def test_a_retry_with_the_same_key_has_one_effect(people, database):
    ada = await people.join()
    for _ in range(2):
        answer = await ada.api.done("updateProfile", SHOWN, bio="Once", clientMutationId="k1")
        assert answer["profile"]["bio"] == "Once"
    assert len(await facts(database, "ProfileChanged")) == 1
    other = await ada.api.do("updateProfile", SHOWN, bio="Twice", clientMutationId="k1")
    assert other["__typename"] == "IdempotencyConflict"
    assert (await row_of(database, ada)).bio == "Once"


async def test_availability_holds_until_it_ends(people, database):
    ada = await people.join()
    until = datetime.now(UTC) + timedelta(hours=2)
    shown = await ada.api.done("setAvailability", TIME, status="EVENINGS", until=until.isoformat())
    assert shown["profile"]["availability"] == "EVENINGS"
    assert datetime.fromisoformat(shown["profile"]["availableUntil"]) == until
    async with database.write() as tx:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await tx.change(models.Profile, {"profile_id": ada.key}, available_until=past)
    seen = await ada.api.ask(f"{{ viewer {{ {TIME} }} }}")
    assert seen["viewer"]["profile"] == {"availability": None, "availableUntil": None}


async def test_availability_without_an_end_stays_and_can_be_taken_back(people):
    ada = await people.join()
    shown = await ada.api.done("setAvailability", TIME, status="NOW")
    assert shown["profile"] == {"availability": "NOW", "availableUntil": None}
    shown = await ada.api.done("setAvailability", TIME, status=None)
    assert shown["profile"] == {"availability": None, "availableUntil": None}


@pytest.mark.parametrize(
    "given",
    [
        {"status": "NOW", "until": "2020-01-01T00:00:00Z"},
        {"status": "NOW", "until": "2999-01-01T00:00:00Z"},
        {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
    ],
)
async def test_an_end_that_makes_no_sense_is_refused(people, database, given):
    ada = await people.join()
    before = await row_of(database, ada)
    answer = await ada.api.do("setAvailability", **given)
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == ["until"]
    assert await row_of(database, ada) == before


@pytest.mark.parametrize(
    "until", ["2030-01-01T00:00:00", "2030-01-01", "2030-13-01T00:00:00Z", "soon", 1893456000, ""]
)
async def test_a_moment_without_its_offset_is_no_moment(people, until):
    ada = await people.join()
    query = "mutation ($i: SetAvailabilityInput!) { setAvailability(input: $i) { __typename } }"
    answer = await ada.api.send(query, i={"status": "NOW", "until": until})
    assert answer.data is None
    assert "DateTime" in answer.errors[0]["message"]


async def test_the_known_terms_of_a_list_can_be_read(people):
    ada = await people.join()
    asked = await ada.api.ask("{ profileTerms(kind: GOAL) { key label } }")
    assert {"key": "friendship", "label": "Friendship"} in asked["profileTerms"]


async def test_matching_reads_all_it_asks_of_a_profile_in_one_statement(people, database):
    ada = await people.join(
        availability="now",
        available_until=datetime.now(UTC) - timedelta(seconds=1),
        preferences={"age_min": 30, "genders": ["man"], "active_within_days": 7},
    )
    bare = await people.join("Bare", onboarded=False)
    await ada.api.done(
        "setPrompts", prompts=[{"question": q, "answer": f"{q}!"} for q in ("b", "a", "c")]
    )
    for kind in ("dog", "cat", "dog"):
        await ada.api.done("addCompanion", kind=kind, name="Rex")
    rows = await database.fetch(profiles.index_rows, ids=[ada.key, bare.key])
    first, second = sorted(rows, key=lambda row: row.display_name == "Bare")
    assert first.prompts == [["b", "b!"], ["a", "a!"], ["c", "c!"]]
    assert first.companion_kinds == ["cat", "dog"]
    assert first.availability is None
    assert (first.age_min, first.age_max, first.genders) == (30, 120, ["man"])
    assert first.activity_within_days == 7
    assert first.is_discoverable
    assert (second.prompts, second.companion_kinds, second.is_discoverable) == ([], [], False)
    seen = await database.fetch(profiles.matching_rows, ids=[ada.key, bare.key], viewer_id=ada.key)
    assert [row.profile_id for row in seen] == [ada.key]

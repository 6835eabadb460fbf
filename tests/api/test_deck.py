"""The deck through the API: whom people are shown, in which order, and why."""

from datetime import UTC, date, datetime, timedelta

import pytest

from matching.embeddings import LocalEmbedder, ModelUnavailable
from persistence import models
from persistence.vectors import Vectors, VectorsUnavailable
from tests.support.towns import DECK, deck, shown


async def test_who_fits_best_comes_first_with_reasons_that_add_up_to_the_score(town):
    ada = await town.join(bio="I climb rocks every weekend.", interests=["climbing", "camping"])
    far = await town.join(bio="Opera and fine wine.", interests=["opera"], goals=["mentor"])
    near = await town.join(bio="Rock climbing is my life.", interests=["climbing", "camping"])
    nodes = (await deck(ada))["nodes"]
    assert [node["profile"]["id"] for node in nodes] == [near.id, far.id]
    assert nodes[0]["score"] > nodes[1]["score"]
    for node in nodes:
        assert 0 <= node["score"] <= 100
        points = [reason["contribution"] for reason in node["reasons"]]
        assert sum(points) == pytest.approx(node["score"] - 50, abs=1e-9)
        assert [abs(part) for part in points] == sorted(map(abs, points), reverse=True)
        assert all(reason["text"].endswith(".") for reason in node["reasons"])


async def test_both_of_a_pair_get_the_same_score_and_their_match_keeps_it(town):
    ada = await town.join(interests=["chess", "jazz"])
    bob = await town.join(interests=["chess"], bio="Chess and old films.")
    (seen_by_ada,), (seen_by_bob,) = (await deck(ada))["nodes"], (await deck(bob))["nodes"]
    assert seen_by_ada["score"] == pytest.approx(seen_by_bob["score"], abs=1e-6)
    await ada.api.done("likeProfile", profileId=bob.id)
    answer = await bob.api.done("likeProfile", "match { compatibilityScore }", profileId=ada.id)
    kept = answer["match"]["compatibilityScore"]
    assert kept == pytest.approx(seen_by_bob["score"], abs=0.1)


async def test_nobody_sees_themselves_or_anybody_on_whom_they_decided(town):
    ada, liked, passed, other = [await town.join() for _ in range(4)]
    await ada.api.done("likeProfile", profileId=liked.id)
    await ada.api.done("passProfile", profileId=passed.id)
    assert await shown(ada) == [other.id]
    assert set(await shown(liked)) == {ada.id, passed.id, other.id}
    assert set(await shown(passed)) == {ada.id, liked.id, other.id}


async def test_a_match_is_in_no_deck_and_neither_is_one_that_ended(town):
    ada, bob = await town.join(), await town.join()
    await ada.api.done("likeProfile", profileId=bob.id)
    match = (await bob.api.done("likeProfile", "match { id }", profileId=ada.id))["match"]
    for person in (ada, bob):
        assert await shown(person) == []
    await ada.api.done("unmatch", matchId=match["id"])
    for person in (ada, bob):
        assert await shown(person) == []


async def test_taking_a_decision_back_puts_the_person_back(town):
    ada, bob = await town.join(), await town.join()
    await ada.api.done("passProfile", profileId=bob.id)
    assert await shown(ada) == []
    await ada.api.done("undoDecision")
    assert await shown(ada) == [bob.id]
    await ada.api.done("likeProfile", profileId=bob.id)
    assert await shown(ada) == []
    await ada.api.done("unlikeProfile", profileId=bob.id)
    assert await shown(ada) == [bob.id]


async def test_who_likes_the_viewer_looks_like_everybody_else(town):
    ada, bob = await town.join(), await town.join()
    before = (await deck(ada))["nodes"]
    await bob.api.done("likeProfile", profileId=ada.id)
    after = (await deck(ada))["nodes"]
    assert [node["profile"] for node in after] == [node["profile"] for node in before]
    assert [[r["text"] for r in node["reasons"]] for node in after] == [
        [r["text"] for r in node["reasons"]] for node in before
    ]


@pytest.mark.parametrize("blocker", [0, 1])
async def test_blocked_people_are_in_each_others_deck_no_more(town, blocker):
    pair = await town.join(), await town.join()
    await pair[blocker].api.done("blockProfile", profileId=pair[1 - blocker].id)
    for person in pair:
        assert await shown(person) == []
    await pair[blocker].api.done("unblockProfile", profileId=pair[1 - blocker].id)
    for person, other in (pair, pair[::-1]):
        assert await shown(person) == [other.id]


async def test_who_may_not_be_shown_is_left_out_although_the_index_knows_them(town, database):
    ada, away, paused, bare, gone, other = [await town.join() for _ in range(6)]
    await paused.api.done("setPreferences", isDiscoverable=False)
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": away.key}, is_active=False)
        await tx.change(models.Profile, {"profile_id": bare.key}, onboarded_at=None)
        await tx.remove(models.Account, account_id=gone.key)
    assert await shown(ada) == [other.id]
    assert set(await shown(paused)) == {ada.id, other.id}


NOW = datetime.now(UTC)
YOUNG = {"birth_date": date(NOW.year - 25, 1, 1)}
OLD = {"birth_date": date(NOW.year - 60, 1, 1)}
POTSDAM = {"latitude": 52.39, "longitude": 13.06}
PARIS = {"latitude": 48.86, "longitude": 2.35}
WISHES = {
    "age_min": ({"age_min": 40}, OLD, YOUNG),
    "age_max": ({"age_max": 40}, YOUNG, OLD),
    "gender": ({"genders": ["man"]}, {"gender": "man"}, {"gender": "woman"}),
    "unknown gender": ({"genders": ["man"]}, {"gender": "man"}, {"gender": None}),
    "distance": ({"max_distance_km": 60.0}, POTSDAM, PARIS),
    "unknown place": ({"max_distance_km": 60.0}, POTSDAM, {"latitude": None, "longitude": None}),
    "activity": (
        {"active_within_days": 7},
        {"last_active_at": NOW - timedelta(days=6)},
        {"last_active_at": NOW - timedelta(days=8)},
    ),
    "goals": ({"goals_wanted": ["mentor"]}, {"goals": ["mentor"]}, {"goals": ["dating"]}),
    "languages": ({"languages_wanted": ["fr"]}, {"languages": ["de", "fr"]}, {"languages": ["de"]}),
}


@pytest.mark.parametrize(("wish", "suits", "fails"), WISHES.values(), ids=WISHES.keys())
async def test_a_deck_holds_who_is_within_what_both_want(town, wish, suits, fails):
    picky = await town.join(preferences=wish)
    suited, failing = await town.join(**suits), await town.join(**fails)
    assert await shown(picky) == [suited.id]
    assert set(await shown(suited)) == {picky.id, failing.id}
    assert await shown(failing) == [suited.id]


async def test_new_wishes_count_at_once_also_before_the_index_knows_them(town):
    ada = await town.join()
    young, old = await town.join(**YOUNG), await town.join(**OLD)
    await ada.api.done("setPreferences", ageMin=40)
    assert await shown(ada) == [old.id]
    await old.api.done("setPreferences", genders=["man"])
    assert await shown(ada) == []
    assert await shown(old) == []
    assert ada.id not in await shown(young)


async def test_the_deck_is_empty_until_onboarding_is_complete(town, people):
    await town.join()
    new = await people.join(onboarded=False)
    assert await deck(new) == {
        "totalCount": 0,
        "modelVersion": None,
        "edges": [],
        "nodes": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
    }


async def test_who_is_new_has_a_deck_before_the_index_knows_them(town, people):
    bob, ada = await town.join(), await people.join()
    assert await shown(ada) == [bob.id]
    assert await shown(bob) == []
    await town.embed(ada)
    assert await shown(bob) == [ada.id]


async def no_index(*_):
    raise VectorsUnavailable("The index is away.")


async def no_model(*_, **__):
    raise ModelUnavailable("The model is missing.")


async def test_without_the_index_the_newest_people_fill_the_deck(town, people, monkeypatch):
    ada, bob, eve = await town.join(), await people.join(), await people.join()
    man = await people.join(gender="man", preferences={"genders": ["man"]})
    await ada.api.done("passProfile", profileId=eve.id)
    monkeypatch.setattr(Vectors, "search_many", no_index)
    assert await shown(ada) == [bob.id]
    assert await shown(man) == []


async def test_without_the_model_the_deck_still_holds_who_suits(town, people, monkeypatch):
    bob, ada = await town.join(), await people.join()
    monkeypatch.setattr(LocalEmbedder, "embed", no_model)
    assert await shown(ada) == [bob.id]
    for name in ("search_many", "vector_of"):
        monkeypatch.setattr(Vectors, name, no_index)
    assert await shown(ada) == [bob.id]


async def test_pages_hold_everybody_once_in_one_order(town):
    ada = await town.join(interests=["chess", "jazz", "hiking"])
    for n in range(7):
        await town.join(interests=["chess", "jazz", "hiking"][: n % 4])
    whole = await deck(ada)
    assert whole["totalCount"] == 7
    assert [node["score"] for node in whole["nodes"]] == sorted(
        (node["score"] for node in whole["nodes"]), reverse=True
    )
    found, after = [], None
    for more in (True, True, False):
        page = await deck(ada, first=3, after=after)
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["hasNextPage"] is more
        assert page["totalCount"] == 7
    ids = [node["profile"]["id"] for node in whole["nodes"]]
    assert [node["profile"]["id"] for node in found] == ids


async def test_deciding_on_a_page_skips_nobody_of_the_next_one(town):
    ada = await town.join()
    for _ in range(5):
        await town.join()
    ids = await shown(ada)
    page = await deck(ada, first=2)
    for profile_id in ids[:3]:
        await ada.api.done("passProfile", profileId=profile_id)
    rest = await deck(ada, after=page["pageInfo"]["endCursor"])
    assert [node["profile"]["id"] for node in rest["nodes"]] == ids[3:]


async def test_the_size_and_the_cursor_of_a_page_are_checked_all_at_once(town):
    ada, bob = await town.join(), await town.join()
    await ada.api.done("passProfile", profileId=bob.id)
    query = "{ viewer { passesGiven { pageInfo { endCursor } } } }"
    foreign = (await ada.api.ask(query))["viewer"]["passesGiven"]["pageInfo"]["endCursor"]
    for page, wrong in (
        ({"first": 0}, ["first"]),
        ({"first": -1}, ["first"]),
        ({"first": 101, "after": "x"}, ["first", "after"]),
        ({"after": foreign}, ["after"]),
        ({"after": ""}, ["after"]),
        ({"after": "💥"}, ["after"]),
    ):
        answer = await ada.api.send(DECK, **page)
        assert answer.codes == ["INVALID_INPUT"], page
        assert [f["path"] for f in answer.errors[0]["extensions"]["fields"]] == wrong


@pytest.mark.parametrize("page", [{"first": "3"}, {"first": 1.5}, {"first": 2**31}, {"after": 1}])
async def test_arguments_of_wrong_types_are_bad_requests(people, page):
    ada = await people.join()
    assert (await ada.api.send(DECK, **page)).codes == ["BAD_REQUEST"]


async def test_who_is_signed_out_has_no_deck(api):
    assert await api.ask(DECK) == {"viewer": None}

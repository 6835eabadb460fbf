"""The feed by relevance: its order, its reasons, what is hidden, and less of what is unwanted."""

from datetime import timedelta

import pytest

from matching import feeds
from matching.contents import index_contents
from persistence import models
from persistence.contents import ContentKind
from persistence.frozen import connect
from persistence.vectors import VectorsUnavailable
from tests.support.contents import unchanged
from tests.support.conversations import matched
from tests.support.statements import statements_of
from workers.feeds import erase_feed

FEED = """
query ($first: Int, $after: String) {
  viewer { feed(order: RELEVANT, first: $first, after: $after) {
    totalCount edges { cursor node { id content } reason { kind text } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } } }
"""
LESS = "showLess", "post { id }"
AGAIN = "undoShowLess", "post { id }"


async def share(person, content, **given):
    return (await person.api.done("createPost", "post { id }", content=content, **given))["post"][
        "id"
    ]


async def page(person, **asked):
    return (await person.api.ask(FEED, **asked))["viewer"]["feed"]


async def contents(person, **asked):
    return [edge["node"]["content"] for edge in (await page(person, **asked))["edges"]]


async def reasons(person):
    edges = (await page(person))["edges"]
    return {edge["node"]["content"]: edge["reason"]["kind"] for edge in edges}


@pytest.fixture(autouse=True)
async def _fresh(services, monkeypatch):
    """Keep feeds of no earlier test, and make a new one whenever something has changed."""
    await services.feeds._redis.flushdb()
    monkeypatch.setattr("resolvers.feed._NEW_FOR", timedelta(days=-1))


@pytest.fixture
async def circle(people, database):
    """Ada, who has matched with Bob and follows Eve; and Dan, whom she does not know."""
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    await matched(database, ada.key, bob.key)
    await ada.api.done("followProfile", profileId=eve.id)
    return ada, bob, eve, dan


async def test_who_is_closer_comes_first_and_reasons_say_why(circle):
    ada, bob, eve, dan = circle
    for person, content in ((bob, "b"), (dan, "d"), (eve, "e"), (ada, "a")):
        await share(person, content)
    assert await contents(ada) == ["b", "e", "a"]
    assert await reasons(ada) == {"b": "MATCH", "e": "FOLLOW", "a": "OWN"}
    await eve.api.done("followProfile", profileId=ada.id)
    await ada.api.done("setNotificationPreferences", language="de")
    (first, *_) = (await page(ada))["edges"]
    assert first["reason"]["text"] == "Ihr habt ein Match."


async def test_posts_of_strangers_that_are_near_to_the_reader_are_found(town, services, database):
    ada, dan, eve = [await town.join(name, bio="sailing boats") for name in ("Ada", "Dan", "Eve")]
    for person, given in ((dan, {}), (eve, {}), (eve, {"audience": "FOLLOWERS"})):
        await share(person, "sailing boats", **given)
    await share(ada, "a")
    async with database.write() as tx:
        keys = [row["post_id"] for row in await tx.connection.fetch("SELECT post_id FROM posts")]
    await index_contents(database, services.vectors, services.embedder, ContentKind.POST, keys)
    assert await reasons(ada) == {"sailing boats": "SIMILAR", "a": "OWN"}
    assert len(await contents(ada)) == 3
    await ada.api.done("blockProfile", profileId=dan.id)
    assert sorted(await contents(ada)) == ["a", "sailing boats"]
    async with database.write() as tx:
        await tx.change(models.Preferences, {"profile_id": eve.key}, is_discoverable=False)
    await share(ada, "b")
    assert sorted(await contents(ada)) == ["a", "b"], "who hides from searches is not recommended"
    await services.vectors.contents.drop_version()


def test_one_stranger_does_not_take_all_places():
    rows = [{"author_id": author, "place": place} for place, author in enumerate("aaaabac")]
    assert [row["place"] for row in feeds._few_by_each(rows)] == [0, 1, 4, 6]


async def test_what_is_for_others_only_changes_no_order(circle):
    ada, bob, _, _ = circle
    await share(bob, "b")
    before = await page(ada)
    await share(bob, "for others", audience="FOLLOWERS")
    assert await page(ada) == before


async def test_ones_own_choices_are_heeded_in_a_feed_just_made(circle, monkeypatch):
    ada, bob, eve, _ = circle
    monkeypatch.setattr("resolvers.feed._NEW_FOR", timedelta(days=1))
    post = await share(bob, "b")
    await share(eve, "e")
    assert await contents(ada) == ["b", "e"]
    await share(eve, "more")
    assert await contents(ada) == ["b", "e"]
    await ada.api.done(*LESS, postId=post, of="AUTHOR")
    assert sorted((await contents(ada))[:2]) == ["e", "more"]
    await share(ada, "mine")
    assert "mine" in await contents(ada)


async def test_a_new_post_is_there_at_once_and_old_pages_go_on(circle):
    ada, bob, eve, _ = circle
    for n in range(5):
        await share(bob, str(n))
    first = await page(ada, first=2)
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "endCursor": first["edges"][-1]["cursor"],
    }
    await share(eve, "new")
    rest = await page(ada, after=first["pageInfo"]["endCursor"])
    both = [edge["node"]["content"] for edge in (*first["edges"], *rest["edges"])]
    assert sorted(both) == ["0", "1", "2", "3", "4"]
    assert rest["totalCount"] == 5
    assert "new" in await contents(ada)


async def test_what_was_handed_out_sinks(circle, services):
    ada, bob, _, _ = circle
    for n in range(3):
        await share(bob, str(n))
    assert await contents(ada, first=1) == ["2"]
    await services.feeds.noted()
    assert await contents(ada, first=1) == ["2"], "the order stays while nothing changes"
    await share(ada, "mine")
    assert (await contents(ada))[-1] == "2"


@pytest.mark.parametrize("by_viewer", [True, False])
async def test_hidden_people_leave_also_a_feed_that_is_paged_through(circle, database, by_viewer):
    ada, bob, eve, _ = circle
    for n in range(2):
        await share(eve, f"e{n}")
        await share(bob, f"b{n}")
    first = await page(ada, first=1)
    blocker, blocked = (ada, bob) if by_viewer else (bob, ada)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=blocker.key, blocked_id=blocked.key)
    assert sorted(await contents(ada, after=first["pageInfo"]["endCursor"])) == ["e0", "e1"]
    assert sorted(await contents(ada)) == ["e0", "e1"]
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": eve.key}, is_active=False)
    assert await contents(ada, after=first["pageInfo"]["endCursor"]) == []
    assert await page(ada) == {
        "totalCount": 0,
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None},
    }


async def test_circles_of_posts_are_kept(circle):
    ada, bob, eve, _ = circle
    for person, name in ((bob, "Bob"), (eve, "Eve")):
        for audience in ("FOLLOWERS", "MATCHES"):
            await share(person, f"{name} {audience}", audience=audience)
    assert await contents(ada) == ["Bob MATCHES", "Eve FOLLOWERS"]
    await ada.api.done("unfollowProfile", profileId=eve.id)
    assert await contents(ada) == ["Bob MATCHES"]


async def test_less_by_an_author_until_it_is_taken_back(circle, database):
    ada, bob, eve, _ = circle
    post = await share(bob, "b")
    await share(eve, "e")
    assert await contents(ada) == ["b", "e"]
    for _ in range(2):
        assert (await ada.api.done(*LESS, postId=post, of="AUTHOR"))["post"]["id"] == post
    assert await contents(ada) == ["e", "b"]
    async with unchanged(database):
        await ada.api.done(*AGAIN, postId=post, of="TOPIC")
    for _ in range(2):
        await ada.api.done(*AGAIN, postId=post, of="AUTHOR")
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM authors_shown_less") == 0


async def test_less_of_a_topic_by_whomever(town, services, database):
    ada, bob, eve = [await town.join(name, bio="chess") for name in ("Ada", "Bob", "Eve")]
    for person in (bob, eve):
        await ada.api.done("followProfile", profileId=person.id)
    about = [
        await share(person, content)
        for person, content in (
            (eve, "chess and rooks"),
            (eve, "baking sourdough bread"),
            (bob, "chess and kings"),
        )
    ]
    keys = [row["post_id"] for row in await all_posts(database)]
    await index_contents(database, services.vectors, services.embedder, ContentKind.POST, keys)
    assert (await contents(ada))[-1] == "baking sourdough bread"
    await ada.api.done(*LESS, postId=about[0])
    assert (await contents(ada))[0] == "baking sourdough bread"
    await services.vectors.contents.drop_version()


async def all_posts(database):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT post_id FROM posts")


async def test_less_of_what_is_hidden_gone_or_ones_own_is_refused(circle, database):
    ada, bob, _, dan = circle
    own, closed = await share(ada, "a"), await share(dan, "d", audience="FOLLOWERS")
    gone = await share(bob, "b")
    await bob.api.done("deletePost", postId=gone)
    async with unchanged(database):
        for mutation, selection in (LESS, AGAIN):
            for post in (closed, gone):
                answer = await ada.api.do(mutation, selection, postId=post, of="AUTHOR")
                assert answer["__typename"] == "NotFound"
        assert (await ada.api.do(*LESS, postId=own))["code"] == "OWN_POST"


async def test_a_ranked_feed_is_read_forwards_by_its_own_cursors(circle):
    ada, bob, _, _ = circle
    await share(bob, "b")
    latest = "{ viewer { feed { pageInfo { endCursor } } } }"
    foreign = (await ada.api.ask(latest))["viewer"]["feed"]["pageInfo"]["endCursor"]
    own = (await page(bob))["pageInfo"]["endCursor"]
    for after in (foreign, own, "", "a" * 10_000):
        answer = await ada.api.send(FEED, after=after)
        assert answer.codes == ["INVALID_INPUT"]
        assert [f["path"] for f in answer.errors[0]["extensions"]["fields"]] == ["after"]
    for first in (0, 101):
        assert (await ada.api.send(FEED, first=first)).codes == ["INVALID_INPUT"]
    backward = "{ viewer { feed(order: RELEVANT, last: 2) { nodes { id } } } }"
    assert (await ada.api.send(backward)).codes == ["INVALID_INPUT"]


async def test_without_the_index_the_circle_is_ranked(circle, monkeypatch):
    ada, bob, _, _ = circle

    async def away(*_, **__):
        raise VectorsUnavailable("Qdrant is away.")

    monkeypatch.setattr("persistence.contents._Collections.ask", away)
    post = await share(bob, "b")
    await ada.api.done(*LESS, postId=post)
    assert await contents(ada) == ["b"]


async def test_it_is_told_where_a_feed_was_found(circle, services):
    ada, bob, _, _ = circle
    await share(bob, "b")
    found = []
    for forgets in (False, False, True):
        if forgets:
            services.feeds._near.drop(ada.key)
        found.append((await ada.api.send(FEED)).extensions["cache"]["feed"])
    assert (found[0], found[2]) == ("built", "l2")
    assert found[1] in {"l1", "l2"}


async def test_without_redis_the_feed_is_built_and_paged_through(circle, services, monkeypatch):
    ada, bob, _, _ = circle
    for n in range(3):
        await share(bob, str(n))
    async with connect("redis://127.0.0.1:1") as away:
        monkeypatch.setattr(services.feeds, "_redis", away)
        monkeypatch.setattr(services.feeds._shelf, "_redis", away)
        # Put back afterwards, so that nobody else is told to wait.
        monkeypatch.setattr(services.feeds, "_paused_until", 0.0)
        monkeypatch.setattr(services.feeds._shelf, "_paused_until", 0.0)
        first = await page(ada, first=2)
        rest = await page(ada, after=first["pageInfo"]["endCursor"])
        await services.feeds.noted()
    both = [edge["node"]["content"] for edge in (*first["edges"], *rest["edges"])]
    assert sorted(both) == ["0", "1", "2"]


async def test_a_deleted_account_leaves_nothing_in_redis(circle, services):
    ada, bob, _, _ = circle
    await share(bob, "b")
    await page(ada)
    await services.feeds.noted()
    redis = services.feeds._redis
    assert len([key async for key in redis.scan_iter(f"kith:feed:*{ada.key}*")]) == 2
    await erase_feed.job(services, "", {"account_id": str(ada.key)})
    assert [key async for key in redis.scan_iter(f"kith:feed:*{ada.key}*")] == []


async def test_a_page_takes_as_many_statements_however_much_there_is(people, database):
    ada, counts = await people.join(), []
    for size in (1, 4):
        for _ in range(size):
            friend = await people.join()
            await matched(database, ada.key, friend.key)
            await share(friend, "1")
            await share(friend, "2")
        await page(ada)
        nodes = "{ viewer { feed(order: RELEVANT) { nodes { content } } } }"
        counts.append(len(await statements_of(ada.api.ask(nodes))))
    assert counts[0] == counts[1]


async def test_people_and_posts_are_discovered_side_by_side(town):
    ada, bob, _ = [await town.join(name) for name in ("Ada", "Bob", "Dan")]
    await ada.api.done("followProfile", profileId=bob.id)
    await share(bob, "b")
    asked = """{ viewer { discover {
      people(first: 2) { nodes { profile { displayName } } }
      posts(first: 2) { nodes { content } edges { reason { kind } } } } } }"""
    found = (await ada.api.ask(asked))["viewer"]["discover"]
    assert found["posts"] == {
        "nodes": [{"content": "b"}],
        "edges": [{"reason": {"kind": "FOLLOW"}}],
    }
    assert "Dan" in [node["profile"]["displayName"] for node in found["people"]["nodes"]]

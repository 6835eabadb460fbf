"""The feed through the API: posts of matches and one's own, newest first."""

import gc

import pytest

from persistence import models
from persistence.rows import row_class
from resolvers.context import Context
from tests.support.conversations import matched
from tests.support.statements import statements_of

FEED = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  viewer { feed(first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { content author { displayName } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }
"""

_POST = row_class(models.Post)


async def share(person, *contents):
    for content in contents:
        await person.api.done("createPost", content=content)


async def feed(person, **page):
    return (await person.api.ask(FEED, **page))["viewer"]["feed"]


async def contents(person, **page):
    return [post["content"] for post in (await feed(person, **page))["nodes"]]


@pytest.fixture
async def circle(people, database):
    """Ada, who has matched with Bob and with Eve; and Dan, who has matched with nobody."""
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    await matched(database, ada.key, bob.key)
    await matched(database, eve.key, ada.key)
    return ada, bob, eve, dan


async def test_the_feed_holds_posts_of_matches_and_ones_own_newest_first(circle):
    ada, bob, eve, dan = circle
    for person, content in ((bob, "b1"), (ada, "a1"), (dan, "d1"), (eve, "e1"), (bob, "b2")):
        await share(person, content)
    seen = await feed(ada)
    assert [(p["content"], p["author"]["displayName"]) for p in seen["nodes"]] == [
        ("b2", "Bob"),
        ("e1", "Eve"),
        ("a1", "Ada"),
        ("b1", "Bob"),
    ]
    assert seen["totalCount"] == 4
    assert await contents(bob) == ["b2", "a1", "b1"]
    assert await contents(eve) == ["e1", "a1"]
    assert await contents(dan) == ["d1"]


async def test_the_feed_is_paged_in_both_directions_while_new_posts_come(circle):
    ada, bob, eve, _ = circle
    for n, person in enumerate((ada, bob, eve, ada, bob, eve)):
        await share(person, str(n))
    first = await feed(ada, first=2)
    assert [post["content"] for post in first["nodes"]] == ["5", "4"]
    assert first["pageInfo"]["hasNextPage"]
    await share(bob, "6")
    second = await feed(ada, first=2, after=first["pageInfo"]["endCursor"])
    assert [post["content"] for post in second["nodes"]] == ["3", "2"]
    rest = await feed(ada, after=second["pageInfo"]["endCursor"])
    assert [post["content"] for post in rest["nodes"]] == ["1", "0"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert await contents(ada, last=5, before=first["pageInfo"]["startCursor"]) == ["6"]
    assert rest["totalCount"] == 7


async def test_an_ended_match_leaves_the_feed_also_if_it_is_made_anew(circle, database):
    ada, bob, _, _ = circle
    await share(bob, "b")
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE matches SET ended_at = now() WHERE $1 IN (first_id, second_id)", bob.key
        )
    assert await contents(ada) == []
    await matched(database, ada.key, bob.key)
    assert await contents(ada) == ["b"]


@pytest.mark.parametrize("by_viewer", [True, False])
async def test_hidden_people_are_not_in_the_feed(circle, database, by_viewer):
    ada, bob, eve, _ = circle
    await share(bob, "b")
    await share(eve, "e")
    blocker, blocked = (ada, bob) if by_viewer else (bob, ada)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=blocker.key, blocked_id=blocked.key)
    assert await contents(ada) == ["e"]
    assert (await feed(ada))["totalCount"] == 1
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": eve.key}, is_active=False)
    assert await contents(ada) == []


async def test_a_deleted_post_leaves_the_feed(circle):
    ada, bob, _, _ = circle
    post = (await bob.api.done("createPost", "post { id }", content="oops"))["post"]
    assert await contents(ada) == ["oops"]
    await bob.api.done("deletePost", postId=post["id"])
    assert await contents(ada) == []


async def test_the_cursor_of_another_list_is_refused(circle):
    ada, _, _, _ = circle
    await share(ada, "a")
    query = "query ($id: ID!) { profile(id: $id) { posts { pageInfo { endCursor } } } }"
    page = (await ada.api.ask(query, id=ada.id))["profile"]["posts"]["pageInfo"]
    for after in (page["endCursor"], "💥", "", "\x00", page["endCursor"][:-1], "a" * 10_000):
        answer = await ada.api.send(FEED, after=after)
        assert answer.codes == ["INVALID_INPUT"]
        assert [f["path"] for f in answer.errors[0]["extensions"]["fields"]] == ["after"]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_the_size_of_a_page_is_bounded(people, first):
    assert (await (await people.join()).api.send(FEED, first=first)).codes == ["INVALID_INPUT"]


async def test_the_feed_is_one_statement_however_many_posts_and_matches(people, database):
    ada = await people.join()
    counts = []
    for size in (1, 4):
        for _ in range(size):
            friend = await people.join()
            await matched(database, ada.key, friend.key)
            await share(friend, "1", "2")
        ran = await statements_of(ada.api.ask("{ viewer { feed { nodes { content } } } }"))
        counts.append(sum("FROM posts" in text for text in ran))
    assert counts == [1, 1]


async def test_who_is_signed_out_has_no_feed(api):
    assert await api.ask(FEED) == {"viewer": None}


async def test_the_feed_holds_posts_of_whom_one_follows_each_once(circle):
    ada, bob, _, dan = circle
    for person in (bob, dan):
        await ada.api.done("followProfile", profileId=person.id)
    await share(dan, "d1")
    await share(bob, "b1")
    for audience in ("FOLLOWERS", "MATCHES"):
        for person in (bob, dan):
            name = f"{person is dan} {audience}"
            await person.api.done("createPost", content=name, audience=audience)
    seen = await feed(ada)
    texts = [post["content"] for post in seen["nodes"]]
    assert texts == ["False MATCHES", "True FOLLOWERS", "False FOLLOWERS", "b1", "d1"]
    assert seen["totalCount"] == 5
    await ada.api.done("unfollowProfile", profileId=dan.id)
    assert await contents(ada) == ["False MATCHES", "False FOLLOWERS", "b1"]


async def test_all_that_was_loaded_is_freed_with_the_answer_without_the_garbage_collector(circle):
    ada, bob, _, _ = circle
    await share(bob, "b1", "b2")
    await feed(ada)  # what is made once for each document may take it
    gc.collect()
    gc.disable()
    try:
        await feed(ada)
        loaded = [each for each in gc.get_objects() if type(each) in {Context, _POST}]
    finally:
        gc.enable()
    assert loaded == []

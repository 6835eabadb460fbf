"""Feeds as properties: whatever happens while somebody pages, no post comes twice, none that stays
readable is left out, and what is hidden is not shown (M10)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persistence import models
from resolvers import feed as resolvers
from resolvers import ids
from tests.support.conversations import matched

FEED = """
query ($order: FeedOrder!, $first: Int, $after: String) {
  viewer { feed(order: $order, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor } } } }
"""
ACTS = st.sampled_from(["share", "delete", "block", "hide", "less", "restart"])
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 99)), max_size=4)
SHARES = st.lists(st.integers(0, 2), min_size=4, max_size=8)
IS_NIGHTLY = settings.get_current_profile_name() == "nightly"


class World:
    """A reader, three friends of theirs, and what these share."""

    def __init__(self, services, people):
        self.services, self.people = services, people

    async def begin(self, shares):
        async with self.services.database.write() as tx:
            await tx.connection.execute("TRUNCATE accounts CASCADE")
        self.reader, *self.friends = [await self.people.join() for _ in range(4)]
        self.posts, self.hidden, self.suspended = {}, set(), set()
        for friend in self.friends:
            await matched(self.services.database, self.reader.key, friend.key)
        for who in shares:
            await self.share(who)

    async def share(self, number):
        friend = self.friends[number % 3]
        async with self.services.database.write() as tx:
            post = await tx.add(models.Post, author_id=friend.key, content=f"{number}")
        self.posts[ids.encode("Post", post.post_id)] = post

    async def delete(self, number):
        post = list(self.posts.values())[number % len(self.posts)]
        async with self.services.database.write() as tx:
            await tx.remove(models.Post, post_id=post.post_id)
        self.hidden.add(ids.encode("Post", post.post_id))

    async def block(self, number):
        friend = self.friends[number % 3]
        # Who is suspended does nothing any more.
        if friend.key not in self.suspended:
            await friend.api.do("blockProfile", profileId=self.reader.id)
            self._hide(friend)

    async def hide(self, number):
        friend = self.friends[number % 3]
        async with self.services.database.write() as tx:
            await tx.change(models.Account, {"account_id": friend.key}, is_active=False)
        self.suspended.add(friend.key)
        self._hide(friend)

    async def less(self, number):
        post = list(self.posts)[number % len(self.posts)]
        await self.reader.api.do("showLess", postId=post, of="AUTHOR")

    async def restart(self, _):
        self.services.feeds._near.drop(self.reader.key)
        await self.page("RELEVANT", None)

    async def page(self, order, after):
        asked = {"order": order, "first": 2, "after": after}
        return (await self.reader.api.ask(FEED, **asked))["viewer"]["feed"]

    def _hide(self, friend):
        self.hidden |= {key for key, post in self.posts.items() if post.author_id == friend.key}


@pytest.fixture
def world(services, people, monkeypatch):
    # However quickly something happens, who begins anew gets a new feed.
    monkeypatch.setattr(resolvers, "_NEW_FOR", timedelta(days=-1))
    return World(services, people)


@pytest.mark.parametrize("order", ["LATEST", "RELEVANT"])
@settings(
    max_examples=60 if IS_NIGHTLY else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shares=SHARES, steps=STEPS)
async def test_pages_of_a_changing_feed_neither_repeat_nor_skip(world, order, shares, steps):
    await world.begin(shares)
    wanted, seen, after, script = set(world.posts), [], None, iter(steps)
    while True:
        page = await world.page(order, after)
        shown = [node["id"] for node in page["nodes"]]
        assert not world.hidden & set(shown)
        seen += shown
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        if (step := next(script, None)) is not None:
            await getattr(world, step[0])(step[1])
    assert len(seen) == len(set(seen))
    assert wanted - world.hidden <= set(seen) <= wanted

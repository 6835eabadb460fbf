"""Posts: histories that equal a list, in profiles and feeds, and deletions at once."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataloaders import feed
from dataloaders import posts as loading
from dataloaders.reader import Reader
from domain import posts, texts
from domain.refusals import InvalidInput, NotAllowed
from persistence.pages import CursorCodec
from tests.support.conversations import matched


async def create(database, person, content):
    async with database.write() as tx:
        return await posts.create_post(tx, person.viewer, content=content)


async def delete(database, person, post_id):
    async with database.write() as tx:
        await posts.delete_post(tx, person.viewer, post_id=post_id)


def reader_of(database, person):
    return Reader(database=database, cursors=CursorCodec(b"0" * 32), viewer=person.viewer)


async def walked(database, person, listing, owner):
    """The contents of a whole list, read in pages of two."""
    found, after = [], None
    while True:
        reader = reader_of(database, person)
        page = await reader.load(listing, owner.key, first=2, after=after)
        found += [row.content for row in page.rows]
        if not page.page.has_next:
            return found
        after = page.cursor_of(page.rows[-1])


# Who acts, and which of the posts that are there they try to delete, or None to share one.
ACTS = st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 5)), max_size=15)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_profiles_and_feeds_equal_a_list_after_any_history(database, people, acts):
    """The first has matched with the second and the third, the fourth with nobody."""
    crowd = [await people.join() for _ in range(4)]
    for friend in crowd[1:3]:
        await matched(database, crowd[0].key, friend.key)
    circles = [{0, 1, 2}, {0, 1}, {0, 2}, {3}]
    shared = []
    for n, (who, victim) in enumerate(acts):
        if victim is None:
            row = await create(database, crowd[who], str(n))
            shared.insert(0, (who, row))
        elif victim < len(shared):
            author, row = shared[victim]
            if author == who:
                await delete(database, crowd[who], row.post_id)
                del shared[victim]
            else:
                with pytest.raises(NotAllowed):
                    await delete(database, crowd[who], row.post_id)
    for who, person in enumerate(crowd):
        own = [row.content for author, row in shared if author == who]
        assert await walked(database, crowd[0], loading.of_author, person) == own
        around = [row.content for author, row in shared if author in circles[who]]
        assert await walked(database, person, feed.of_viewer, person) == around


async def test_the_feed_of_somebody_else_is_empty(database, people):
    ada, bob = await people.join(), await people.join()
    await matched(database, ada.key, bob.key)
    await create(database, bob, "for Ada")
    page = await reader_of(database, bob).load(feed.of_viewer, ada.key)
    assert page.rows == []


async def test_of_many_deletions_at_once_one_succeeds(database, people):
    ada = await people.join()
    post = await create(database, ada, "Hello")
    outcomes = await asyncio.gather(
        *(delete(database, ada, post.post_id) for _ in range(8)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["NotFound"] * 7
    async with database.write() as tx:
        kinds = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    assert [row["kind"] for row in kinds] == ["PostCreated", "PostDeleted"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.text(max_size=60))
async def test_any_text_is_kept_clean_or_refused(database, people, content):
    ada = await people.join()
    kept = texts.clean(content, lines=True)
    if kept:
        assert (await create(database, ada, content)).content == kept
    else:
        with pytest.raises(InvalidInput):
            await create(database, ada, content)
    assert await walked(database, ada, loading.of_author, ada) == ([kept] if kept else [])

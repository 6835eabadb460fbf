"""What people do about posts while somebody concerned deletes their account: nobody is aborted."""

import asyncio

import pytest

from domain import accounts, comments, feed, posts
from domain.feed import LessOf
from domain.refusals import NotFound
from persistence import models

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def show_less(tx, ada, post, _comment):
    await feed.show_less(tx, ada, post_id=post, of=LessOf.AUTHOR)


async def undo_show_less(tx, ada, post, _comment):
    await feed.undo_show_less(tx, ada, post_id=post, of=LessOf.AUTHOR)


async def add_comment(tx, ada, post, _comment):
    await comments.add_comment(tx, ada, post_id=post, content="Well, @bob_races")


async def edit_comment(tx, ada, _post, comment):
    await comments.edit_comment(tx, ada, comment_id=comment, content="No, @bob_races")


async def edit_post(tx, ada, post, _comment):
    await posts.edit_post(tx, ada, post_id=post, content="Hello again, @bob_races")


@pytest.mark.parametrize(
    ("verb", "author"),
    [
        (show_less, "Bob"),
        (undo_show_less, "Bob"),
        (add_comment, "Bob"),
        (edit_comment, "Ada"),
        (edit_post, "Ada"),
    ],
)
async def test_a_deletion_that_has_begun_is_waited_for(people, database, verb, author):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    async with database.write() as tx:
        await tx.add(models.Handle, handle="bob_races", profile_id=bob.key)
        writer = (bob if author == "Bob" else ada).viewer
        post = await posts.create_post(tx, writer, content="Hello, @bob_races")
        said = {"post_id": post.post_id, "content": "Yes, @bob_races"}
        comment = await comments.add_comment(tx, ada.viewer, **said)
        if verb is undo_show_less:
            await show_less(tx, ada.viewer, post.post_id, None)

    async def act():
        async with database.write() as tx:
            await verb(tx, ada.viewer, post.post_id, comment.comment_id)

    async with asyncio.timeout(30), database.write() as leaving:
        await leaving.get(models.Profile, lock=True, profile_id=bob.key)
        acting = asyncio.create_task(act())
        async with database.write() as other:
            while not await other.connection.fetchval(WAITING):
                assert not acting.done()
                await asyncio.sleep(0.01)
        await accounts.delete_account(leaving, bob.viewer)
    if author == "Bob":
        with pytest.raises(NotFound):
            await acting
    else:
        await acting

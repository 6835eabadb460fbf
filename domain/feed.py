"""The feed: what readers want to see less of, and again."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import mentions
from domain.facts import Fact
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import feed as queries
from persistence.queries import posts
from persistence.rows import Row
from persistence.transaction import Transaction


class LessOf(StrEnum):
    """Of what a reader wants to see less."""

    AUTHOR = "author"
    TOPIC = "topic"


@dataclass(frozen=True, kw_only=True)
class PostShownLess(Fact):
    """Somebody wants to see less by the author of a post, or of its topic."""

    post_id: UUID
    viewer_id: UUID
    of: LessOf


@dataclass(frozen=True, kw_only=True)
class PostShownAgain(Fact):
    """Somebody does not want to see less of that any more."""

    post_id: UUID
    viewer_id: UUID
    of: LessOf


async def show_less(tx: Transaction, viewer: Viewer, *, post_id: UUID, of: LessOf) -> Row:
    """Want to see less by the author of a post, or of its topic; saying so again changes nothing.

    The author and the post are held to the commit, so that neither goes meanwhile.

    Returns:
        The post.

    Raises:
        NotFound: there is no such post for the viewer.
        NotAllowed: it is the viewer's own.
    """
    post, me = await _held(tx, viewer, post_id), viewer.profile_id
    if post.author_id == me:
        raise NotAllowed("OWN_POST", "This is your own post.")
    if of is LessOf.AUTHOR:
        new = await tx.one(queries.show_author_less, viewer_id=me, author_id=post.author_id)
    else:
        new = await tx.one(queries.show_topic_less, viewer_id=me, post_id=post_id)
    if new is not None:
        tx.record(PostShownLess(post_id=post_id, viewer_id=me, of=of))
    return post


async def undo_show_less(tx: Transaction, viewer: Viewer, *, post_id: UUID, of: LessOf) -> Row:
    """Take back that one wants to see less; where nothing was said, nothing changes.

    Returns:
        The post.

    Raises:
        NotFound: there is no such post for the viewer.
    """
    post, me = await _held(tx, viewer, post_id), viewer.profile_id
    if of is LessOf.AUTHOR:
        gone = await tx.remove(models.AuthorShownLess, viewer_id=me, author_id=post.author_id)
    else:
        gone = await tx.remove(models.TopicShownLess, viewer_id=me, post_id=post_id)
    if gone:
        tx.record(PostShownAgain(post_id=post_id, viewer_id=me, of=of))
    return post


async def _held(tx: Transaction, viewer: Viewer, post_id: UUID) -> Row:
    await mentions.hold_people(tx, viewer, post_id=post_id)
    post = await tx.one(posts.hold_for_comment, post_id=post_id, viewer_id=viewer.profile_id)
    if post is None:
        raise NotFound("Post")
    return post

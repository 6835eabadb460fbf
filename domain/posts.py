"""Posts: what people share, and with whom."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import texts
from domain.facts import Fact
from domain.refusals import InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import posts as queries
from persistence.rows import Row
from persistence.transaction import Transaction

CONTENT_LENGTH = 5_000
"""The most characters of a post."""


class PostAudience(StrEnum):
    """For whom of those who may see its author a post is."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MATCHES = "matches"


@dataclass(frozen=True, kw_only=True)
class PostCreated(Fact):
    """Somebody shared something."""

    post_id: UUID
    author_id: UUID


@dataclass(frozen=True, kw_only=True)
class PostEdited(Fact):
    """An author changed a post, or for whom it is."""

    post_id: UUID
    author_id: UUID


@dataclass(frozen=True, kw_only=True)
class PostDeleted(Fact):
    """An author took a post back."""

    post_id: UUID
    author_id: UUID


def content_of(content: str, *, most: int = CONTENT_LENGTH) -> str:
    """Give the text of a post, or of what is said to it, as it is kept.

    Args:
        content: as it was written.
        most: the most characters.

    Raises:
        InvalidInput: nothing is left of it, or it is too long.
    """
    content = texts.clean(content, lines=True)
    if problems := texts.length_problems("content", content, least=1, most=most):
        raise InvalidInput(problems)
    return content


async def create_post(
    tx: Transaction,
    viewer: Viewer,
    *,
    content: str,
    audience: PostAudience = PostAudience.EVERYONE,
) -> Row:
    """Share a text.

    Args:
        tx: the transaction.
        viewer: the author.
        content: 1 to 5,000 characters.
        audience: for whom it is.

    Returns:
        The post.

    Raises:
        InvalidInput: the text is empty or too long.
    """
    me = viewer.profile_id
    post = await tx.add(
        models.Post, author_id=me, content=content_of(content), audience=audience.value
    )
    tx.record(PostCreated(post_id=post.post_id, author_id=me))
    return post


async def edit_post(
    tx: Transaction,
    viewer: Viewer,
    *,
    post_id: UUID,
    content: str | None = None,
    audience: PostAudience | None = None,
) -> Row:
    """Change the text of one's own post, or for whom it is; what is None stays.

    The post's row is locked until the commit; what it said before is kept for moderation. To say
    the same again changes nothing. What others said in a circle stays in it.

    Args:
        tx: the transaction.
        viewer: the author.
        post_id: the post.
        content: 1 to 5,000 characters.
        audience: for whom it is.

    Returns:
        The post.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: there is no such post for the viewer.
        NotAllowed: somebody else wrote it, or others have commented it or reacted to it for
            another circle.
    """
    wanted = {
        "content": None if content is None else content_of(content),
        "audience": None if audience is None else audience.value,
    }
    post = await _hold_own(tx, viewer, post_id)
    changes: dict[str, Any] = {
        name: value for name, value in wanted.items() if value not in {None, post[name]}
    }
    if not changes:
        return post
    if "audience" in changes:
        await _keep_circle(tx, viewer, post)
    now = datetime.now(UTC)
    if "content" in changes:
        await tx.add(models.PostVersion, post_id=post_id, content=post.content)
        changes["edited_at"] = now
    tx.record(PostEdited(post_id=post_id, author_id=viewer.profile_id))
    edited = await tx.change(models.Post, {"post_id": post_id}, **changes, updated_at=now)
    return edited or post


async def delete_post(tx: Transaction, viewer: Viewer, *, post_id: UUID) -> None:
    """Take back one's own post, with what was said to it.

    Raises:
        NotFound: there is no such post for the viewer.
        NotAllowed: somebody else wrote it.
    """
    await _hold_own(tx, viewer, post_id)
    await tx.remove(models.Post, post_id=post_id)
    tx.record(PostDeleted(post_id=post_id, author_id=viewer.profile_id))


async def _keep_circle(tx: Transaction, viewer: Viewer, post: Row) -> None:
    if post.audience == PostAudience.EVERYONE:
        return
    asked = {"post_id": post.post_id, "viewer_id": viewer.profile_id}
    if await tx.value(queries.answered_by_others, **asked):
        sentence = "Others have commented it, or reacted to it, for this circle alone."
        raise NotAllowed("COMMENTED_IN_CIRCLE", sentence)


async def _hold_own(tx: Transaction, viewer: Viewer, post_id: UUID) -> Row:
    post = await tx.one(queries.hold, post_id=post_id, viewer_id=viewer.profile_id)
    if post is None:
        raise NotFound("Post")
    if post.author_id != viewer.profile_id:
        raise NotAllowed("NOT_THE_AUTHOR", "Only who wrote the post may do this.")
    return post

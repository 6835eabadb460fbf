"""Posts: what people share, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import media, mentions, texts
from domain.facts import Fact
from domain.file_types import Kind
from domain.refusals import InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import media as media_queries
from persistence.queries import posts as queries
from persistence.rows import Row
from persistence.transaction import Transaction

CONTENT_LENGTH = 5_000
"""The most characters of a post."""


MOST_MEDIA = 10
"""The most images and videos of a post."""


class PostKind(StrEnum):
    """What a post is."""

    POST = "post"
    REEL = "reel"


@dataclass(frozen=True, slots=True)
class PostMedia:
    """The images and videos of a new post.

    Attributes:
        ids: the media, in this order.
        reel_seconds: how long a reel's video may be.
    """

    ids: Sequence[UUID] = ()
    reel_seconds: float = 90


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
    newly_mentioned: tuple[UUID, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PostDeleted(Fact):
    """An author took a post back."""

    post_id: UUID
    author_id: UUID


def content_of(content: str, *, least: int = 1, most: int = CONTENT_LENGTH) -> str:
    """Give the text of a post, or of what is said to it, as it is kept.

    Args:
        content: as it was written.
        least: the fewest characters, 1 or 0.
        most: the most characters.

    Raises:
        InvalidInput: too little is left of it, or it is too long.
    """
    content = texts.clean(content, lines=True)
    if problems := texts.length_problems("content", content, least=least, most=most):
        raise InvalidInput(problems)
    return content


async def create_post(
    tx: Transaction,
    viewer: Viewer,
    *,
    content: str = "",
    kind: PostKind = PostKind.POST,
    audience: PostAudience = PostAudience.EVERYONE,
    attached: PostMedia = PostMedia(),
) -> Row:
    """Share a text, with images and videos, or a reel.

    The media are locked until the commit, and are the viewer's, ready, and used nowhere else.

    Args:
        tx: the transaction.
        viewer: the author.
        content: 1 to 5,000 characters; it may be empty where there are media.
        kind: a reel has exactly one video, of a bounded length.
        audience: for whom it is.
        attached: its media.

    Returns:
        The post.

    Raises:
        InvalidInput: the text or the media break their rules.
        NotFound: a medium is not the viewer's, or its file has not come or was refused.
        NotAllowed: a medium is not ready yet, or used elsewhere.
    """
    me, ids = viewer.profile_id, list(attached.ids)
    content = content_of(content, least=0 if ids else 1)
    media.checked_choice(ids, most=MOST_MEDIA, noun="post")
    if kind is PostKind.REEL and len(ids) != 1:
        raise InvalidInput.of("mediaIds", "A reel has exactly one video.")
    # A share of people's keys comes before media, as for whoever deletes an account.
    shared = {"author_id": me, "kind": kind.value, "audience": audience.value}
    post = await tx.add(models.Post, **shared, content=content)
    if ids:
        kinds = (Kind.VIDEO,) if kind is PostKind.REEL else ()
        rows = await media.attach(tx, viewer, media_ids=ids, kinds=kinds, unused=True, ready=True)
        if kind is PostKind.REEL and not is_short(rows[0].duration_seconds, attached.reel_seconds):
            most = f"A reel lasts at most {attached.reel_seconds:g} seconds."
            raise InvalidInput.of("mediaIds", most)
        await tx.fetch(media_queries.attach_to_post, post_id=post.post_id, ids=ids)
    await mentions.keep_in_post(tx, post)
    tx.record(PostCreated(post_id=post.post_id, author_id=me, audience=(me,)))
    return post


def is_short(duration_seconds: float | None, most_seconds: float) -> bool:
    """Say whether a video is short enough for a reel; one of unknown length is not."""
    return duration_seconds is not None and 0 < duration_seconds <= most_seconds


async def edit_post(
    tx: Transaction,
    viewer: Viewer,
    *,
    post_id: UUID,
    content: str | None = None,
    audience: PostAudience | None = None,
) -> Row:
    """Change the text of one's own post, or for whom it is; what is None stays, and its media do.

    The post's row is locked until the commit; what it said before is kept for moderation. To say
    the same again changes nothing. What others said in a circle stays in it.

    Args:
        tx: the transaction.
        viewer: the author.
        post_id: the post.
        content: 1 to 5,000 characters; it may be empty where there are media.
        audience: for whom it is.

    Returns:
        The post.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: there is no such post for the viewer.
        NotAllowed: somebody else wrote it, or others have commented it or reacted to it for
            another circle.
    """
    if content is not None:
        content = content_of(content, least=0)
    await _hold_people(tx, viewer, post_id, content)
    post = await _hold_own(tx, viewer, post_id)
    wanted = {"content": content, "audience": audience}
    changes: dict[str, Any] = {
        name: value for name, value in wanted.items() if value not in {None, post[name]}
    }
    if not changes:
        return post
    if changes.get("content") == "" and not await tx.fetch(queries.media_of, post_id=post_id):
        content_of("")
    if "audience" in changes:
        await _keep_circle(tx, viewer, post)
    now = datetime.now(UTC)
    if "content" in changes:
        await tx.add(models.PostVersion, post_id=post_id, content=post.content)
        changes["edited_at"] = now
    edited = await tx.change(models.Post, {"post_id": post_id}, **changes, updated_at=now) or post
    await _tell_edited(tx, edited)
    return edited


async def _hold_people(tx: Transaction, viewer: Viewer, post_id: UUID, content: str | None) -> None:
    post = await tx.get(models.Post, post_id=post_id)
    kept = "" if post is None else post.content
    await mentions.hold_people(tx, viewer, content=content or kept, post_id=post_id)


async def _tell_edited(tx: Transaction, post: Row) -> None:
    me, post_id = post.author_id, post.post_id
    named = await mentions.keep_in_post(tx, post)  # for another circle, others are mentioned
    told = {"newly_mentioned": named.added, "audience": (me,)}
    tx.record(PostEdited(post_id=post_id, author_id=me, **told))


async def delete_post(tx: Transaction, viewer: Viewer, *, post_id: UUID) -> None:
    """Take back one's own post, with what was said to it and the files of its media.

    Raises:
        NotFound: there is no such post for the viewer.
        NotAllowed: somebody else wrote it.
    """
    await _hold_own(tx, viewer, post_id)
    attached = await tx.remove(models.PostMedia, post_id=post_id)
    media.release(tx, media_ids=[each.media_id for each in attached])
    await tx.remove(models.Post, post_id=post_id)
    me = viewer.profile_id
    tx.record(PostDeleted(post_id=post_id, author_id=me, audience=(me,)))


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

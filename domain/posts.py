"""Posts: what people share, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import media, mentions, notifications_of_posts, texts
from domain.facts import Fact
from domain.file_types import Kind
from domain.notification_kinds import Subject
from domain.refusals import InvalidFieldCode, InvalidInput, NotAllowed, NotFound
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
    """The images and videos of a post.

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
    me = viewer.profile_id
    content = content_of(content, least=0 if attached.ids else 1)
    _check_choice(attached, kind)
    # A share of people's keys comes before media, as for whoever deletes an account.
    shared = {"author_id": me, "kind": kind.value, "audience": audience.value}
    post = await tx.add(models.Post, **shared, content=content)
    await _show(tx, viewer, post, attached, before=())
    await mentions.keep_in_post(tx, post)
    tx.record(PostCreated(post_id=post.post_id, author_id=me, audience=(me,)))
    return post


def _check_choice(attached: PostMedia, kind: PostKind) -> None:
    media.checked_choice(list(attached.ids), most=MOST_MEDIA, noun="post")
    if kind is PostKind.REEL and len(attached.ids) != 1:
        raise InvalidInput.of("mediaIds", "A reel has exactly one video.")


async def _show(
    tx: Transaction, viewer: Viewer, post: Row, attached: PostMedia, *, before: Sequence[UUID]
) -> None:
    """Let a post that the viewer holds show these media, of which it showed some before."""
    is_reel = post.kind == PostKind.REEL
    new = [media_id for media_id in attached.ids if media_id not in before]
    if new:
        kinds = (Kind.VIDEO,) if is_reel else ()
        rows = await media.attach(
            tx, viewer, media_ids=new, kinds=kinds, unused=True, ready=True, path="mediaIds"
        )
        if is_reel and not is_short(rows[0].duration_seconds, attached.reel_seconds):
            most = f"A reel lasts at most {attached.reel_seconds:g} seconds."
            raise InvalidInput.of("mediaIds", most, InvalidFieldCode.OUT_OF_RANGE)
    if before:
        await tx.remove(models.PostMedia, post_id=post.post_id)
        gone = [media_id for media_id in before if media_id not in attached.ids]
        media.release(tx, media_ids=gone)
    if attached.ids:
        placed = {"post_id": post.post_id, "ids": list(attached.ids)}
        await tx.fetch(media_queries.attach_to_post, **placed)


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
    attached: PostMedia | None = None,
) -> Row:
    """Change the text or the media of one's own post, or for whom it is; what is None stays.

    The post's row is locked until the commit; what it said and showed before is kept for
    moderation. To say the same again changes nothing. What others said in a circle stays in it.

    Args:
        tx: the transaction.
        viewer: the author.
        post_id: the post.
        content: 1 to 5,000 characters; it may be empty where there are media.
        audience: for whom it is.
        attached: all its media from now on; those that it has are not checked again.

    Returns:
        The post.

    Raises:
        InvalidInput: the text or the media break their rules.
        NotFound: there is no such post for the viewer; or a new medium is not theirs, or its file
            has not come or was refused.
        NotAllowed: somebody else wrote it, or others have commented it or reacted to it for
            another circle; or a new medium is not ready yet, or used elsewhere.
    """
    content = None if content is None else content_of(content, least=0)
    await _hold_people(tx, viewer, post_id, content)
    post = await _hold_own(tx, viewer, post_id)
    wanted = {"content": content, "audience": audience}
    changes: dict[str, Any] = {
        name: value for name, value in wanted.items() if value not in {None, post[name]}
    }
    if "audience" in changes:
        await _keep_circle(tx, viewer, post)
    shown = await _edit_content(tx, viewer, post, changes.get("content"), attached)
    if not changes and not shown:
        return post
    now = datetime.now(UTC)
    if "content" in changes or shown:
        changes["edited_at"] = now
    edited = await tx.change(models.Post, {"post_id": post_id}, **changes, updated_at=now) or post
    await _tell_edited(tx, edited)
    return edited


async def _edit_content(
    tx: Transaction, viewer: Viewer, post: Row, content: str | None, attached: PostMedia | None
) -> bool:
    """Keep what a held post says and shows, if it is to change, and show the new media.

    Returns:
        Whether others are shown than before.
    """
    key = {"post_id": post.post_id}
    before = [row["media_id"] for row in await tx.fetch(queries.media_of, **key)]
    is_other = attached is not None and list(attached.ids) != before
    if content is None and not is_other:
        return False
    has_media = bool(attached.ids if attached is not None else before)
    content_of(post.content if content is None else content, least=0 if has_media else 1)
    await tx.add(models.PostVersion, **key, content=post.content, media_ids=before)
    if attached is not None and is_other:
        _check_choice(attached, PostKind(post.kind))
        await _show(tx, viewer, post, attached, before=before)
    return is_other


async def _hold_people(tx: Transaction, viewer: Viewer, post_id: UUID, content: str | None) -> None:
    post = await tx.get(models.Post, post_id=post_id)
    kept = "" if post is None else post.content
    await mentions.hold_people(tx, viewer, content=content or kept, post_id=post_id)


async def _tell_edited(tx: Transaction, post: Row) -> None:
    me, post_id = post.author_id, post.post_id
    named = await mentions.keep_in_post(tx, post)  # for another circle, others are mentioned
    gone = {"people": named.dropped, "subject_id": post_id}
    await notifications_of_posts.tell_unnamed(tx, Subject.POST, **gone)
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
    await notifications_of_posts.tell_post_gone(tx, post_id)
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

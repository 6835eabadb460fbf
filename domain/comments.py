"""Comments: what people say to what others share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain import mentions, notifications_of_posts, posts
from domain.facts import Fact
from domain.notification_kinds import Subject
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import comments as queries
from persistence.queries import posts as post_queries
from persistence.rows import Row
from persistence.transaction import Transaction

CONTENT_LENGTH = 2_000
"""The most characters of a comment."""


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Fact):
    """Somebody said something to a post, or to a comment to it."""

    comment_id: UUID
    post_id: UUID
    author_id: UUID
    reply_to_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Fact):
    """An author changed a comment."""

    comment_id: UUID
    post_id: UUID
    author_id: UUID
    newly_mentioned: tuple[UUID, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Fact):
    """A comment is gone, with the replies to it."""

    comment_id: UUID
    post_id: UUID
    author_id: UUID
    reply_to_id: UUID | None = None


async def add_comment(
    tx: Transaction,
    viewer: Viewer,
    *,
    post_id: UUID,
    content: str,
    reply_to_id: UUID | None = None,
) -> Row:
    """Say something to a post, or to a comment to it.

    The post is held until the commit, so that it is not deleted meanwhile.

    Args:
        tx: the transaction.
        viewer: the author.
        post_id: the post.
        content: 1 to 2,000 characters.
        reply_to_id: a comment to this post that is not a reply itself.

    Returns:
        The comment.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: there is no such post, or no such comment to it, for the viewer.
        NotAllowed: the comment is a reply itself.
    """
    content = posts.content_of(content, most=CONTENT_LENGTH)
    me = viewer.profile_id
    await mentions.hold_people(tx, viewer, content=content, post_id=post_id)
    if await tx.one(post_queries.hold_for_comment, post_id=post_id, viewer_id=me) is None:
        raise NotFound("Post")
    if reply_to_id is not None:
        await _hold_for_reply(tx, viewer, post_id, reply_to_id)
    said = {"content": content, "reply_to_id": reply_to_id}
    comment = await tx.add(models.Comment, post_id=post_id, author_id=me, **said)
    await mentions.keep_in_comment(tx, comment)
    tx.record(
        CommentAdded(
            comment_id=comment.comment_id,
            post_id=post_id,
            author_id=me,
            reply_to_id=reply_to_id,
            audience=await _concerned(tx, comment),
        )
    )
    return comment


async def edit_comment(tx: Transaction, viewer: Viewer, *, comment_id: UUID, content: str) -> Row:
    """Change one's own comment.

    The comment's row is locked until the commit; what it said before is kept for moderation. To
    say the same again changes nothing.

    Args:
        tx: the transaction.
        viewer: the author.
        comment_id: the comment.
        content: 1 to 2,000 characters.

    Returns:
        The comment.

    Raises:
        InvalidInput: the text is empty or too long.
        NotFound: there is no such comment for the viewer.
        NotAllowed: somebody else wrote it.
    """
    content = posts.content_of(content, most=CONTENT_LENGTH)
    await mentions.hold_people(tx, viewer, content=content)
    comment = await _hold(tx, viewer, comment_id)
    if comment.author_id != viewer.profile_id:
        raise NotAllowed("NOT_THE_AUTHOR", "Only who wrote the comment may do this.")
    if comment.content == content:
        return comment
    await tx.add(models.CommentVersion, comment_id=comment_id, content=comment.content)
    place = {"comment_id": comment_id, "post_id": comment.post_id}
    changes = {"content": content, "edited_at": datetime.now(UTC)}
    edited = await tx.change(models.Comment, {"comment_id": comment_id}, **changes) or comment
    named = await mentions.keep_in_comment(tx, edited)
    await notifications_of_posts.tell_unnamed(
        tx, Subject.COMMENT, people=named.dropped, subject_id=comment_id
    )
    tx.record(
        CommentEdited(
            **place,
            author_id=viewer.profile_id,
            newly_mentioned=named.added,
            audience=await _concerned(tx, comment),
        )
    )
    return edited


async def delete_comment(tx: Transaction, viewer: Viewer, *, comment_id: UUID) -> Row:
    """Take back one's own comment, or one to one's own post, with the replies to it.

    Returns:
        What the comment was.

    Raises:
        NotFound: there is no such comment for the viewer.
        NotAllowed: neither the comment nor the post is the viewer's.
    """
    comment = await _hold(tx, viewer, comment_id)
    post = await tx.get(models.Post, post_id=comment.post_id)
    owners = {comment.author_id, post and post.author_id}
    if viewer.profile_id not in owners:
        sentence = "Only who wrote the comment, or the post, may do this."
        raise NotAllowed("NOT_THE_AUTHOR", sentence)
    audience = await _concerned(tx, comment)
    await notifications_of_posts.tell_comment_gone(tx, comment_id)
    await tx.remove(models.Comment, comment_id=comment_id)
    place = {"comment_id": comment_id, "post_id": comment.post_id}
    by = {"author_id": comment.author_id, "reply_to_id": comment.reply_to_id}
    tx.record(CommentDeleted(**place, **by, audience=audience))
    return comment


async def _concerned(tx: Transaction, comment: Row) -> tuple[UUID, ...]:
    """Give who is told live of a comment: by whom it is, the post, and the comment above.

    Without who may not read it: of its deletion they would learn that there was one.
    """
    post = await tx.get(models.Post, post_id=comment.post_id)
    above = comment.reply_to_id and await tx.get(models.Comment, comment_id=comment.reply_to_id)
    people = {row.author_id for row in (comment, post, above) if row is not None}
    seen = {"ids": [comment.comment_id]}
    return tuple(
        [key for key in sorted(people) if await tx.one(queries.by_ids, **seen, viewer_id=key)]
    )


async def _hold(tx: Transaction, viewer: Viewer, comment_id: UUID) -> Row:
    seen = {"comment_id": comment_id, "viewer_id": viewer.profile_id}
    comment = await tx.one(queries.hold, **seen)
    if comment is None:
        raise NotFound("Comment")
    return comment


async def _hold_for_reply(
    tx: Transaction, viewer: Viewer, post_id: UUID, reply_to_id: UUID
) -> None:
    comment = await _hold(tx, viewer, reply_to_id)
    if comment.post_id != post_id:
        raise NotFound("Comment")
    if comment.reply_to_id is not None:
        raise NotAllowed("REPLY_TO_A_REPLY", "Replies have no replies: reply to the comment.")

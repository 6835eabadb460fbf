"""Notifications of comments, mentions and reactions: who is told of what others do about posts."""

from collections.abc import Container, Iterable, Sequence
from uuid import UUID

from domain import notifications
from domain.notification_kinds import KINDS, NotificationKind, Subject
from persistence import models
from persistence.queries import comments as comment_queries
from persistence.queries import notifications as notification_queries
from persistence.queries import notifications_of_posts as queries
from persistence.queries import posts as post_queries
from persistence.queries import profiles as profile_queries
from persistence.statements import Statement
from persistence.transaction import Transaction

_SEEN: dict[Subject, Statement] = {
    Subject.POST: post_queries.by_ids,
    Subject.COMMENT: comment_queries.by_ids,
}
_REACTIONS: dict[Subject, NotificationKind] = {
    Subject.POST: NotificationKind.REACTION_TO_POST,
    Subject.COMMENT: NotificationKind.REACTION_TO_COMMENT,
}
_MENTIONS: dict[Subject, NotificationKind] = {
    Subject.POST: NotificationKind.MENTIONED_IN_POST,
    Subject.COMMENT: NotificationKind.MENTIONED_IN_COMMENT,
}
_COUNTING: dict[NotificationKind, Statement] = {
    NotificationKind.COMMENT: queries.new_comments,
    NotificationKind.REPLY: queries.new_replies,
    NotificationKind.REACTION_TO_POST: queries.new_reactions_to_post,
    NotificationKind.REACTION_TO_COMMENT: queries.new_reactions_to_comment,
}


async def notify_of_mentions_in_post(
    tx: Transaction, *, fact_id: UUID, post_id: UUID, among: Container[UUID] | None = None
) -> None:
    """Tell people that a post mentions them, each once, however often it is edited.

    Args:
        tx: the transaction.
        fact_id: that the post was shared or edited.
        post_id: the post, which may be gone.
        among: whom this edit has mentioned first; everybody unless given.
    """
    post = await tx.get(models.Post, post_id=post_id)
    if post is None:
        return
    kind, about = NotificationKind.MENTIONED_IN_POST, {"subject_id": post_id}
    untold = await tx.fetch(queries.mentioned_in_post, **about, author_id=post.author_id, kind=kind)
    people = [row.profile_id for row in untold if among is None or row.profile_id in among]
    by = {"author_id": post.author_id}
    await _tell(tx, kind, fact_id=fact_id, people=people, **by, **about)


async def notify_of_mentions_in_comment(
    tx: Transaction, *, fact_id: UUID, comment_id: UUID, among: Container[UUID] | None = None
) -> None:
    """Tell people that a comment mentions them, each once.

    Without who is told of the comment anyway, as one to their post or a reply to their comment.

    Args:
        tx: the transaction.
        fact_id: that the comment was added or edited.
        comment_id: the comment, which may be gone.
        among: whom this edit has mentioned first; everybody unless given.
    """
    comment = await tx.get(models.Comment, comment_id=comment_id)
    if comment is None:
        return
    kind, about = NotificationKind.MENTIONED_IN_COMMENT, {"subject_id": comment_id}
    untold = await tx.fetch(
        queries.mentioned_in_comment, **about, author_id=comment.author_id, kind=kind
    )
    answered = await _told(tx, comment.post_id, comment.reply_to_id)
    people = [
        row.profile_id
        for row in untold
        if row.profile_id not in answered and (among is None or row.profile_id in among)
    ]
    by = {"author_id": comment.author_id}
    await _tell(tx, kind, fact_id=fact_id, people=people, **by, **about)


async def notify_of_comment(tx: Transaction, *, fact_id: UUID, comment_id: UUID) -> None:
    """Tell the author of a post of a comment, and the author of a comment of a reply to it.

    Whoever wrote both the post and the comment that is replied to is told of the reply alone, and
    nobody of what they wrote themselves or may not read.

    Args:
        tx: the transaction.
        fact_id: that the comment was added.
        comment_id: the comment, which may be gone.
    """
    comment = await tx.get(models.Comment, comment_id=comment_id)
    if comment is None:
        return
    told = await _told(tx, comment.post_id, comment.reply_to_id)
    told.pop(comment.author_id, None)
    await tx.fetch(queries.hold_readers, ids=list(told))
    await _hold(tx, [*told, comment.author_id])
    for reader_id, (kind, subject_id) in told.items():
        seen = {"ids": [comment_id], "viewer_id": reader_id}
        if await tx.one(comment_queries.by_ids, **seen) is None:
            continue
        about = {"viewer_id": reader_id, "kind": kind, "subject_id": subject_id}
        (counted,) = await tx.fetch(_COUNTING[kind], **about)
        await notifications.notify(
            tx,
            kind,
            fact_id=fact_id,
            # It may have come before the last that they have read, and be told after it.
            counts={reader_id: max(1, counted["number"])},
            actor_id=comment.author_id,
            subject_id=subject_id,
        )


async def recount_comments(tx: Transaction, *, post_id: UUID, reply_to_id: UUID | None) -> None:
    """Let what was told of comments follow from those that are left; safe to repeat.

    Args:
        tx: the transaction.
        post_id: the post to which a comment is gone.
        reply_to_id: the comment to which it was a reply, if it was one.
    """
    told = await _told(tx, post_id, reply_to_id)
    await tx.fetch(queries.hold_readers, ids=list(told))
    for reader_id, (kind, subject_id) in told.items():
        await _recount(tx, reader_id, kind, subject_id)


async def notify_of_reaction(
    tx: Transaction, *, fact_id: UUID, subject: Subject, subject_id: UUID, reactor_id: UUID
) -> None:
    """Tell the author of a post or a comment of a reaction, if there are any that are not read.

    Args:
        tx: the transaction.
        fact_id: that somebody reacted.
        subject: to a post or to a comment.
        subject_id: its key; it may be gone.
        reactor_id: who reacted.
    """
    author_id, kind = await _reacted_to(tx, subject, subject_id), _REACTIONS[subject]
    if author_id is None or author_id == reactor_id:
        return
    await tx.fetch(queries.hold_readers, ids=[author_id])
    about = {"viewer_id": author_id, "kind": kind, "subject_id": subject_id}
    (counted,) = await tx.fetch(_COUNTING[kind], **about)
    # Who reacted may have taken it back: the latest of those who have not is named.
    latest = counted["actor_id"]
    if latest is None:
        return
    await _hold(tx, [author_id, latest])
    if await _sees(tx, author_id, kind, subject_id, latest):
        await notifications.notify(
            tx,
            kind,
            fact_id=fact_id,
            counts={author_id: counted["number"]},
            actor_id=latest,
            subject_id=subject_id,
        )


async def recount_reactions(tx: Transaction, *, subject: Subject, subject_id: UUID) -> None:
    """Let what the author was told of reactions follow from those that are left; safe to repeat.

    Args:
        tx: the transaction.
        subject: a post or a comment, from which a reaction was taken back.
        subject_id: its key; it may be gone.
    """
    author_id = await _reacted_to(tx, subject, subject_id)
    if author_id is not None:
        await tx.fetch(queries.hold_readers, ids=[author_id])
        await _recount(tx, author_id, _REACTIONS[subject], subject_id)


async def tell_post_gone(tx: Transaction, post_id: UUID) -> None:
    """Tell whom notifications of a post told that they are gone; before it is, by who deletes it.

    And of the comments to it, of at most 500 notifications: the others are gone all the same.
    """
    rows = await tx.fetch(queries.told_of_post, subject_id=post_id)
    notifications.tell_changed_rows(tx, rows)


async def tell_comment_gone(tx: Transaction, comment_id: UUID) -> None:
    """The same of a comment and the replies to it, and of who was told of it as such."""
    rows = await tx.fetch(queries.told_of_comment, subject_id=comment_id)
    notifications.tell_changed_rows(tx, rows)
    comment = await tx.get(models.Comment, comment_id=comment_id)
    if comment is not None:
        told = await _told(tx, comment.post_id, comment.reply_to_id)
        for reader_id, (kind, subject_id) in told.items():
            await _tell_changed(tx, kind, people=[reader_id], subject_id=subject_id)


async def tell_reaction_gone(tx: Transaction, *, subject: Subject, subject_id: UUID) -> None:
    """Tell the author of a post or a comment that somebody took a reaction back, by who does."""
    author_id = await _reacted_to(tx, subject, subject_id)
    people = [] if author_id is None else [author_id]
    await _tell_changed(tx, _REACTIONS[subject], people=people, subject_id=subject_id)


async def tell_unnamed(
    tx: Transaction, subject: Subject, *, people: Sequence[UUID], subject_id: UUID
) -> None:
    """Tell people whom a text does not mention any more that its notification is gone."""
    await _tell_changed(tx, _MENTIONS[subject], people=people, subject_id=subject_id)


async def _tell_changed(
    tx: Transaction, kind: NotificationKind, *, people: Sequence[UUID], subject_id: UUID
) -> None:
    if people:
        asked = {"profile_ids": list(people), "kind": kind, "subject_id": subject_id}
        notifications.tell_changed_rows(tx, await tx.fetch(queries.told_to, **asked))


async def _recount(
    tx: Transaction, reader_id: UUID, kind: NotificationKind, subject_id: UUID
) -> None:
    about = {"viewer_id": reader_id, "kind": kind, "subject_id": subject_id}
    (counted,) = await tx.fetch(_COUNTING[kind], **about)
    if not counted["number"]:
        await notifications.read_about(tx, reader_id, kind, subject_id)
        return
    await _hold(tx, [reader_id, counted["actor_id"]])
    now = {"count": counted["number"], "actor_id": counted["actor_id"]}
    changed = await tx.fetch(queries.set_unread, **about, **now)
    notifications.tell_changed_rows(tx, [row for row in changed if row.is_listed])


async def _told(
    tx: Transaction, post_id: UUID, reply_to_id: UUID | None
) -> dict[UUID, tuple[NotificationKind, UUID]]:
    """Give who is told of a comment as such, by which kind, and about what."""
    post = await tx.get(models.Post, post_id=post_id)
    above = reply_to_id and await tx.get(models.Comment, comment_id=reply_to_id)
    told: dict[UUID, tuple[NotificationKind, UUID]] = {}
    if post is not None:
        told[post.author_id] = (NotificationKind.COMMENT, post.post_id)
    if above:
        told[above.author_id] = (NotificationKind.REPLY, above.comment_id)
    return told


async def _reacted_to(tx: Transaction, subject: Subject, subject_id: UUID) -> UUID | None:
    if subject is Subject.POST:
        row = await tx.get(models.Post, post_id=subject_id)
    else:
        row = await tx.get(models.Comment, comment_id=subject_id)
    return None if row is None else row.author_id


async def _tell(
    tx: Transaction,
    kind: NotificationKind,
    *,
    fact_id: UUID,
    people: list[UUID],
    author_id: UUID,
    subject_id: UUID,
) -> None:
    await _hold(tx, [*people, author_id])
    # Who was mentioned may be kept from it since.
    told = [key for key in people if await _sees(tx, key, kind, subject_id, author_id)]
    if told:
        await notifications.notify(
            tx,
            kind,
            fact_id=fact_id,
            counts=dict.fromkeys(told, 1),
            actor_id=author_id,
            subject_id=subject_id,
        )


async def _hold(tx: Transaction, people: Iterable[UUID]) -> None:
    await tx.fetch(notification_queries.hold_readers_and_actor, ids=list(people))


async def _sees(
    tx: Transaction, reader_id: UUID, kind: NotificationKind, subject_id: UUID, actor_id: UUID
) -> bool:
    thing = await tx.one(_SEEN[KINDS[kind].subject], ids=[subject_id], viewer_id=reader_id)
    actor = await tx.one(profile_queries.by_ids, ids=[actor_id], viewer_id=reader_id)
    return thing is not None and actor is not None

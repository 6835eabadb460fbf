"""Notifications of mentions and reactions: who is told of what is done in posts and comments."""

from collections.abc import Container, Iterable
from uuid import UUID

from domain import notifications
from domain.notification_kinds import KINDS, NotificationKind, Subject
from persistence import models
from persistence.queries import comments as comment_queries
from persistence.queries import notifications as notification_queries
from persistence.queries import notifications_of_posts as queries
from persistence.queries import posts as post_queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.statements import Statement
from persistence.transaction import Transaction

_SEEN: dict[Subject, Statement] = {
    Subject.POST: post_queries.by_ids,
    Subject.COMMENT: comment_queries.by_ids,
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
    answered = await _answered(tx, comment)
    people = [
        row.profile_id
        for row in untold
        if row.profile_id not in answered and (among is None or row.profile_id in among)
    ]
    by = {"author_id": comment.author_id}
    await _tell(tx, kind, fact_id=fact_id, people=people, **by, **about)


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
    if subject is Subject.POST:
        row = await tx.get(models.Post, post_id=subject_id)
        kind, counting = NotificationKind.REACTION_TO_POST, queries.new_reactions_to_post
    else:
        row = await tx.get(models.Comment, comment_id=subject_id)
        kind, counting = NotificationKind.REACTION_TO_COMMENT, queries.new_reactions_to_comment
    if row is None or row.author_id == reactor_id:
        return
    await _hold(tx, [row.author_id, reactor_id])
    about = {"viewer_id": row.author_id, "kind": kind, "subject_id": subject_id}
    count = await tx.value(counting, **about)
    if count and await _sees(tx, row.author_id, kind, subject_id, reactor_id):
        await notifications.notify(
            tx,
            kind,
            fact_id=fact_id,
            counts={row.author_id: count},
            actor_id=reactor_id,
            subject_id=subject_id,
        )


async def _answered(tx: Transaction, comment: Row) -> set[UUID]:
    """Give who is told of a comment as such: by whom the post is, and the comment above."""
    post = await tx.get(models.Post, post_id=comment.post_id)
    above = comment.reply_to_id and await tx.get(models.Comment, comment_id=comment.reply_to_id)
    return {row.author_id for row in (post, above) if row is not None}


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

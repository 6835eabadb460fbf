"""Reactions: the emoji that people put to messages, posts and comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import conversations, emoji, notification_kinds, notifications_of_posts
from domain.facts import Fact
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence.queries import reactions as queries
from persistence.queries.reactions import Reactions
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_KINDS = 20
"""The most different emoji that people whom one sees put to a message, a post or a comment."""

MOST_OF_ONE = 5
"""The most different emoji that one person puts to a message, a post or a comment."""


class Subject(StrEnum):
    """What people can react to, by its GraphQL type."""

    MESSAGE = "Message"
    POST = "Post"
    COMMENT = "Comment"


_REACTIONS: dict[Subject, Reactions] = {
    Subject.MESSAGE: queries.of_messages,
    Subject.POST: queries.of_posts,
    Subject.COMMENT: queries.of_comments,
}


@dataclass(frozen=True, kw_only=True)
class ReactionChanged(Fact):
    """Somebody put an emoji to a message, a post or a comment, or took it back."""

    conversation_id: UUID | None = None
    message_id: UUID | None = None
    post_id: UUID | None = None
    comment_id: UUID | None = None
    reactor_id: UUID
    emoji: str
    is_added: bool

    @property
    def reaction(self) -> tuple[Subject, UUID, UUID]:
        """What was reacted to, by its type and key, and who reacted."""
        ((subject, key),) = (
            (subject, key)
            for subject, key in (
                (Subject.MESSAGE, self.message_id),
                (Subject.POST, self.post_id),
                (Subject.COMMENT, self.comment_id),
            )
            if key is not None
        )
        return subject, key, self.reactor_id


def emoji_of(text: str) -> str:
    """Give the full spelling of an emoji.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
    """
    whole = emoji.whole(text)
    if whole is None:
        raise InvalidInput.of("emoji", "emoji must be exactly one emoji.")
    return whole


async def react(
    tx: Transaction, viewer: Viewer, *, subject: Subject, subject_id: UUID, emoji: str
) -> Row:
    """Put an emoji to something; it is there once for each person, however often they do it.

    The subject's row is locked until the commit, so that the number of its different emoji stays
    within bounds and nothing is put to what is deleted meanwhile. An emoji that somebody put whom
    the viewer may not see counts for nothing.

    Args:
        tx: the transaction.
        viewer: who reacts.
        subject: to what.
        subject_id: its key.
        emoji: with or without variation selectors.

    Returns:
        The subject.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
        NotFound: there is no such subject for the viewer.
        NotAllowed: it is a message that is deleted.
        LimitReached: the viewer put 5 other emoji to it, or it has 20 others.
    """
    emoji = emoji_of(emoji)
    row = await _hold(tx, viewer, subject, subject_id)
    if subject is Subject.MESSAGE and row.deleted_at is not None:
        raise NotAllowed("MESSAGE_DELETED", "The message is deleted.")
    of_subject = _REACTIONS[subject]
    found = await tx.fetch(of_subject.kinds_of, subject_id=subject_id, viewer_id=viewer.profile_id)
    if len({emoji, *(each["emoji"] for each in found if each["is_mine"])}) > MOST_OF_ONE:
        sentence = f"Of one person, a {subject.lower()} has at most {MOST_OF_ONE} different emoji."
        raise LimitReached("OWN_REACTION_LIMIT_REACHED", sentence)
    if len({emoji, *(each["emoji"] for each in found)}) > MOST_KINDS:
        sentence = f"A {subject.lower()} has at most {MOST_KINDS} different emoji."
        raise LimitReached("REACTION_LIMIT_REACHED", sentence)
    put = {"subject_id": subject_id, "emoji": emoji, "viewer_id": viewer.profile_id}
    if await tx.fetch(of_subject.add, **put):
        await _tell(tx, viewer, subject, row, emoji, is_added=True)
    return row


async def remove_reaction(
    tx: Transaction, viewer: Viewer, *, subject: Subject, subject_id: UUID, emoji: str
) -> Row:
    """Take an emoji back that the viewer put to something; where there is none, nothing changes.

    Returns:
        The subject.

    Raises:
        InvalidInput: it is anything but exactly one emoji.
        NotFound: there is no such subject for the viewer.
    """
    emoji = emoji_of(emoji)
    row = await _hold(tx, viewer, subject, subject_id)
    of_subject = _REACTIONS[subject]
    key = {of_subject.key: subject_id, "profile_id": viewer.profile_id}
    if await tx.remove(of_subject.model, **key, emoji=emoji):
        if subject is not Subject.MESSAGE:
            told_of = notification_kinds.Subject(subject.value)
            await notifications_of_posts.tell_reaction_gone(
                tx, subject=told_of, subject_id=subject_id
            )
        await _tell(tx, viewer, subject, row, emoji, is_added=False)
    return row


async def _hold(tx: Transaction, viewer: Viewer, subject: Subject, subject_id: UUID) -> Row:
    me = viewer.profile_id
    if subject is Subject.COMMENT:
        # The post before the comment: the order in which deleting the post takes them.
        await tx.fetch(queries.hold_post_of_comment, comment_id=subject_id, viewer_id=me)
    row = await tx.one(_REACTIONS[subject].hold, subject_id=subject_id, viewer_id=me)
    if row is None:
        raise NotFound(subject)
    return row


async def _tell(
    tx: Transaction, viewer: Viewer, subject: Subject, row: Row, emoji: str, *, is_added: bool
) -> None:
    place: dict[str, UUID] = {_REACTIONS[subject].key: row[_REACTIONS[subject].key]}
    audience: Sequence[UUID]
    if subject is Subject.MESSAGE:
        place["conversation_id"] = row.conversation_id
        audience = await conversations.everyone_who_sees(tx, row.conversation_id)
    else:
        audience = tuple({row.author_id, viewer.profile_id})
    tx.record(
        ReactionChanged(
            **place,
            reactor_id=viewer.profile_id,
            emoji=emoji,
            is_added=is_added,
            audience=tuple(audience),
        )
    )

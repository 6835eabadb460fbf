"""Notifications: what people are told of, and what of it they have read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.facts import Fact
from domain.notification_kinds import KINDS, NotificationKind
from domain.refusals import NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.joint import JointAnswers
from persistence.queries import conversations as conversation_queries
from persistence.queries import notifications as queries
from persistence.rows import Row
from persistence.transaction import Transaction

TOLD_AT_ONCE = 100
"""The most notifications that one fact tells of."""


@dataclass(frozen=True, kw_only=True)
class NotificationAdded(Fact):
    """Somebody has a new notification, or an unread one that counts up tells more."""

    notification_id: UUID
    notification_kind: NotificationKind
    reader_id: UUID


@dataclass(frozen=True, kw_only=True)
class NotificationRead(Fact):
    """Somebody has read notifications, on one of their devices.

    Attributes:
        session_id: of that device; None where nobody did it by hand.
    """

    notification_ids: tuple[UUID, ...]
    reader_id: UUID
    session_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class NotificationsChanged(Fact):
    """Notifications of somebody are hidden or shown again, or tell of fewer things."""

    notification_ids: tuple[UUID, ...]
    reader_id: UUID


async def notify(
    tx: Transaction,
    kind: NotificationKind,
    *,
    fact_id: UUID,
    counts: Mapping[UUID, int],
    actor_id: UUID | None,
    subject_id: UUID,
) -> list[Row]:
    """Tell people of a fact; telling it again, or an earlier one about the same, changes nothing.

    An unread notification of this kind about this subject becomes this one. Who wants the kind by
    no channel gets none.

    Args:
        tx: the transaction.
        kind: of the notification.
        fact_id: the fact's; of two about the same subject the later has the greater one.
        counts: who is told, and of how many things that they have not read, at least 1.
        actor_id: whose doing it is.
        subject_id: what it is about, of the kind's type.

    Returns:
        The notifications that are new or tell more.

    Raises:
        asyncpg.UniqueViolationError: it is told twice at once; once is enough.
    """
    # First of all, which is the order in which deleting an account takes rows.
    await _hold(tx, *counts, actor_id)
    rows = await tx.fetch(
        queries.notify,
        profile_ids=list(counts),
        counts=list(counts.values()),
        kind=kind,
        fact_id=fact_id,
        actor_id=actor_id,
        subject_type=KINDS[kind].subject,
        subject_id=subject_id,
        channels=sorted(KINDS[kind].channels),
    )
    for row in rows:
        tx.record(_added(row))
    return rows


async def notify_of_message(
    tx: Transaction,
    *,
    fact_id: UUID,
    conversation_id: UUID,
    sender_id: UUID,
    position: int,
) -> list[Row]:
    """Tell those who take part in a conversation, and have not muted it, of a message not read.

    Their places in the conversation are locked, so that nobody reads it between the count and the
    notification.

    Args:
        tx: the transaction.
        fact_id: that the message was sent.
        conversation_id: where.
        sender_id: who wrote it and is not told.
        position: its number.
    """
    place = {"conversation_id": conversation_id}
    await tx.fetch(queries.hold_people, **place)
    readers = await tx.fetch(queries.hold_readers, **place, sender_id=sender_id)
    told = [row.profile_id for row in readers if row["is_told"] and row["seen_position"] < position]
    counts = await _unread_of_all(tx, told, conversation_id)
    return await notify(
        tx,
        NotificationKind.MESSAGE,
        fact_id=fact_id,
        counts=counts,
        actor_id=sender_id,
        subject_id=conversation_id,
    )


async def notify_of_follow(
    tx: Transaction, kind: NotificationKind, *, fact_id: UUID, follower_id: UUID, followed_id: UUID
) -> None:
    """Tell one of two people of a follow, as long as it stands as the kind says.

    The follow is held, so that nobody answers it between the look and the notification.

    Args:
        tx: the transaction.
        kind: of a request, of an answer to it, or of a follow without them.
        fact_id: that it came to this.
        follower_id: who follows or asks to.
        followed_id: whom.
    """
    await _hold(tx, follower_id, followed_id)
    key = {"follower_id": follower_id, "followed_id": followed_id}
    follow = await tx.get(models.Follow, lock=True, **key)
    if follow is None or (follow.accepted_at is None) != (
        kind is NotificationKind.FOLLOW_REQUESTED
    ):
        return
    is_answer = kind is NotificationKind.FOLLOW_ACCEPTED
    reader, actor = (follower_id, followed_id) if is_answer else (followed_id, follower_id)
    await notify(tx, kind, fact_id=fact_id, counts={reader: 1}, actor_id=actor, subject_id=actor)


async def recount_for_all(tx: Transaction, *, conversation_id: UUID) -> None:
    """Let all notifications of a conversation follow from what there is to read in it now."""
    place = {"conversation_id": conversation_id}
    await tx.fetch(queries.hold_people, **place)
    readers = await tx.fetch(queries.hold_readers, **place, sender_id=None)
    await _recount(tx, [row.profile_id for row in readers], conversation_id)


async def recount_messages(
    tx: Transaction, reader_id: UUID, conversation_id: UUID, *, session_id: UUID | None = None
) -> None:
    """Let somebody's notification of a conversation follow from what they have not read there.

    For whoever has locked the reader's place in it: the verb by which they read, or by which
    there is less to read.

    Args:
        tx: the transaction.
        reader_id: the reader.
        conversation_id: what they have read in.
        session_id: in which of their sessions; None when there is less to read.
    """
    await _recount(tx, [reader_id], conversation_id, session_id)


async def read_about(
    tx: Transaction,
    reader_id: UUID,
    kind: NotificationKind,
    subject_id: UUID,
    *,
    session_id: UUID | None = None,
) -> None:
    """Take it as read what somebody was told about a subject; for the verb by which they see it.

    Args:
        tx: the transaction.
        reader_id: who was told.
        kind: of the notification.
        subject_id: what it is about.
        session_id: in which of their sessions they see it; None when it is gone.
    """
    await _read_about(tx, [reader_id], kind, subject_id, session_id)


async def tell_changed(
    tx: Transaction, one: UUID, other: UUID, kinds: Collection[NotificationKind] = tuple(KINDS)
) -> None:
    """Tell two people which notifications of each other's doing are to be looked at again.

    For the verb by which they are hidden or shown again: it names the kinds that it changes, for
    the others would tell that something has happened of which nobody is to know.

    Args:
        tx: the transaction.
        one: one of them.
        other: the other.
        kinds: which notifications; all unless given.
    """
    named = sorted(kind.value for kind in kinds)
    tell_changed_rows(
        tx, await tx.fetch(queries.told_between, one_id=one, other_id=other, kinds=named)
    )


def tell_changed_rows(tx: Transaction, rows: Sequence[Row]) -> None:
    """Tell people which notifications of theirs are to be looked at again.

    Args:
        tx: the transaction.
        rows: the `profile_id` of each reader with a `notification_id`.
    """
    for reader_id, mine in _by_reader(rows).items():
        _record_changed(tx, reader_id, mine)


async def mark_notification_read(tx: Transaction, viewer: Viewer, *, notification_id: UUID) -> Row:
    """Say that the viewer has read a notification; reading it again changes nothing.

    Returns:
        The notification.

    Raises:
        NotFound: there is none, or the viewer may not see its actor or subject any more.
    """
    key = {"ids": [notification_id], "viewer_id": viewer.profile_id}
    before = await tx.one(queries.by_ids, **key)
    if before is None:
        raise NotFound("Notification")
    read = await tx.fetch(queries.read, **key)
    _record_read(tx, viewer.profile_id, viewer.session_id, read)
    return read[0] if read else before


async def mark_all_notifications_read(
    tx: Transaction, viewer: Viewer, *, up_to: datetime | None = None
) -> int:
    """Say that the viewer has read all that they were told until a moment.

    Args:
        tx: the transaction.
        viewer: the reader.
        up_to: the moment, of the latest notification that they have seen; None for now.

    Returns:
        How many are read that were not, without those that are hidden from the viewer by now.
    """
    key = {"viewer_id": viewer.profile_id}
    read = await tx.fetch(queries.read_all, **key, up_to=up_to)
    _record_read(tx, viewer.profile_id, viewer.session_id, read)
    return sum(row["is_shown"] for row in read)


async def _hold(tx: Transaction, *people: UUID | None) -> None:
    ids = [key for key in people if key is not None]
    await tx.fetch(queries.hold_readers_and_actor, ids=ids)


async def _unread_of_all(
    tx: Transaction, reader_ids: Sequence[UUID], conversation_id: UUID
) -> dict[UUID, int]:
    """How many messages each has not read, without who has none; one statement for all."""
    places = await JointAnswers(tx).of(
        conversation_queries.my_places_in, reader_ids, {"conversation_ids": [conversation_id]}
    )
    return {
        reader: row["unread"]
        for reader in reader_ids
        for row in places.get(reader, ())
        if row["unread"]
    }


async def _recount(
    tx: Transaction,
    reader_ids: Sequence[UUID],
    conversation_id: UUID,
    session_id: UUID | None = None,
) -> None:
    kind = NotificationKind.MESSAGE
    if counts := await _unread_of_all(tx, reader_ids, conversation_id):
        readers = {"profile_ids": list(counts), "counts": list(counts.values())}
        about = {"kind": kind, "subject_id": conversation_id}
        rows = await tx.fetch(queries.count_about, **readers, **about)
        tell_changed_rows(tx, [row for row in rows if row.is_listed])
    if done := [reader_id for reader_id in reader_ids if reader_id not in counts]:
        await _read_about(tx, done, kind, conversation_id, session_id)


async def _read_about(
    tx: Transaction,
    reader_ids: Sequence[UUID],
    kind: NotificationKind,
    subject_id: UUID,
    session_id: UUID | None,
) -> None:
    readers = {"profile_ids": list(reader_ids)}
    rows = await tx.fetch(queries.read_about, **readers, kind=kind, subject_id=subject_id)
    for reader_id, mine in _by_reader(rows).items():
        _record_read(tx, reader_id, session_id, mine)


def _record_read(
    tx: Transaction, reader_id: UUID, session_id: UUID | None, rows: Sequence[Row]
) -> None:
    told: dict[str, Any] = {"reader_id": reader_id, "audience": (reader_id,)}
    for ids in _parts(rows):
        tx.record(NotificationRead(notification_ids=ids, session_id=session_id, **told))


def _record_changed(tx: Transaction, reader_id: UUID, rows: Sequence[Row]) -> None:
    told: dict[str, Any] = {"reader_id": reader_id, "audience": (reader_id,)}
    for ids in _parts(rows):
        tx.record(NotificationsChanged(notification_ids=ids, **told))


def _by_reader(rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    by_reader: dict[UUID, list[Row]] = {}
    for row in rows:
        by_reader.setdefault(row["profile_id"], []).append(row)
    return by_reader


def _parts(rows: Sequence[Row]) -> Iterator[tuple[UUID, ...]]:
    for start in range(0, len(rows), TOLD_AT_ONCE):
        yield tuple(row["notification_id"] for row in rows[start : start + TOLD_AT_ONCE])


def _added(row: Row) -> NotificationAdded:
    return NotificationAdded(
        notification_id=row.notification_id,
        notification_kind=NotificationKind(row.kind),
        reader_id=row.profile_id,
        audience=(row.profile_id,),
    )

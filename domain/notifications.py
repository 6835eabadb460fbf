"""Notifications: what people are told of, and what of it they have read."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.facts import Fact
from domain.notification_kinds import KINDS, NotificationKind
from persistence.queries import notifications as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class NotificationAdded(Fact):
    """Somebody has a new notification, or an unread one that counts up tells more."""

    notification_id: UUID
    notification_kind: NotificationKind
    reader_id: UUID


@dataclass(frozen=True, kw_only=True)
class NotificationRead(Fact):
    """Somebody has read notifications, on one of their devices."""

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
        asyncpg.ForeignKeyViolationError: somebody deletes their account just now; to try again
            tells the others.
    """
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


def _added(row: Row) -> NotificationAdded:
    return NotificationAdded(
        notification_id=row.notification_id,
        notification_kind=NotificationKind(row.kind),
        reader_id=row.profile_id,
        audience=(row.profile_id,),
    )

"""Typing indicators: who is writing in a conversation at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.facts import Fact

SHOWN_FOR = timedelta(seconds=6)
"""How long an indicator holds unless it is renewed."""

MOST_PER_MINUTE = 60
"""How often somebody's indicators are told; what is more is dropped."""


@dataclass(frozen=True, kw_only=True)
class Typing(Fact):
    """Somebody is writing in a conversation, or is not any more; it is told and never kept.

    Attributes:
        until: when it is over by itself.
    """

    conversation_id: UUID
    profile_id: UUID
    is_typing: bool
    until: datetime


def typing(
    conversation_id: UUID,
    profile_id: UUID,
    *,
    is_typing: bool,
    member_ids: Iterable[UUID],
    now: datetime,
) -> Typing:
    """Say what the others of a conversation are told.

    Args:
        conversation_id: where.
        profile_id: who writes.
        is_typing: whether they write, or do not any more.
        member_ids: who takes part.
        now: the moment.
    """
    return Typing(
        conversation_id=conversation_id,
        profile_id=profile_id,
        is_typing=is_typing,
        until=now + SHOWN_FOR if is_typing else now,
        audience=tuple(key for key in member_ids if key != profile_id),
    )

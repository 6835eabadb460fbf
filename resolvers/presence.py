"""Presence: who is here, as far as they let the viewer know."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from dataloaders import privacy
from domain import profiles
from domain.profiles import LastActive
from execution.declarations import joint_batch
from resolvers.context import Context


@joint_batch
async def last_active(context: Context, profile_ids: Sequence[UUID]) -> list[LastActive | None]:
    """When each person was last here, roughly; None where they do not show it to the viewer."""
    days = await context.loaders.load_many(privacy.last_active_of, context, profile_ids, {})
    now = datetime.now(UTC)
    return [day and profiles.last_active(day, now) for day in days]


@joint_batch
async def are_online(context: Context, profile_ids: Sequence[UUID]) -> list[bool | None]:
    """Whether each person is here; None where they do not show it, or nobody knows."""
    shown = await context.loaders.load_many(privacy.show_online, context, profile_ids, {})
    asked = [key for key, shows in zip(profile_ids, shown, strict=True) if shows]
    online = await context.services.presence.online(asked)
    known = dict(zip(asked, online, strict=True)) if online is not None else {}
    return [known.get(key) for key in profile_ids]

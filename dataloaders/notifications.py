"""Notifications in batches; each is shown to nobody but its reader."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from dataloaders.connections import After, Before, First, Last, PageOf, connection
from dataloaders.reader import Reader, in_order
from domain.notification_kinds import KINDS, Channel
from execution.declarations import batch
from persistence.queries import notification_preferences, notifications
from persistence.rows import Row

UnreadOnly = Annotated[bool, strawberry.argument(description="Only those that you have not read.")]


@batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's notifications with these keys, as far as they may see what it is about."""
    asked = {"ids": list(ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(notifications.by_ids, **asked)
    return in_order(ids, rows, "notification_id")


@batch
async def lists_by_ids(reader: Reader, lists: Sequence[tuple[UUID, ...]]) -> list[list[Row]]:
    """The viewer's notifications of each list of keys, without those that are hidden by now."""
    every = list(dict.fromkeys(key for ids in lists for key in ids))
    found = dict(zip(every, await by_ids.function(reader, every), strict=True))
    return [[row for key in ids if (row := found[key]) is not None] for ids in lists]


_all_of_reader = connection(notifications.of_reader)
_unread_of_reader = connection(notifications.unread_of_reader)


@batch
async def of_reader(
    reader: Reader,
    owners: Sequence[UUID],
    *,
    unread_only: UnreadOnly = False,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """What people were told, all or what they have not read."""
    listed = _unread_of_reader if unread_only else _all_of_reader
    window = {"first": first, "after": after, "last": last, "before": before}
    return list(await listed.function(reader, owners, **window))


@batch
async def unread_counts(reader: Reader, owners: Sequence[UUID]) -> list[int]:
    """How many notifications the viewer has not read; 0 for whoever is not the viewer."""
    asked = {"viewer_id": reader.viewer_id}
    count = await reader.database.value(notifications.unread_count, **asked)
    return [count if key == reader.viewer_id else 0 for key in owners]


@batch
async def told(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """What the sentences of the viewer's notifications are made of."""
    asked = {"ids": list(ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(notifications.told, **asked)
    return in_order(ids, rows, "notification_id")


@batch
async def settings_of(reader: Reader, owners: Sequence[UUID]) -> list[Row | None]:
    """How the viewer wants to be told; nothing of whoever is not the viewer."""
    mine = [key for key in owners if key == reader.viewer_id]
    rows = await reader.database.fetch(notification_preferences.settings_of, profile_ids=mine)
    return in_order(owners, rows, "profile_id")


@batch
async def choices_of(reader: Reader, owners: Sequence[UUID]) -> list[list[Row]]:
    """Which kinds the viewer wants by which channels; nothing of whoever is not the viewer."""
    every = [(kind, channel) for kind in KINDS for channel in Channel]
    rows = await reader.database.fetch(
        notification_preferences.choices_of,
        viewer_id=reader.viewer_id,
        kinds=[kind for kind, _ in every],
        channels=[channel for _, channel in every],
        defaults=[channel in KINDS[kind].channels for kind, channel in every],
    )
    return [rows if key == reader.viewer_id else [] for key in owners]

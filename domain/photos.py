"""Photos: images on profiles, in the order in which their people want them seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import media, profiles
from domain.facts import Fact
from domain.file_types import Kind
from domain.media import State
from domain.refusals import InvalidFieldCode, InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import photos as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class PhotosChanged(Fact):
    """Somebody changed the photos on their profile."""

    profile_id: UUID


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many photos a profile has.

    Attributes:
        least: below which nobody who is shown to others may go by deleting.
        most: above which nobody may go.
    """

    least: int = 1
    most: int = 9


def may_delete(photos: Sequence[Row], media_id: UUID, *, is_shown: bool, least: int) -> bool:
    """Say whether a photo may go.

    Only ready photos count, as others see no other. Who has fewer than `least` anyway may delete
    one that is not ready; who is not shown to others may delete any.

    Args:
        photos: all of the profile, with their `media_id` and `state`.
        media_id: the one to delete.
        is_shown: whether the profile is shown to others.
        least: how many must stay.
    """
    ready = {photo.media_id for photo in photos if photo.state == State.READY}
    return not is_shown or media_id not in ready or len(ready) > least


async def add_photo(tx: Transaction, viewer: Viewer, *, media_id: UUID, bounds: Bounds) -> Row:
    """Put an image on one's profile, after the others. It is there once, however often it is added.

    Settled under the lock of the profile.

    Args:
        tx: the transaction.
        viewer: whose profile it is.
        media_id: an image that the viewer has uploaded.
        bounds: how many photos a profile has.

    Returns:
        The profile.

    Raises:
        NotFound: there is no such medium of the viewer, or its file has not come or was refused.
        InvalidInput: it is no image.
        LimitReached: there are as many photos as may be.
    """
    profile = await profiles.own(tx, viewer)
    await media.attach(tx, viewer, media_ids=[media_id], kinds=[Kind.IMAGE])
    photos = await tx.fetch(queries.own, profile_id=profile.profile_id)
    if any(photo.media_id == media_id for photo in photos):
        return profile
    if len(photos) >= bounds.most:
        raise LimitReached("PHOTO_LIMIT_REACHED", f"A profile has at most {bounds.most} photos.")
    last = photos[-1].position if photos else 0
    await tx.add(models.Photo, media_id=media_id, profile_id=profile.profile_id, position=last + 1)
    tx.record(PhotosChanged(profile_id=profile.profile_id))
    return profile


async def delete_photo(tx: Transaction, viewer: Viewer, *, media_id: UUID, bounds: Bounds) -> Row:
    """Take a photo off one's profile; its file goes too, unless something else uses it.

    Settled under the lock of the profile.

    Returns:
        The profile.

    Raises:
        NotFound: it is no photo of the viewer's.
        NotAllowed: too few would be left of somebody who is shown to others; add one first.
    """
    profile = await profiles.own(tx, viewer)
    photos = await tx.fetch(queries.own, profile_id=profile.profile_id)
    if all(photo.media_id != media_id for photo in photos):
        raise NotFound("Media")
    is_shown = profile.onboarded_at is not None
    if not may_delete(photos, media_id, is_shown=is_shown, least=bounds.least):
        raise NotAllowed(
            "PHOTO_NEEDED", f"A profile that others see keeps {bounds.least}: add another first."
        )
    await tx.remove(models.Photo, media_id=media_id)
    media.release(tx, media_ids=[media_id])
    tx.record(PhotosChanged(profile_id=profile.profile_id))
    return profile


async def reorder_photos(tx: Transaction, viewer: Viewer, *, media_ids: Sequence[UUID]) -> Row:
    """Show one's photos in another order. Settled under the lock of the profile.

    Args:
        tx: the transaction.
        viewer: whose photos they are.
        media_ids: each of the viewer's photos once.

    Returns:
        The profile.

    Raises:
        NotFound: one is not a photo of the viewer's.
        InvalidInput: one is missing or named twice.
    """
    profile = await profiles.own(tx, viewer)
    present = [row.media_id for row in await tx.fetch(queries.own, profile_id=profile.profile_id)]
    if not set(present) >= set(media_ids):
        raise NotFound("Media")
    if sorted(media_ids) != sorted(present):
        twice = len(set(media_ids)) < len(media_ids)
        code = InvalidFieldCode.DUPLICATE if twice else InvalidFieldCode.MISSING
        raise InvalidInput.of("mediaIds", "mediaIds must name each of your photos once.", code)
    if list(media_ids) != present:
        await tx.fetch(queries.put_in_order, media_ids=list(media_ids))
        tx.record(PhotosChanged(profile_id=profile.profile_id))
    return profile

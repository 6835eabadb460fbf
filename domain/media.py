"""Media: files that people upload, which are checked and made safe before anybody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import file_types, profiles
from domain.facts import Fact
from domain.file_types import Kind
from domain.numbers import count_problems
from domain.refusals import (
    Conflict,
    InvalidField,
    InvalidFieldCode,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
)
from domain.viewer import Viewer
from persistence import models
from persistence.queries import media as queries
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_LOOSE = 50
"""How many media of one person may hang on nothing."""


@dataclass(frozen=True, kw_only=True)
class MediaUploaded(Fact):
    """A file has come and is to be checked."""

    media_id: UUID


@dataclass(frozen=True, kw_only=True)
class MediaReleased(Fact):
    """Media do not hang any more on what they hung on; those that hang nowhere are to go."""

    media_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class MediaChecked(Fact):
    """A file was checked: it can be seen now, or was refused."""

    media_id: UUID
    message_id: UUID | None = None


class State(StrEnum):
    """How far a medium is."""

    AWAITING = "awaiting"
    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class Refused(StrEnum):
    """Why a file was refused after it had come."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    INFECTED = "infected"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What has come into the store.

    Attributes:
        size_bytes: how much.
        head: its first bytes, at least `file_types.HEAD_BYTES`.
    """

    size_bytes: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a file.

    Attributes:
        width: in pixels, as it is shown.
        height: in pixels, as it is shown.
        duration_seconds: of a video.
        placeholder: a tiny blurred image as a `data:` URL; None for a video.
    """

    width: int
    height: int
    duration_seconds: float | None = None
    placeholder: str | None = None


def upload_problems(media_type: str, size_bytes: int, *, most_bytes: int) -> list[InvalidField]:
    """Say what is wrong with a file that somebody wants to upload.

    Args:
        media_type: what they say it is.
        size_bytes: how large they say it is.
        most_bytes: how large it may be.
    """
    problems = []
    if media_type not in file_types.BY_NAME:
        allowed = ", ".join(file_types.BY_NAME)
        problems.append(
            InvalidField(
                "mediaType", f"mediaType must be one of {allowed}.", InvalidFieldCode.UNKNOWN
            )
        )
    problems += count_problems("sizeBytes", size_bytes, most_bytes)
    return problems


async def create_upload(
    tx: Transaction,
    viewer: Viewer,
    *,
    media_type: str,
    size_bytes: int,
    most_bytes: int,
    lasts: timedelta,
) -> Row:
    """Announce a file, so that it may be sent to the store.

    Settled under the lock of the viewer's profile.

    Args:
        tx: the transaction.
        viewer: who uploads it.
        media_type: one of `file_types.BY_NAME`.
        size_bytes: how large it is.
        most_bytes: how large it may be.
        lasts: for how long it may be sent.

    Returns:
        The medium, which awaits its file.

    Raises:
        InvalidInput: the type or the size is not allowed.
        LimitReached: too many of the viewer's media hang on nothing.
    """
    if problems := upload_problems(media_type, size_bytes, most_bytes=most_bytes):
        raise InvalidInput(problems)
    await profiles.own(tx, viewer)
    if await tx.value(queries.count_loose, uploader_id=viewer.profile_id) >= MOST_LOOSE:
        raise LimitReached(
            "UPLOAD_LIMIT_REACHED", f"{MOST_LOOSE} of your uploads are not used anywhere."
        )
    return await tx.add(
        models.Media,
        uploader_id=viewer.profile_id,
        kind=file_types.BY_NAME[media_type].kind,
        media_type=media_type,
        size_bytes=size_bytes,
        upload_expires_at=datetime.now(UTC) + lasts,
    )


async def complete_upload(
    tx: Transaction, viewer: Viewer, *, media_id: UUID, arrived: Arrived | None
) -> Row:
    """Say that the file is sent; it is checked and made safe from now on. Once is enough.

    Args:
        tx: the transaction.
        viewer: who uploaded it.
        media_id: the medium.
        arrived: what the store holds; None for nothing.

    Returns:
        The medium.

    Raises:
        NotFound: there is no such medium of the viewer.
        Conflict: nothing has come yet, or not all of it.
        InvalidInput: what has come is of another type than announced.
    """
    medium = await _own(tx, viewer, media_id)
    if medium.state != State.AWAITING:
        return medium
    if arrived is None or arrived.size_bytes != medium.size_bytes:
        raise Conflict("UPLOAD_INCOMPLETE", "The announced file has not come whole.")
    found = file_types.of_content(arrived.head)
    if found is None or found.media_type != medium.media_type:
        raise InvalidInput.of("mediaId", f"The file is not {medium.media_type} by its content.")
    tx.record(MediaUploaded(media_id=media_id))
    changed = await tx.change(models.Media, {"media_id": media_id}, state=State.PROCESSING)
    return changed or medium


async def delete_media(tx: Transaction, viewer: Viewer, *, media_id: UUID) -> None:
    """Delete a medium that hangs on nothing.

    Raises:
        NotFound: there is no such medium of the viewer.
        NotAllowed: it hangs on something; take it off first.
    """
    await _own(tx, viewer, media_id)
    if not await tx.fetch(queries.drop_loose, ids=[media_id]):
        raise NotAllowed("MEDIA_IN_USE", "It is used: take it off first.")
    tx.record(MediaReleased(media_ids=(media_id,)))


async def attach(
    tx: Transaction,
    viewer: Viewer,
    *,
    media_ids: Sequence[UUID],
    kinds: Sequence[Kind] = (),
    unused: bool = False,
    ready: bool = False,
    path: str = "mediaId",
) -> list[Row]:
    """Let media be hung on something in this transaction, which holds their locks from now on.

    Those that are still being checked may be hung too, unless they must be ready: nobody else gets
    their files before they are.

    Args:
        tx: the transaction.
        viewer: who uploaded them.
        media_ids: the media.
        kinds: what they may be; anything unless given.
        unused: whether they must hang on nothing yet.
        ready: whether they must be checked, so that everybody can see them at once.
        path: the input's name for them.

    Returns:
        The media, in the order of their keys as given.

    Raises:
        NotFound: one is not the viewer's, or its file has not come or was refused.
        InvalidInput: one is of another kind.
        NotAllowed: one must hang on nothing, and hangs on something; or must be ready, and is not.
    """
    rows = {row.media_id: row for row in await tx.fetch(queries.lock, ids=list(media_ids))}
    for media_id in media_ids:
        row = rows.get(media_id)
        if (
            row is None
            or row.uploader_id != viewer.profile_id
            or row.state not in {State.PROCESSING, State.READY}
        ):
            raise NotFound("Media")
        if kinds and row.kind not in kinds:
            wanted = " or ".join(kinds)
            raise InvalidInput.of(path, f"It must be of the kind {wanted}.")
    if ready and any(row.state != State.READY for row in rows.values()):
        raise NotAllowed("MEDIA_NOT_READY", "It is still being checked: try again in some seconds.")
    if unused and await tx.fetch(queries.hanging, ids=list(media_ids)):
        raise NotAllowed("MEDIA_IN_USE", "It is used elsewhere.")
    return [rows[media_id] for media_id in media_ids]


def checked_choice(media_ids: Sequence[UUID], *, most: int, noun: str) -> None:
    """Check which media somebody wants to hang on something.

    Args:
        media_ids: the media.
        most: how many these may be.
        noun: what they are to hang on, for the sentence.

    Raises:
        InvalidInput: they are too many or name one twice.
    """
    if len(media_ids) > most:
        sentence = f"A {noun} has at most {most} images and videos."
        raise InvalidInput.of("mediaIds", sentence, InvalidFieldCode.TOO_MANY)
    if len(set(media_ids)) < len(media_ids):
        raise InvalidInput.of(
            "mediaIds", "mediaIds must name each medium once.", InvalidFieldCode.DUPLICATE
        )


def release(tx: Transaction, *, media_ids: Sequence[UUID]) -> None:
    """Say that media were taken off something; those that hang nowhere else are deleted soon."""
    if media_ids:
        tx.record(MediaReleased(media_ids=tuple(media_ids)))


async def finish(tx: Transaction, *, media_id: UUID, made: Made) -> Row | None:
    """Let a checked medium be shown.

    Returns:
        The medium; None when it does not wait for it any more.
    """
    if not await _is_processing(tx, media_id):
        return None
    await _tell_checked(tx, media_id)
    return await tx.change(
        models.Media,
        {"media_id": media_id},
        state=State.READY,
        width=made.width,
        height=made.height,
        duration_seconds=made.duration_seconds,
        placeholder=made.placeholder,
    )


async def refuse(tx: Transaction, *, media_id: UUID, why: Refused) -> None:
    """Refuse a medium after checking it, and take it off the profile, place or event it showed.

    To a message it stays attached, so that whoever reads that learns that it was refused.
    """
    if await _is_processing(tx, media_id):
        await tx.change(models.Media, {"media_id": media_id}, state=State.REFUSED, refusal=why)
        await tx.remove(models.Photo, media_id=media_id)
        await tx.remove(models.PlacePhoto, media_id=media_id)
        await tx.change(models.Event, {"cover_id": media_id}, cover_id=None)
        await _tell_checked(tx, media_id)


async def _tell_checked(tx: Transaction, media_id: UUID) -> None:
    """Tell who uploaded a medium, whose row is held, and those who see the message it hangs on."""
    rows = await tx.fetch(queries.concerned, media_id=media_id)
    message_id = rows[0]["message_id"] if rows else None
    audience = tuple(row["profile_id"] for row in rows)
    tx.record(MediaChecked(media_id=media_id, message_id=message_id, audience=audience))


async def _is_processing(tx: Transaction, media_id: UUID) -> bool:
    """Say whether a medium is being checked, its row locked until the transaction ends."""
    medium = await tx.one(queries.lock, ids=[media_id])
    return medium is not None and medium.state == State.PROCESSING


async def _own(tx: Transaction, viewer: Viewer, media_id: UUID) -> Row:
    """Give a medium of the viewer, its row locked until the transaction ends.

    Raises:
        NotFound: there is no such medium of the viewer.
    """
    medium = await tx.one(queries.lock, ids=[media_id])
    if medium is None or medium.uploader_id != viewer.profile_id:
        raise NotFound("Media")
    return medium

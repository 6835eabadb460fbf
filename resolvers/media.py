"""Media: what a client asks and does with files."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import media as loaders
from domain import file_types, media, media_files
from domain.file_types import Kind
from domain.media import Arrived, State
from domain.media_files import Format, Size
from domain.refusals import InvalidFieldCode, InvalidInput
from integrations.media_store import SignedUpload
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def medium(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The file.")],
) -> Row | None:
    """A file that you uploaded, or that hangs on something you see; null when missing or hidden."""
    return await nodes.of_type(context, id, "Media")


def url_of(context: Context, row: Any, size: Size, shown_as: Format) -> str | None:
    """Give an address at which a medium can be read for a while; None unless it is ready."""
    if row.state != State.READY:
        return None
    key = media_files.shown(row.media_id, Kind(row.kind), size, shown_as)
    return context.services.integrations.media_store.url(key, datetime.now(UTC))


def upload_of(context: Context, row: Any) -> SignedUpload | None:
    """Say how to send a medium's file; None unless it awaits it."""
    if row.state != State.AWAITING or row.upload_expires_at <= datetime.now(UTC):
        return None
    return context.services.integrations.media_store.new_upload(
        media_files.incoming(row.media_id),
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        expires_at=row.upload_expires_at,
    )


async def create_upload(context: Context, *, media_type: str, size_bytes: int) -> dict[str, Any]:
    """Announce a file. Then send it as `media.upload` says, and call `completeUpload`.

    Allowed are JPEG, PNG, WebP and MP4.
    """
    async with context.write() as tx:
        created = await media.create_upload(
            tx,
            context.signed_in,
            media_type=media_type,
            size_bytes=size_bytes,
            **_bounds(context),
        )
        return tx.answer({"media": created})


async def complete_upload(context: Context, *, media_id: str) -> dict[str, Any]:
    """Say that the file is sent. It is checked and made safe; then its `state` is READY."""
    key = ids.decode(media_id, "Media")
    arrived = await _arrived(context, key)
    async with context.write() as tx:
        completed = await media.complete_upload(
            tx, context.signed_in, media_id=key, arrived=arrived
        )
        return tx.answer({"media": completed})


async def upload_media(context: Context, *, file: Any) -> dict[str, Any]:
    """Send a small file with the request itself, as a form; `createUpload` is for all others."""
    head = await file.read(file_types.HEAD_BYTES)
    await file.seek(0)
    found = file_types.of_content(head)
    if found is None:
        allowed = ", ".join(file_types.BY_NAME)
        raise InvalidInput.of("file", f"The file is by its content none of {allowed}.")
    most_bytes = context.services.settings.max_upload_bytes
    if file.size > most_bytes:
        raise InvalidInput.of(
            "file", f"The file has more than {most_bytes} bytes.", InvalidFieldCode.OUT_OF_RANGE
        )
    async with context.database.write() as tx:
        created = await media.create_upload(
            tx,
            context.signed_in,
            media_type=found.media_type,
            size_bytes=file.size,
            **_bounds(context),
        )
    await _send(context, created, file)
    # A retry is known only here: what it has sent again hangs on nothing and goes in time.
    async with context.write() as tx:
        completed = await media.complete_upload(
            tx, context.signed_in, media_id=created.media_id, arrived=Arrived(file.size, head)
        )
        return tx.answer({"media": completed})


async def delete_media(context: Context, *, media_id: str) -> dict[str, Any]:
    """Delete a file of yours that is not used anywhere."""
    async with context.write() as tx:
        key = ids.decode(media_id, "Media")
        await media.delete_media(tx, context.signed_in, media_id=key)
        return tx.answer({"deleted_media_id": media_id})


def _bounds(context: Context) -> dict[str, Any]:
    settings = context.services.settings
    return {
        "most_bytes": settings.max_upload_bytes,
        "lasts": timedelta(minutes=settings.upload_minutes),
    }


async def _arrived(context: Context, key: UUID) -> Arrived | None:
    medium = await context.load(loaders.by_ids, key)
    if medium is None or medium.state != State.AWAITING:
        return None
    store = context.services.integrations.media_store
    stored = await store.head(media_files.incoming(key), file_types.HEAD_BYTES)
    return Arrived(stored.size_bytes, stored.head) if stored else None


async def _send(context: Context, row: Row, file: Any) -> None:
    store = context.services.integrations.media_store
    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        path = Path(folder) / "file"
        await asyncio.to_thread(_copy, file.file, path)
        await store.put(media_files.incoming(row.media_id), path, row.media_type)


def _copy(source: Any, path: Path) -> None:
    source.seek(0)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)

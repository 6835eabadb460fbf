"""Jobs about media: uploaded files checked and made safe, and files that nobody needs deleted."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from domain import file_types, media, media_files
from domain.file_types import FileType, Kind
from domain.media import Made, Refused, State
from domain.media_files import Format
from persistence import models
from persistence.queries import media as queries
from workers.celery_app import task
from workers.images import FileRefused, make_images
from workers.resources import Resources
from workers.videos import make_safe

_log = structlog.get_logger("kith.media")

STEP = 500
LATE_UPLOADS = timedelta(hours=3)
"""For how long after it was announced a file may still come, and runs of the schedule may fail."""

_NOBODY = UUID(int=0)


@task
async def process_media(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Check an uploaded file and make of it what is shown; the file itself goes.

    It may run again at any point: its results have the same names, and only a medium that is
    being processed becomes ready. When a scanner or the store is away it is tried again.
    """
    media_id = UUID(body["media_id"])
    async with resources.database.write() as tx:
        medium = await tx.get(models.Media, media_id=media_id)
    if medium is None or medium.state != State.PROCESSING or medium.deleted_at is not None:
        return
    store = resources.integrations.media_store
    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        try:
            file_type = file_types.BY_NAME[medium.media_type]
            made = await _processed(resources, media_id, file_type, Path(folder))
        except FileRefused as refusal:
            async with resources.database.write() as tx:
                await media.refuse(tx, media_id=media_id, why=refusal.why)
            _log.info("media refused", media_id=str(media_id), why=refusal.why)
        else:
            async with resources.database.write() as tx:
                finished = await media.finish(tx, media_id=media_id, made=made)
            if finished is None:  # deleted meanwhile
                await store.delete(media_files.all_of(media_id))
    await store.delete([media_files.incoming(media_id)])


async def _processed(
    resources: Resources, media_id: UUID, file_type: FileType, folder: Path
) -> Made:
    """Check a file and store what is shown of it.

    Raises:
        FileRefused: it may not be shown.
    """
    settings, outside = resources.settings, resources.integrations
    path, most_bytes = folder / "file", settings.max_upload_bytes
    # What may be sent over it later is of no matter: this copy is checked, and only it is used.
    if not await outside.media_store.fetch(media_files.incoming(media_id), path, most_bytes):
        raise FileRefused(Refused.UNREADABLE)
    if path.stat().st_size > most_bytes:
        raise FileRefused(Refused.TOO_LARGE)
    if file_types.of_content(_head(path)) != file_type:
        raise FileRefused(Refused.UNREADABLE)
    if not await outside.virus_scan.is_clean(path):
        raise FileRefused(Refused.INFECTED)
    if file_type.kind is Kind.VIDEO:
        made = await asyncio.to_thread(make_safe, path)
        results = {media_files.video(media_id): (path, file_type.media_type)}
    else:
        made, images = await asyncio.to_thread(
            make_images, path, file_type, folder, most_pixels=settings.max_image_pixels
        )
        results = {
            media_files.image(media_id, size, shown_as): (image, _MEDIA_TYPES[shown_as])
            for (size, shown_as), image in images.items()
        }
    judged, media_type = next(iter(results.values()))
    if not await outside.content_safety.is_safe(judged, media_type):
        raise FileRefused(Refused.UNSAFE)
    for key, (result, media_type) in results.items():
        await outside.media_store.put(key, result, media_type)
    return made


_MEDIA_TYPES = {Format.WEBP: "image/webp", Format.JPEG: "image/jpeg"}


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(file_types.HEAD_BYTES)


@task
async def drop_released(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Delete those of some media that hang on nothing, with their files."""
    ids = [UUID(media_id) for media_id in body["media_ids"]]
    await _drop_loose(resources, ids)
    await _delete_files(resources, ids)


@task
async def drop_files_of_account(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Delete the files of whoever has left."""
    await _collect_gone(resources)


@task
async def collect_media(resources: Resources) -> None:
    """Delete what nobody needs: media that hang on nothing, those of people who left, late files.

    Safe to repeat, and to stop at any point.
    """
    before = datetime.now(UTC) - timedelta(hours=resources.settings.loose_media_hours)
    while True:
        loose = await resources.database.fetch(queries.loose, before=before, limit=STEP)
        dropped = await _drop_loose(resources, [row.media_id for row in loose])
        if len(loose) < STEP or not dropped:
            break
    await _collect_gone(resources)
    late = await resources.database.fetch(
        queries.uploads_expired, since=datetime.now(UTC) - LATE_UPLOADS
    )
    await resources.integrations.media_store.delete(
        [media_files.incoming(row.media_id) for row in late]
    )


async def _drop_loose(resources: Resources, ids: Sequence[UUID]) -> int:
    if not ids:
        return 0
    async with resources.database.write() as tx:
        await tx.fetch(queries.lock, ids=list(ids))
        return len(await tx.fetch(queries.drop_loose, ids=list(ids)))


async def _collect_gone(resources: Resources) -> None:
    after = _NOBODY
    while True:
        gone = await resources.database.fetch(queries.gone, after=after, limit=STEP)
        await _delete_files(resources, [row.media_id for row in gone])
        if len(gone) < STEP:
            return
        after = gone[-1].media_id


async def _delete_files(resources: Resources, ids: Sequence[UUID]) -> None:
    """Delete the files of those of some media that are gone, and then forget these media.

    A medium to which something may still come is forgotten later, once that is deleted too.
    """
    gone = [row.media_id for row in await resources.database.fetch(queries.gone_of, ids=list(ids))]
    if not gone:
        return
    keys = [key for media_id in gone for key in media_files.all_of(media_id)]
    await resources.integrations.media_store.delete(keys)
    async with resources.database.write() as tx:
        await tx.fetch(queries.forget, ids=gone)

"""Media for tests: files made in memory, sent as a client sends them, or simply there."""

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from PIL import Image

from persistence import models
from resolvers import ids

UPLOAD = (
    "media { id state kind upload { method url headers { name value } fields { name value } } }"
)


def image(shown_as="JPEG", size=(64, 48), **options) -> bytes:
    """An image with some colours in it."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    buffer = io.BytesIO()
    made.save(buffer, shown_as, **options)
    return buffer.getvalue()


async def announce(person, content: bytes, media_type="image/jpeg"):
    """Announce a file and give what `createUpload` says of it."""
    answer = await person.api.done(
        "createUpload", UPLOAD, mediaType=media_type, sizeBytes=len(content)
    )
    return answer["media"]


async def send(http: httpx.AsyncClient, upload, content) -> httpx.Response:
    """Send a file as the API said."""
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    if upload["method"] == "PUT":
        return await http.put(upload["url"], content=content, headers=headers)
    fields = {each["name"]: each["value"] for each in upload["fields"]}
    return await http.post(upload["url"], data=fields, files={"file": ("f", content)})


async def sent(person, content: bytes, media_type="image/jpeg") -> str:
    """Announce and send a file, and give its id."""
    medium = await announce(person, content, media_type)
    assert (await send(person.api.http, medium["upload"], content)).status_code == 204
    return medium["id"]


async def uploaded(person, content: bytes | None = None, media_type="image/jpeg") -> str:
    """Upload a file, and give its id; nobody has checked it yet."""
    media_id = await sent(person, content or image(), media_type)
    await person.api.done("completeUpload", "media { id }", mediaId=media_id)
    return media_id


async def ready(database, person, **columns) -> UUID:
    """Make a medium of somebody as if it had been checked, and give its key."""
    values = {
        "uploader_id": person.key,
        "kind": "image",
        "media_type": "image/jpeg",
        "state": "ready",
        "size_bytes": 1_000,
        "width": 64,
        "height": 48,
        "upload_expires_at": datetime.now(UTC) + timedelta(minutes=15),
        **columns,
    }
    async with database.write() as tx:
        return (await tx.add(models.Media, **values)).media_id


async def photographed(database, person, count=1) -> list[str]:
    """Put photos on somebody's profile, and give their ids in order."""
    made = []
    for position in range(1, count + 1):
        key = await ready(database, person)
        async with database.write() as tx:
            await tx.add(models.Photo, media_id=key, profile_id=person.key, position=position)
        made.append(global_id(key))
    return made


def global_id(key: UUID) -> str:
    """The id of a medium."""
    return ids.encode("Media", key)


async def post_form(
    api, query: str, variables, files: dict[str, bytes], **headers: str
) -> httpx.Response:
    """Send an operation as a form, files by the places in the variables where they belong."""
    fields = [
        ("operations", (None, json.dumps({"query": query, "variables": variables}))),
        ("map", (None, json.dumps({str(n): [place] for n, place in enumerate(files)}))),
        *((str(n), (f"{n}.bin", content)) for n, content in enumerate(files.values())),
    ]
    headers["X-Requested-With"] = "test"
    if api.token:
        headers["Authorization"] = f"Bearer {api.token}"
    return await api.http.post("/graphql", files=fields, headers=headers)

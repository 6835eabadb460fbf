"""Media: files that people upload, as others see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry
from starlette.datastructures import UploadFile

from dataloaders import media
from domain.file_types import Kind
from domain.media import Refused, State
from domain.media_files import Format, Size
from domain.refusals import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from execution.declarations import joint
from persistence import models
from resolvers import media as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.nodes import Node
from schema.scalars import shown_enum

shown_enum(Kind, name="MediaKind", IMAGE="JPEG, PNG or WebP.", VIDEO="MP4.")
shown_enum(
    State,
    name="MediaState",
    AWAITING="Its file has not been sent yet.",
    PROCESSING="Its file is being checked and made safe; this takes seconds.",
    READY="It can be seen.",
    REFUSED="Its file was refused: `refusal` says why.",
)
shown_enum(
    Refused,
    name="MediaRefusal",
    UNREADABLE="The file is damaged, not whole, or hides something.",
    TOO_LARGE="It has too many bytes or pixels.",
    INFECTED="A virus was found.",
    UNSAFE="It shows what is not allowed here.",
)
shown_enum(
    Size,
    name="MediaSize",
    THUMBNAIL="At most 200 pixels on each side.",
    MEDIUM="At most 640 pixels on each side.",
    LARGE="At most 1,600 pixels on each side.",
)
shown_enum(
    Format, name="ImageFormat", WEBP="WebP, which is smaller.", JPEG="JPEG, for old clients."
)


@strawberry.type
class NameAndValue:
    """A header of HTTP, or a field of a form."""

    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type
class UploadTarget:
    """How to send a file: a PUT of its bytes, or a POST of a form whose last field is `file`."""

    method: str = strawberry.field(description="PUT or POST.")
    url: str = strawberry.field(description="Where to; without your token and cookies.")
    headers: list[NameAndValue] = strawberry.field(description="To send with it.")
    fields: list[NameAndValue] = strawberry.field(
        description="Of the form, before `file`; none for PUT."
    )


def _named(values: Mapping[str, str]) -> list[NameAndValue]:
    return [NameAndValue(name=name, value=value) for name, value in values.items()]


@view_of(models.Media)
class Media(Node):
    """A file that a person uploaded: an image or a video."""

    media_type: str = strawberry.field(description="What was uploaded, like `image/png`.")
    size_bytes: int = strawberry.field(description="How large the uploaded file is.")
    width: int | None = strawberry.field(description="In pixels, upright; null until ready.")
    height: int | None = strawberry.field(description="In pixels, upright; null until ready.")
    duration_seconds: float | None = strawberry.field(description="Of a video that is ready.")
    placeholder: str | None = strawberry.field(
        description="A tiny blurred image as a `data:` URL, to show until the image has come."
    )
    created_at: datetime = strawberry.field(description="When it was announced.")

    @strawberry.field(description="Image or video.")
    def kind(root: strawberry.Parent[Any]) -> Kind:
        return Kind(root.kind)

    @strawberry.field(description="How far it is; others get its `url` once it is READY.")
    def state(root: strawberry.Parent[Any]) -> State:
        return State(root.state)

    @strawberry.field(description="Why it was refused; null unless its state is REFUSED.")
    def refusal(root: strawberry.Parent[Any]) -> Refused | None:
        return Refused(root.refusal) if root.refusal else None

    @strawberry.field(
        description=(
            "Where to read it: signed, good for up to an hour, and the same for half of that, so "
            "that clients can keep what they read. Null unless the state is READY. For videos, "
            "which come in one size and format, the arguments change nothing."
        )
    )
    @joint
    def url(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        size: Annotated[Size, strawberry.argument(description="How large.")] = Size.MEDIUM,
        format: Annotated[Format, strawberry.argument(description="As what.")] = Format.WEBP,
    ) -> str | None:
        return resolvers.url_of(info.context, root, size, format)

    @strawberry.field(description="How to send the file; null once it was, or may not be any more.")
    @joint
    def upload(root: strawberry.Parent[Any], info: strawberry.Info) -> UploadTarget | None:
        signed = resolvers.upload_of(info.context, root)
        if signed is None:
            return None
        return UploadTarget(
            method=signed.method,
            url=signed.url,
            headers=_named(signed.headers),
            fields=_named(signed.fields),
        )


@strawberry.input
class CreateUploadInput(MutationInput):
    """What `createUpload` needs."""

    media_type: str = strawberry.field(
        description="`image/jpeg`, `image/png`, `image/webp` or `video/mp4`."
    )
    size_bytes: int = strawberry.field(description="Exactly how large the file is.")


@strawberry.type
class CreateUploadSuccess:
    """The file may be sent."""

    media: Media = strawberry.field(description="What it will be; send it as its `upload` says.")


@strawberry.input
class CompleteUploadInput(MutationInput):
    """What `completeUpload` needs."""

    media_id: strawberry.ID = strawberry.field(description="What `createUpload` gave.")


@strawberry.type
class CompleteUploadSuccess:
    """The file has come."""

    media: Media = strawberry.field(description="The file as it is now.")


@strawberry.input
class UploadMediaInput(MutationInput):
    """What `uploadMedia` needs."""

    file: UploadFile = strawberry.field(description="The file, of at most 10 MB.")


@strawberry.type
class UploadMediaSuccess:
    """The file has come."""

    media: Media = strawberry.field(description="The file as it is now.")


@strawberry.input
class DeleteMediaInput(MutationInput):
    """What `deleteMedia` needs."""

    media_id: strawberry.ID = strawberry.field(description="A file of yours.")


@strawberry.type
class DeleteMediaSuccess:
    """The file is gone."""

    deleted_media_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class MediaQueries:
    """What can be asked about media."""

    media: Media | None = resolve(resolvers.medium)


@strawberry.type
class MediaOfViewer:
    """What the viewer has uploaded."""

    media: Connection[Media] = loaded(
        media.of_uploader,
        key="profile_id",
        description="What you have uploaded, newest first, also what was refused.",
    )


@strawberry.type
class MediaMutations:
    """What can be done with media."""

    create_upload = mutation(
        resolvers.create_upload,
        input=CreateUploadInput,
        returns=CreateUploadSuccess,
        refuses=(InvalidInput, LimitReached, NotFound),
    )
    complete_upload = mutation(
        resolvers.complete_upload,
        input=CompleteUploadInput,
        returns=CompleteUploadSuccess,
        refuses=(InvalidInput, NotFound, Conflict),
    )
    upload_media = mutation(
        resolvers.upload_media,
        input=UploadMediaInput,
        returns=UploadMediaSuccess,
        refuses=(InvalidInput, LimitReached, NotFound, Conflict),
    )
    delete_media = mutation(
        resolvers.delete_media,
        input=DeleteMediaInput,
        returns=DeleteMediaSuccess,
        refuses=(NotFound, NotAllowed),
    )

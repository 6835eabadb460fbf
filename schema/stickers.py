"""Stickers: pictures to send."""

from typing import Any

import strawberry

from resolvers import ids
from resolvers import stickers as resolvers
from schema.building import resolve


@strawberry.type
class Sticker:
    """A picture to send."""

    description: str = strawberry.field(description="What it shows, for who does not see it.")
    image_url: str = strawberry.field(
        description="Where the picture is; a `data:` URL with an SVG for built-in ones."
    )

    @strawberry.field(description="Give it as `stickerId` of `sendMessage`.")
    def id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Sticker", root.sticker_id))


@strawberry.type
class StickerPack:
    """Stickers that belong together."""

    name: str = strawberry.field(description="Its name.")
    stickers: list[Sticker] = strawberry.field(description="Its stickers.")


@strawberry.type
class StickerQueries:
    """What can be asked about stickers."""

    stickers: list[StickerPack] = resolve(resolvers.stickers)

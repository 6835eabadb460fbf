"""Stickers: what a client asks for."""

from domain.stickers import StickerPack
from resolvers.context import Context


def stickers(context: Context) -> list[StickerPack]:
    """All stickers that can be sent, in their packs."""
    return context.services.stickers.packs

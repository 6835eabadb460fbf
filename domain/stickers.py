"""Stickers: pictures to send, in packs: a built-in one, and those of a catalogue file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from domain.refusals import NotFound

_Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_Words = Annotated[str, Field(min_length=1, max_length=80)]


class CatalogueUnreadable(Exception):
    """The file of stickers cannot be used; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Sticker:
    """A picture to send.

    Attributes:
        key: its pack's key and its own, as messages keep it.
        description: what it shows, for who does not see it.
        image_url: where the picture is; a `data:` URL for built-in ones.
    """

    key: str
    description: str
    image_url: str

    @property
    def sticker_id(self) -> UUID:
        """Its key as ids hold it."""
        return uuid5(NAMESPACE_URL, f"kith:sticker:{self.key}")


@dataclass(frozen=True, slots=True)
class StickerPack:
    """Stickers that belong together.

    Attributes:
        name: for people.
        stickers: at least one.
    """

    name: str
    stickers: tuple[Sticker, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _StickerOfFile(_Strict):
    key: _Key
    description: _Words
    image_url: HttpUrl


class _PackOfFile(_Strict):
    key: _Key
    name: _Words
    stickers: Annotated[list[_StickerOfFile], Field(min_length=1, max_length=200)]

    def pack(self) -> StickerPack:
        """The pack as it is shown."""
        stickers = [
            Sticker(f"{self.key}/{each.key}", each.description, str(each.image_url))
            for each in self.stickers
        ]
        return StickerPack(self.name, tuple(stickers))


class _File(_Strict):
    packs: Annotated[list[_PackOfFile], Field(max_length=100)]


class Catalogue:
    """All stickers that there are.

    Args:
        packs: their packs.

    Raises:
        CatalogueUnreadable: two stickers have the same key.
    """

    def __init__(self, packs: Sequence[StickerPack]) -> None:
        self.packs = list(packs)
        self._by_key: dict[str, Sticker] = {}
        for sticker in (sticker for pack in packs for sticker in pack.stickers):
            if self._by_key.setdefault(sticker.key, sticker) is not sticker:
                raise CatalogueUnreadable(f"Two stickers have the key {sticker.key}.")
        self._by_id = {sticker.sticker_id: sticker for sticker in self._by_key.values()}

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Read the packs of a file, after the built-in one.

        Args:
            path: JSON, ``{"packs": [{"key", "name", "stickers": [{"key", "description",
                "image_url"}]}]}``; None for no file.

        Raises:
            CatalogueUnreadable: it is missing or malformed.
        """
        if path is None:
            return cls([BUILT_IN])
        try:
            file = _File.model_validate_json(path.read_bytes())
        except OSError as error:
            raise CatalogueUnreadable(f"{path} cannot be read: {error.strerror}.") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise CatalogueUnreadable(f"{path} is no catalogue: {place}: {first['msg']}.") from None
        return cls([BUILT_IN, *(pack.pack() for pack in file.packs)])

    def get(self, key: str | None) -> Sticker | None:
        """Give a sticker; None when there is none (any more)."""
        return None if key is None else self._by_key.get(key)

    def key_of(self, sticker_id: UUID) -> str:
        """Give the key of a sticker that there is.

        Raises:
            NotFound: there is none.
        """
        if sticker_id not in self._by_id:
            raise NotFound("Sticker")
        return self._by_id[sticker_id].key


def _drawn(symbol: str) -> str:
    """A picture of a symbol."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text x="50" y="78" '
        f'font-size="80" text-anchor="middle">{symbol}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(picture)}"


_FEELINGS = {
    "hello": ("👋", "A waving hand"),
    "yes": ("👍", "A thumb up"),
    "love": ("💛", "A heart"),
    "laughing": ("😂", "Tears of joy"),
    "celebration": ("🎉", "A party popper"),
    "coffee": ("☕", "A cup of coffee"),
    "thanks": ("🙏", "Folded hands"),
    "good-night": ("🌙", "A moon"),
}

BUILT_IN = StickerPack(
    "Feelings",
    tuple(
        Sticker(f"feelings/{key}", description, _drawn(symbol))
        for key, (symbol, description) in _FEELINGS.items()
    ),
)
"""The pack that is always there."""

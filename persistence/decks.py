"""Decks: orders of people that stay as they are, in Redis for all processes and near in each."""

import struct
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray
from prometheus_client import Counter

from persistence.frozen import KEY_BYTES, Kept, Order, Orders, Source, connect
from persistence.frozen import new_name as new_deck_id

__all__ = ["Deck", "Decks", "Source", "connect", "new_deck_id"]

_found = Counter(
    "kith_decks_found_total", "Where decks were found, or that they were built.", ["in"]
)
_unreadable = Counter("kith_decks_unreadable_total", "Decks in Redis that could not be read.")
_failures = Counter("kith_deck_cache_failures_total", "Decks that Redis could not give or keep.")

_SIZES = struct.Struct("<III")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Deck(Order):
    """People in the order in which a viewer meets them, and what their scores are made of.

    Attributes:
        deck_id: its name in cursors.
        viewer_id: whose it is.
        availability: of whom it is, None for all.
        built_at: the moment for which it was ranked.
        good_until: from when on another one is made for who begins anew.
        built_for: tells the viewer's profile and wishes from others.
        embedding_version: of the embedding model by which texts were compared, None if none were.
        model: the weights of its scores, as `scoring.Model` writes them.
        keys: the ids of the people in their order, 16 bytes each.
        similarities: cosines of their texts and the viewer's, NaN where unknown.
        experiences: what decisions taught about each pair, in log-odds.
        chances: of a match with each, 0 to 1.
    """

    deck_id: str
    viewer_id: UUID
    availability: str | None
    built_at: datetime
    good_until: datetime
    built_for: str
    embedding_version: str | None
    model: dict[str, Any]
    keys: bytes
    similarities: Floats
    experiences: Floats
    chances: Floats

    @property
    def name(self) -> str:
        """Its name in cursors."""
        return self.deck_id

    @property
    def variant(self) -> str | None:
        """Of whom it is: decks of different people are kept side by side."""
        return self.availability

    @property
    def model_version(self) -> str:
        """The version of the weights."""
        version: str = self.model["version"]
        return version

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The people, in their order."""
        return self.part(0, self.size)

    def pack(self) -> bytes:
        """Write it down: a head as JSON, then the columns; about 30 bytes for a person."""
        head = orjson.dumps(
            {
                "deck_id": self.deck_id,
                "viewer_id": str(self.viewer_id),
                "availability": self.availability,
                "built_at": self.built_at.isoformat(),
                "good_until": self.good_until.isoformat(),
                "built_for": self.built_for,
                "embedding_version": self.embedding_version,
            }
        )
        model = orjson.dumps(self.model)
        columns = (self.similarities, self.experiences, self.chances)
        sizes = _SIZES.pack(len(head), len(model), self.size)
        floats = (column.astype("<f4").tobytes() for column in columns)
        return b"".join([sizes, head, model, self.keys, *floats])

    @classmethod
    def _unpacked(cls, packed: bytes) -> Self:
        head_size, model_size, count = _SIZES.unpack_from(packed)
        model_at = _SIZES.size + head_size
        keys_at = model_at + model_size
        floats_at = keys_at + KEY_BYTES * count
        head = orjson.loads(packed[_SIZES.size : model_at])
        floats = np.frombuffer(packed, "<f4", 3 * count, floats_at).reshape(3, count)
        return cls(
            deck_id=head["deck_id"],
            viewer_id=UUID(head["viewer_id"]),
            availability=head["availability"],
            built_at=datetime.fromisoformat(head["built_at"]),
            good_until=datetime.fromisoformat(head["good_until"]),
            built_for=head["built_for"],
            embedding_version=head["embedding_version"],
            model=_model(packed[model_at:keys_at]),
            keys=packed[keys_at:floats_at],
            similarities=floats[0],
            experiences=floats[1],
            chances=floats[2],
        )


@lru_cache(maxsize=16)
def _model(written: bytes) -> dict[str, Any]:
    # Nearly all decks have the same weights: one copy is enough for them.
    model: dict[str, Any] = orjson.loads(written)
    return model


_KEPT = Kept(
    what="deck",
    # With the format, so that processes before and after a change of what is packed get along.
    key="kith:deck:2",
    channel="kith:decks",
    unpack=Deck.unpack,
    found=_found,
    unreadable=_unreadable,
    failures=_failures,
)


class Decks(Orders[Deck]):
    """The decks of all viewers."""

    kept = _KEPT

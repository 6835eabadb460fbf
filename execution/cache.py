"""A bounded memory of what was worked out for a text: the least recently used goes first."""

import hashlib
from collections import OrderedDict
from functools import lru_cache
from typing import Generic, TypeVar

# Clients send ever the same texts. Those that are longer would take up memory before any limit
# on documents is applied to them.
_SHORT = 2_000

V = TypeVar("V")


class TextCache(Generic[V]):
    """Values by the hash of the text that they were made from, bounded in number and weight.

    Args:
        entries: how many values are kept at most.
        weight: the most that the weights of all values may add up to.
    """

    def __init__(self, *, entries: int, weight: int) -> None:
        self._entries = entries
        self._most = weight
        self._weight = 0
        self._values: OrderedDict[bytes, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: bytes) -> V | None:
        """The value for the text with this hash, or None when none is kept."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: bytes, value: V, *, weight: int) -> None:
        """Keep a value, and let others go while there are too many or they weigh too much.

        A value that is too heavy by itself is not kept.
        """
        if weight > self._most:
            return
        self._weight -= self._values.pop(key, (value, 0))[1]
        self._values[key] = (value, weight)
        self._weight += weight
        while len(self._values) > self._entries or self._weight > self._most:
            _, (_, freed) = self._values.popitem(last=False)
            self._weight -= freed


def hash_of(text: str) -> bytes:
    """The SHA-256 of a text, by which persisted queries and trusted documents are named too."""
    return _remembered(text) if len(text) <= _SHORT else _sha256(text)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


_remembered = lru_cache(maxsize=256)(_sha256)

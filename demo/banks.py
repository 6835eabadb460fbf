"""How the content of the demo world is written down, and how it is drawn evenly."""

from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def banks(text: str) -> dict[str, tuple[str, ...]]:
    """Read banks of lines: `# key` opens a bank, every other line that is not empty belongs to it.

    Args:
        text: the banks, one line of content a line.

    Returns:
        The lines by key, in the order in which they are written.

    Raises:
        ValueError: a line stands before the first key, or a key is given twice.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("# "):
            if line[2:] in found:
                raise ValueError(f"the bank {line[2:]!r} is given twice")
            lines = found[line[2:]] = []
        elif line and lines is None:
            raise ValueError(f"{line!r} stands before the first key")
        elif line and lines is not None:
            lines.append(line)
    return {key: tuple(values) for key, values in found.items()}


class Deck(Generic[T]):
    """Items drawn in random order, each once before any comes again."""

    def __init__(self, items: Sequence[T], rng: Random) -> None:
        self._items = list(items)
        self._rng = rng
        self._left: list[T] = []

    def draw(self) -> T:
        """Take the next item; after the last one all are shuffled again."""
        if not self._left:
            self._left = self._rng.sample(self._items, len(self._items))
        return self._left.pop()


class Decks(Generic[T]):
    """One deck for each key of some banks."""

    def __init__(self, content: dict[str, tuple[T, ...]], rng: Random) -> None:
        self._decks = {key: Deck(items, rng) for key, items in content.items()}

    def draw(self, key: str) -> T:
        """Take the next item of a key; KeyError when there is no such bank."""
        return self._decks[key].draw()

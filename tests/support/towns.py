"""Towns: people whom the index of people knows, and their decks."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.indexing import index_profiles
from resolvers.services import Services
from tests.support.people import People, Person

DECK = """query ($first: Int, $after: String, $refresh: Boolean! = false,
  $availability: Availability) {
  viewer { deck(first: $first, after: $after, refresh: $refresh, availability: $availability) {
    totalCount modelVersion edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { score profile { id displayName } reasons { signal contribution text } } } } }"""


async def embed_by_words(
    embedder: Any, texts: Sequence[str], *, patient: bool = True
) -> NDArray[np.float32]:
    """Embed texts by their words alone, in place of a model that takes seconds to load.

    Args:
        embedder: whose vectors they are said to be, and how many numbers they have.
        texts: any texts; the same words give the same vector.
        patient: means nothing here.
    """
    words = [text.split() or [""] for text in texts]
    sums = [sum(_direction(word, embedder.dimensions) for word in each) for each in words]
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    vectors: NDArray[np.float32] = (np.array(sums) / lengths).astype(np.float32)
    return vectors


def _direction(word: str, dimensions: int) -> NDArray[np.float64]:
    return np.random.default_rng(crc32(word.encode())).standard_normal(dimensions)


class Town:
    """People whom the index knows, until the test is over.

    Args:
        people: makes them.
        services: have the index.
    """

    def __init__(self, people: People, services: Services) -> None:
        self.people = people
        self.services = services
        self.keys: list[Any] = []

    async def join(self, name: str = "", **profile: Any) -> Person:
        """Make somebody whom the index knows."""
        person = await self.people.join(name, **profile)
        await self.embed(person)
        return person

    async def embed(self, person: Person) -> None:
        """Let the index know somebody."""
        self.keys.append(person.key)
        services = self.services
        await index_profiles(services.database, services.vectors, services.embedder, [person.key])

    async def leave(self) -> None:
        """Let the index forget everybody."""
        await self.services.vectors.delete(self.keys)


async def deck(person: Person, **page: Any) -> Any:
    """A page of somebody's deck."""
    return (await person.api.ask(DECK, **page))["viewer"]["deck"]


async def shown(person: Person, **page: Any) -> list[str]:
    """Whom a page of somebody's deck shows, in its order, by their ids."""
    return ids_of(await deck(person, **page))


def ids_of(page: Any) -> list[str]:
    """Who is on a page, in its order."""
    return [node["profile"]["id"] for node in page["nodes"]]

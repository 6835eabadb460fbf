"""What is recognised in texts, in batches: each text once, with a pause after each."""

import asyncio
from collections.abc import Callable, Sequence

from dataloaders.reader import Reader
from domain import text_entities
from domain.text_entities import Entity
from execution.declarations import Batch, joint_batch


def _by(find: Callable[[str], list[Entity]]) -> Batch:
    @joint_batch
    async def of_texts(reader: Reader, texts: Sequence[str]) -> list[list[Entity]]:
        found = []
        for text in texts:
            found.append(find(text))
            # A long text takes about a millisecond, and a page has up to a hundred.
            await asyncio.sleep(0)
        return found

    return of_texts


hashtags_of = _by(text_entities.hashtags_in)
"""The hashtags of each text."""

links_of = _by(text_entities.links_in)
"""The links of each text."""

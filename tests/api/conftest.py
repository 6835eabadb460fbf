"""Whom tests of the API begin with."""

import pytest

from matching.embeddings import LocalEmbedder
from tests.support.conversations import global_id, matched
from tests.support.towns import Town, embed_by_words


@pytest.fixture
async def pair(people, database):
    """Two people who have matched, and the id of their conversation."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    return ada, bob, global_id(await matched(database, ada.key, bob.key))


@pytest.fixture
def setting(services, monkeypatch):
    """Changes settings for a test."""
    return lambda name, value: monkeypatch.setitem(vars(services.settings), name, value)


@pytest.fixture
async def town(people, services, monkeypatch):
    """Makes people whom the index knows; texts are embedded by their words alone."""
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    town = Town(people, services)
    yield town
    await town.leave()

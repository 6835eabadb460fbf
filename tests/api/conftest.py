"""Whom tests of the API begin with."""

import pytest

from tests.support.conversations import global_id, matched


@pytest.fixture
async def pair(people, database):
    """Two people who have matched, and the id of their conversation."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    return ada, bob, global_id(await matched(database, ada.key, bob.key))


@pytest.fixture
def setting(services, monkeypatch):
    """Changes settings for a test."""
    return lambda name, value: monkeypatch.setitem(vars(services.settings), name, value)

"""The API with texts embedded by others: it works, and goes on working while they are away."""

import httpx
import pytest

from app import create_app
from matching.indexing import reindex
from tests.support.embedding_api import EmbeddingServer
from tests.support.people import People

PREVIEW = """query ($text: String!) { previewProfile(text: $text) {
  age { value } interests { value source } } }"""
DECK = "{ viewer { deck { nodes { profile { id } } } } }"


@pytest.fixture
async def server():
    async with EmbeddingServer() as server:
        yield server


@pytest.fixture
async def elsewhere(settings, services, server, tmp_path):
    """An application on the same, empty database whose texts the server embeds."""
    given = {
        "data_dir": tmp_path,
        "embedding_api_url": server.url,
        "embedding_api_model": "another",
        "embedding_api_dimensions": 8,
    }
    app = create_app(settings.model_copy(update=given))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def town(elsewhere):
    """Makes people who are signed in there."""
    transport = httpx.ASGITransport(app=elsewhere)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield People(elsewhere.state.services, client)


async def shown(person):
    found = (await person.api.ask(DECK))["viewer"]["deck"]["nodes"]
    return {node["profile"]["id"] for node in found}


async def test_decks_are_made_of_the_vectors_of_others(elsewhere, town, server):
    ada, bob = await town.join(bio="I sail."), await town.join(bio="I sail, too.")
    services = elsewhere.state.services
    await reindex(services.database, services.vectors, services.embedder, lambda _: None)
    assert await services.vectors.embedded_count() == 2
    asked = len(server.asked)
    assert await shown(ada) == {bob.id}
    assert len(server.asked) == asked  # the vectors are kept


async def test_decks_hold_people_while_the_api_is_away(elsewhere, town, server):
    bob, services = await town.join(bio="I sail."), elsewhere.state.services
    await reindex(services.database, services.vectors, services.embedder, lambda _: None)
    ada, asked = await town.join(bio="I climb."), len(server.asked)
    server.failures = [(503, {})] * 9
    assert await shown(ada) == {bob.id}
    assert await shown(ada) == {bob.id}
    assert len(server.asked) == asked + 1


async def test_previews_are_read_by_rules_and_shown_to_nobody_else(town, server):
    ada = await town.join()
    text = "I'm 29. I love chess and wandering through mountains."
    found = (await ada.api.ask(PREVIEW, text=text))["previewProfile"]
    assert found["age"]["value"] == "29"
    assert "chess" in {each["value"] for each in found["interests"]}
    assert server.asked == []

"""Embeddings by others: as a real HTTP server gets the texts, and what happens when it fails."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import SecretStr

from integrations.embeddings import EmbeddingsApi, EmbeddingsUnavailable
from matching.embeddings import LocalEmbedder
from tests.support.embedding_api import KEY, EmbeddingServer, vector_of
from web.opening import open_embedder


@pytest.fixture
async def server():
    async with EmbeddingServer() as server:
        yield server


@pytest.fixture
def pauses():
    """The pauses that were made, in seconds; nobody waits for them."""
    return []


@pytest.fixture
def make(server, pauses):
    async def sleep(seconds):
        pauses.append(seconds)

    def make(**options):
        given = {"model": "text-embedding-3-small", "dimensions": 8, "key": KEY, **options}
        return EmbeddingsApi(given.pop("url", server.url), sleep=sleep, **given)

    return make


def unit(text):
    vector = np.array(vector_of(text, 8))
    return vector / np.linalg.norm(vector)


async def test_each_text_gets_its_own_vector_of_length_1(make, server):
    texts = ["I sail.", "I climb.", "Ich tanze. 💃"]
    vectors = await make().embed(texts)
    assert vectors.shape == (3, 8)
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.stack([unit(text) for text in texts]), abs=1e-6)
    assert server.paths == ["/v1/embeddings"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert server.asked == [
        {
            "model": "text-embedding-3-small",
            "encoding_format": "float",
            "dimensions": 8,
            "input": texts,
        }
    ]


async def test_models_of_one_size_are_not_asked_for_another(make, server):
    await make(model="text-embedding-ada-002").embed(["I sail."])
    assert "dimensions" not in server.asked[0]


async def test_an_api_without_a_key_gets_none(make, server):
    await make(key=None, url=f"{server.url}/").embed(["I sail."])
    assert "authorization" not in server.headers[0]
    assert server.paths == ["/v1/embeddings"]


async def test_many_texts_go_in_batches_and_keep_their_order(make, server):
    texts = [f"Person number {n}." for n in range(70)]
    vectors = await make().embed(texts)
    assert [len(asked["input"]) for asked in server.asked] == [32, 32, 6]
    assert vectors == pytest.approx(np.stack([unit(text) for text in texts]), abs=1e-6)


async def test_no_texts_ask_nobody(make, server):
    assert (await make().embed([])).shape == (0, 8)
    assert server.asked == []


async def test_texts_are_cut_between_characters_and_never_empty(make, server):
    await make().embed(["", " \n", "🧗" * 2_500, "x" + "ü" * 5_000])
    first, second, third, fourth = server.asked[0]["input"]
    assert first == second == "."
    assert third == "🧗" * 2_000
    assert fourth == "x" + "ü" * 3_999


@pytest.mark.parametrize(
    ("model", "version"),
    [
        ("text-embedding-3-small", "text-embedding-3-small@8"),
        ("BAAI/bge-m3:latest", "BAAI_bge-m3_latest@8"),
    ],
)
def test_the_version_names_model_and_size(make, model, version):
    assert make(model=model).model_version == version
    assert make(model=model).dimensions == 8


async def test_a_limit_is_waited_for_as_long_as_the_api_says(make, server, pauses):
    server.failures = [(429, {"Retry-After": "7"})]
    assert (await make().embed(["I sail."])).shape == (1, 8)
    assert pauses == [7.0]
    assert server.asked[0] == server.asked[1]


async def test_a_limit_may_name_a_moment(make, server, pauses):
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=15), usegmt=True)
    server.failures = [(429, {"Retry-After": moment})]
    await make().embed(["I sail."])
    (pause,) = pauses
    assert 0 <= pause <= 15


async def test_an_unreadable_limit_counts_as_none(make, server, pauses):
    server.failures = [(429, {"Retry-After": "soon"})]
    await make().embed(["I sail."])
    assert 0.25 <= pauses[0] <= 0.5


async def test_a_limit_of_no_time_is_waited_for_too(make, server, pauses):
    server.failures = [(429, {"Retry-After": "0"})] * 2
    await make().embed(["I sail."])
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


async def test_a_broken_api_is_asked_again_after_growing_pauses(make, server, pauses):
    server.failures = [(500, {}), (503, {}), (502, {})]
    assert (await make().embed(["I sail."])).shape == (1, 8)
    assert len(server.asked) == 4
    for pause, longest in zip(pauses, (0.5, 1.0, 2.0), strict=True):
        assert longest / 2 <= pause <= longest


async def test_an_api_that_stays_broken_is_given_up(make, server, pauses):
    server.failures = [(500, {})] * 9
    with pytest.raises(EmbeddingsUnavailable, match=r"^The embedding API at 127.* answers 500\.$"):
        await make().embed(["I sail."])
    assert len(server.asked) == 4
    assert len(pauses) == 3


async def test_a_limit_of_an_hour_is_not_waited_for(make, server, pauses):
    server.failures = [(429, {"Retry-After": "3600"})]
    with pytest.raises(EmbeddingsUnavailable, match="answers 429"):
        await make().embed(["I sail."])
    assert pauses == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
async def test_a_refusal_is_not_tried_again(make, server, pauses, status):
    server.failures = [(status, {})]
    with pytest.raises(EmbeddingsUnavailable, match=f"refuses with {status}"):
        await make().embed(["I sail."])
    assert len(server.asked) == 1
    assert pauses == []


async def test_a_server_that_is_not_there_is_asked_again_and_given_up(make, pauses):
    async with EmbeddingServer() as gone:
        pass
    with pytest.raises(EmbeddingsUnavailable, match="is away: ConnectError"):
        await make(url=gone.url).embed(["I sail."])
    assert len(pauses) == 3


async def test_an_api_that_never_answers_is_given_up(make, server, pauses, monkeypatch):
    monkeypatch.setattr("integrations.embeddings._PATIENCE_SECONDS", 0.05)
    server.goes_on.clear()
    with pytest.raises(EmbeddingsUnavailable, match="is away"):
        await make().embed(["I sail."])
    assert len(pauses) == 3
    server.goes_on.set()


async def test_who_has_no_patience_asks_once_and_then_leaves_the_api_alone(make, server, pauses):
    api = make()
    server.failures = [(500, {})]
    with pytest.raises(EmbeddingsUnavailable, match="answers 500"):
        await api.embed(["I sail."], patient=False)
    with pytest.raises(EmbeddingsUnavailable, match="failed just now"):
        await api.embed(["I sail."], patient=False)
    assert len(server.asked) == 1
    assert pauses == []
    await api.embed(["I sail."])  # it is back
    assert (await api.embed(["I climb."], patient=False)).shape == (1, 8)


def answering(*vectors):
    data = [{"index": n, "embedding": vector} for n, vector in enumerate(vectors)]
    return json.dumps({"data": data}).encode()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (answering([1.0] * 7, [1.0] * 7), "vectors that have not 8 numbers"),
        (answering([1.0] * 9, [1.0] * 9), "vectors that have not 8 numbers"),
        (answering([1.0] * 8, [1.0] * 7), "not a vector for each text"),
        (answering([1.0] * 8), "not a vector for each text"),
        (answering([0.0] * 8, [1.0] * 8), "vectors without a direction"),
        (answering([float("nan")] * 8, [1.0] * 8), "vectors without a direction"),
        (answering("abcdefgh", "abcdefgh"), "not a vector for each text"),
        (b'{"data": null}', "not a vector for each text"),
        (b"[]", "not a vector for each text"),
        (b"<html>", "no JSON"),
    ],
)
async def test_an_answer_that_cannot_be_right_is_refused(make, server, pauses, answer, sentence):
    server.answer = answer
    with pytest.raises(EmbeddingsUnavailable, match=f"answers {sentence}"):
        await make().embed(["I sail.", "I climb."])
    assert len(server.asked) == 1


def whole(error):
    """All that a log can show of an error: its words, and those of what it came from."""
    words = ""
    while error is not None:
        words += f"{error!r} {error}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return words


@pytest.mark.parametrize("key", [KEY, f"{KEY}\nX-Other: yes", f"{KEY}ä"])
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_the_key_is_never_logged_or_told(make, server, caplog, key, status):
    caplog.set_level(logging.DEBUG)
    if status != 200:
        server.failures = [(status, {})] * 4
    api, told = make(key=key), ""
    try:
        await api.embed(["I sail."])
    except EmbeddingsUnavailable as error:
        told = whole(error)
    # The names of libraries' loggers are theirs to choose; what they say must not hold the key.
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "4711" not in said + told + repr(api)
    assert "I sail" not in said + told
    assert all("x-other" not in headers for headers in server.headers)


async def test_one_object_serves_several_event_loops(make):
    api = make()
    here = await api.embed(["I sail."])
    there = await asyncio.to_thread(lambda: asyncio.run(api.embed(["I sail."])))
    assert np.array_equal(here, there)
    api.close()


@pytest.mark.parametrize("key", [SecretStr(KEY), None])
async def test_settings_choose_who_embeds(server, key, tmp_path):
    settings = SimpleNamespace(
        embedding_api_url=None,
        embedding_api_key=key,
        embedding_api_model="text-embedding-ada-002",
        embedding_api_dimensions=8,
        embedding_model_path=None,
        embedding_runtime="auto",
        data_dir=tmp_path,
    )
    assert isinstance(open_embedder(settings), LocalEmbedder)
    settings.embedding_api_url = server.url
    api = open_embedder(settings)
    assert isinstance(api, EmbeddingsApi)
    assert api.model_version == "text-embedding-ada-002@8"
    await api.embed(["I sail."])
    assert server.headers[0].get("authorization") == (f"Bearer {KEY}" if key else None)

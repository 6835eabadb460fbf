"""Embeddings: the real model, its thread, its memory, and its refusal of other weights."""

import asyncio
import shutil
import threading

import numpy as np
import pytest

from matching.embeddings import DIMENSIONS, LocalEmbedder, ModelUnavailable


async def test_similar_texts_are_closer_than_dissimilar_ones(embedder):
    hike, walk, tax = await embedder.embed(
        ["I love hiking in the Alps", "Long walks in the mountains", "I file corporate taxes"]
    )
    assert hike @ walk > 0.5
    assert hike @ walk > hike @ tax + 0.2


async def test_vectors_are_unit_length_and_single_precision(embedder):
    vectors = await embedder.embed(["one", "", "👩🏽‍💻 مرحبا", "long " * 5_000])
    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


async def test_no_texts_give_no_vectors(embedder):
    assert (await embedder.embed([])).shape == (0, DIMENSIONS)


async def test_waiting_and_awaiting_give_the_same(embedder):
    texts = ["chess", "jazz", "chess"]
    now = await asyncio.to_thread(embedder.embed_now, texts)
    assert np.array_equal(now, await embedder.embed(texts))
    assert np.array_equal(now[0], now[2])


async def test_a_batch_gives_what_each_text_gives_alone(embedder):
    texts = ["a", "Sailing, and the sea at night.", "word " * 300, "", "Schach und Kaffee ☕"]
    together = await embedder.embed(texts)
    other = LocalEmbedder()  # one that remembers none of them
    alone = [(await other.embed([text]))[0] for text in texts]
    other.close()
    assert together == pytest.approx(np.stack(alone), abs=1e-5)


class WaitingModel:
    """Stands for a model that needs the event loop to go on before it can finish."""

    def __init__(self):
        self.is_awaited = threading.Event()

    def encode(self, texts, **_):
        assert self.is_awaited.wait(timeout=30)
        return np.ones((len(texts), DIMENSIONS), dtype=np.float32)


async def test_the_event_loop_goes_on_while_texts_are_embedded():
    embedder = LocalEmbedder()
    embedder._model = model = WaitingModel()
    embedding = asyncio.create_task(embedder.embed(["text"]))
    await asyncio.sleep(0)
    assert not embedding.done()
    model.is_awaited.set()
    assert (await embedding).shape == (1, DIMENSIONS)
    embedder.close()


class CountingModel:
    """Stands for the model to count what reaches it."""

    def __init__(self):
        self.encoded = []
        self.threads = set()

    def encode(self, texts, **_):
        self.encoded += texts
        self.threads.add(threading.current_thread().name)
        return np.ones((len(texts), DIMENSIONS), dtype=np.float32)


async def test_known_texts_are_not_embedded_again_and_old_ones_are_forgotten():
    embedder = LocalEmbedder(remembered=2)
    embedder._model = model = CountingModel()
    await embedder.embed(["a", "b", "a"])
    await embedder.embed(["a"])
    assert model.encoded == ["a", "b"]
    await embedder.embed(["c"])  # forgets b, which was used longest ago
    await embedder.embed(["a", "b"])
    assert model.encoded == ["a", "b", "c", "b"]
    assert (await embedder.embed(list("defgh"))).shape == (5, DIMENSIONS)
    assert len(model.threads) == 1
    embedder.close()


async def test_other_weights_are_refused(tmp_path):
    shutil.copy(__file__, tmp_path / "model.safetensors")
    embedder = LocalEmbedder(tmp_path)
    with pytest.raises(ModelUnavailable, match="is not the one Kith knows"):
        await embedder.embed(["text"])
    embedder.close()


def test_missing_weights_are_refused(tmp_path):
    embedder = LocalEmbedder(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailable, match="is missing"):
        embedder.embed_now(["text"])
    embedder.close()

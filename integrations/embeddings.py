"""Embeddings by others: texts to vectors through any HTTP API that answers like OpenAI's."""

import asyncio
import random
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from integrations.vendors import asked_pause

if TYPE_CHECKING:
    import httpx

_BATCH = 32
# No tokenizer makes more tokens than bytes: texts fit models of 8,192 tokens, and 32 of them
# OpenAI's 300,000 tokens a request.
_MOST_BYTES = 8_000
_NOTHING = "."  # stands for texts without a word, which the API refuses
_SHORTENED = "text-embedding-3"  # the models that can be asked for shorter vectors, and only these
_ATTEMPTS = 4
_PATIENCE_SECONDS = 20.0
_IMPATIENCE_SECONDS = 3.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
_REST_SECONDS = 10.0
# A key with a line break would be refused with a message that quotes it.
_UNFIT_FOR_HEADERS = re.compile(r"[\x00-\x20\x7f]")
_UNFIT_FOR_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')

Sleep = Callable[[float], Awaitable[object]]


class EmbeddingsUnavailable(Exception):
    """Texts cannot be embedded now; the message is one sentence, without key and texts."""


class _Passing(Exception):
    """It may work when asked again.

    Attributes:
        pause: the seconds to wait for, where the API named them.
    """

    def __init__(self, sentence: str, pause: float | None = None) -> None:
        super().__init__(sentence)
        self.pause = pause


class EmbeddingsApi:
    """An embedding model behind ``POST {url}/embeddings``; used from any event loop.

    Args:
        url: where the API is, up to its version, like ``https://api.openai.com/v1``.
        model: the model's name there.
        dimensions: how many numbers its vectors have.
        key: sent as bearer token; None where the API wants none.
        sleep: how to wait between attempts.

    Attributes:
        model_version: names the vectors of this model and size; those of two never mix.
        dimensions: how many numbers a vector has.
        place: the API's host.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str,
        dimensions: int,
        key: str | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.model_version = f"{_UNFIT_FOR_NAMES.sub('_', model)}@{dimensions}"
        self.dimensions = dimensions
        # Its import takes long, and only deployments that set an API want it.
        import httpx  # noqa: PLC0415

        self._httpx = httpx
        self._url = httpx.URL(f"{url.rstrip('/')}/embeddings")
        self.place = self._url.netloc.decode()
        self._asked: dict[str, Any] = {"model": model, "encoding_format": "float"}
        if model.startswith(_SHORTENED):
            self._asked["dimensions"] = dimensions
        self._headers = (
            [(b"Authorization", f"Bearer {_UNFIT_FOR_HEADERS.sub('', key)}".encode())]
            if key
            else []
        )
        self._sleep = sleep
        self._tls = ssl.create_default_context()
        self._rests_until = 0.0

    async def embed(self, texts: Sequence[str], *, patient: bool = True) -> NDArray[np.float32]:
        """Give the vectors of texts.

        Args:
            texts: any texts; what exceeds 8,000 bytes is not read.
            patient: ask again when the API is busy or away, for up to about two minutes a batch.
                Else it is asked once, not at all for a while after it failed, and waited for
                three seconds.

        Returns:
            An array (len(texts), dimensions) of float32, each row of length 1.

        Raises:
            EmbeddingsUnavailable: the API is away or busy, refuses, or answers something else.
        """
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        if not patient and time.monotonic() < self._rests_until:
            raise EmbeddingsUnavailable(f"The embedding API at {self.place} failed just now.")
        # Connections belong to an event loop, and this object to several.
        async with self._httpx.AsyncClient(
            verify=self._tls, headers=self._headers, timeout=_PATIENCE_SECONDS
        ) as http:
            for start in range(0, len(texts), _BATCH):
                batch = [_readable(text) for text in texts[start : start + _BATCH]]
                vectors[start : start + _BATCH] = await self._vectors_of(http, batch, patient)
        return vectors

    def close(self) -> None:
        """Let go of nothing: no connection outlives the call that opened it."""

    async def _vectors_of(
        self, http: "httpx.AsyncClient", batch: list[str], patient: bool
    ) -> NDArray[np.float32]:
        attempts = _ATTEMPTS if patient else 1
        seconds = _PATIENCE_SECONDS if patient else _IMPATIENCE_SECONDS
        for attempt in range(1, attempts + 1):
            try:
                answer = await self._ask(http, batch, seconds)
            except _Passing as failure:
                # Who is told to come back at once still comes back later each time.
                pause = max(_backoff(attempt), failure.pause or 0.0)
                self._rests_until = time.monotonic() + max(pause, _REST_SECONDS)
                if attempt == attempts or pause > _LONGEST_PAUSE_SECONDS:
                    raise EmbeddingsUnavailable(str(failure)) from failure
                await self._sleep(pause)
            else:
                self._rests_until = 0.0
                return self._read(answer, len(batch))
        raise AssertionError("the last attempt returns or raises")

    async def _ask(self, http: "httpx.AsyncClient", batch: list[str], seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                response = await http.post(self._url, json={**self._asked, "input": batch})
        except (self._httpx.RequestError, TimeoutError) as error:
            # Its own text may quote headers, and with them the key.
            kind = type(error).__name__
            raise _Passing(f"The embedding API at {self.place} is away: {kind}.") from None
        status = response.status_code
        if status in {408, 409, 429} or status >= 500:
            sentence = f"The embedding API at {self.place} is busy or broken: it answers {status}."
            raise _Passing(sentence, asked_pause(response.headers.get("Retry-After")))
        if status != 200:
            # Its body may quote the key or the texts.
            raise EmbeddingsUnavailable(f"The embedding API at {self.place} refuses with {status}.")
        try:
            return response.json()
        except ValueError:
            raise self._strange("no JSON") from None

    def _read(self, answer: Any, count: int) -> NDArray[np.float32]:
        try:
            found = {item["index"]: item["embedding"] for item in answer["data"]}
            rows = np.array([found[index] for index in range(count)], dtype=np.float32)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise self._strange("not a vector for each text") from None
        if rows.shape != (count, self.dimensions):
            raise self._strange(f"vectors that have not {self.dimensions} numbers")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise self._strange("vectors without a direction")
        normalised: NDArray[np.float32] = rows / lengths
        return normalised

    def _strange(self, what: str) -> EmbeddingsUnavailable:
        return EmbeddingsUnavailable(f"The embedding API at {self.place} answers {what}.")


def _readable(text: str) -> str:
    encoded = text.encode(errors="replace")
    return encoded[:_MOST_BYTES].decode(errors="ignore") if text.strip() else _NOTHING


def _backoff(attempt: int) -> float:
    # Who failed together must not come back together.
    return _FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311

"""Content safety: images judged by an HTTP API of the operator's choice, or by nobody."""

import asyncio
import ssl
from abc import ABC, abstractmethod
from pathlib import Path

_PATIENCE_SECONDS = 60.0


class ContentSafetyUnavailable(Exception):
    """An image could not be judged; try again later."""


class ContentSafety(ABC):
    """Says what may be shown."""

    @abstractmethod
    async def is_safe(self, path: Path, media_type: str) -> bool:
        """Say whether an image or a video may be shown.

        Raises:
            ContentSafetyUnavailable: it could not be judged.
        """


class NullContentSafety(ContentSafety):
    """Allows everything, as it does not look."""

    async def is_safe(self, path: Path, media_type: str) -> bool:
        """Allow it; see `ContentSafety.is_safe`."""
        return True


class ContentSafetyApi(ContentSafety):
    """Asks an API: a POST of the bytes, answered by ``{"safe": true}`` or false.

    Args:
        url: where it is.
        key: sent as bearer token; None where it wants none.
    """

    def __init__(self, url: str, *, key: str | None = None) -> None:
        # Its import takes long, and only deployments that set an API want it.
        import httpx  # noqa: PLC0415

        self._httpx = httpx
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._tls = ssl.create_default_context()

    async def is_safe(self, path: Path, media_type: str) -> bool:
        """Say what the API says; see `ContentSafety.is_safe`."""
        content = await asyncio.to_thread(path.read_bytes)
        headers = {"Content-Type": media_type, **self._headers}
        try:
            async with self._httpx.AsyncClient(verify=self._tls, timeout=_PATIENCE_SECONDS) as http:
                response = await http.post(self._url, content=content, headers=headers)
            answer = response.json() if response.status_code == 200 else None
        except (self._httpx.HTTPError, ValueError) as error:
            # Its own text may quote headers, and with them the key.
            kind = type(error).__name__
            raise ContentSafetyUnavailable(f"The API does not answer: {kind}.") from None
        if not isinstance(answer, dict) or not isinstance(answer.get("safe"), bool):
            raise ContentSafetyUnavailable(
                f"The API answers {response.status_code}, and not whether it is safe."
            )
        return bool(answer["safe"])

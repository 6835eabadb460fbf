"""An HTTP request as it comes in, whose headers are looked up by name many times."""

from functools import cached_property
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request


class IndexedHeaders(Headers):
    """Starlette's headers, without going through all of them for each name."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        self._values: dict[str, list[str]] = {}
        for name, value in raw:
            self._values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))

    def __getitem__(self, key: str) -> str:
        return self._values[key.lower()][0]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """The first value of a header, or the default."""
        values = self._values.get(key.lower())
        return values[0] if values else default

    def getlist(self, key: str) -> list[str]:
        """All values of a header, in their order."""
        return list(self._values.get(key.lower(), ()))


class IncomingRequest(Request):
    """Starlette's request with indexed headers."""

    @cached_property
    def headers(self) -> Headers:
        """The headers."""
        return IndexedHeaders(self.scope["headers"])

"""An HTTP request as it comes in, whose headers are looked up by name many times."""

from typing import Any

from starlette.datastructures import FormData, Headers
from starlette.requests import Request
from starlette.types import Receive, Scope


class IndexedHeaders(Headers):
    """Starlette's headers, without going through all of them for each name."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        # Of headers with the same name the first counts.
        self._first = dict(reversed(raw))

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower().encode("latin-1")].decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower().encode("latin-1") in self._first

    def get(self, key: str, default: Any = None) -> Any:
        """The first value of a header, or the default."""
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")


class IncomingRequest(Request):
    """Starlette's request with indexed headers.

    Attributes:
        files: the form that it came as, if it did; whoever answers closes it.
    """

    headers = Headers(raw=[])  # in place of a property, which takes longer to ask

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self.headers = IndexedHeaders(scope["headers"])
        self.files: FormData | None = None

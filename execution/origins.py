"""Where a browser's request comes from: the guard against forgery by other sites."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def rides_on_cookies(connection: HTTPConnection) -> bool:
    """Whether a request may be authenticated by what the browser adds by itself.

    Other sites cannot make a browser send `Authorization` without asking the server first.
    """
    headers = connection.headers
    return "cookie" in headers and not headers.get("authorization")


def is_foreign(connection: HTTPConnection, allowed_origins: Collection[str]) -> bool:
    """Whether a browser sent the request for a page of another site.

    Args:
        connection: the request or the WebSocket's handshake.
        allowed_origins: other sites whose pages may, like `https://app.example`.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    if origin in allowed_origins or connection.headers.get("sec-fetch-site") == "same-origin":
        return False
    return urlsplit(origin).netloc.lower() != connection.headers.get("host", "").lower()

"""Where a browser's request comes from: the guard against forgery by other sites."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from execution.bodies import JSON, content_type, is_form
from execution.requests import RequestRefused


def rides_on_cookies(connection: HTTPConnection) -> bool:
    """Whether a request may be authenticated by what the browser adds by itself.

    Other sites cannot make a browser send a bearer token without asking the server first; names
    and passwords of the scheme Basic it may add by itself.
    """
    headers = connection.headers
    has_bearer = headers.get("authorization", "").lower().startswith("bearer ")
    return "cookie" in headers and not has_bearer


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


class ForgeryGuard:
    """Refuses requests that pages of other sites may have made a browser send.

    Args:
        allowed_origins: sites besides our own whose pages may use the visitor's cookies.
        preflight_headers: headers that no other site can send unasked.
    """

    def __init__(
        self, allowed_origins: Collection[str] = (), preflight_headers: Collection[str] = ()
    ) -> None:
        self._allowed_origins = frozenset(allowed_origins)
        self._preflight_headers = tuple(preflight_headers)

    def check(self, request: Request) -> None:
        """Let a request pass.

        One with cookies must not come from another site. A GET with cookies must show that it
        does not, and so must a form, whatever comes with it.

        Raises:
            RequestRefused: it may be forged.
        """
        has_cookies = rides_on_cookies(request)
        if has_cookies and is_foreign(request, self._allowed_origins):
            raise RequestRefused(403, "CSRF", "Pages of this origin may not use your cookies.")
        by_get = has_cookies and request.method == "GET"
        if (by_get or is_form(request)) and not self._has_preflight(request):
            kind = "A GET request with cookies" if by_get else "A form"
            names = ", ".join(self._preflight_headers)
            raise RequestRefused(403, "CSRF", f"{kind} needs one of these headers: {names}.")

    def _has_preflight(self, request: Request) -> bool:
        # Not even a page of another site can make the browser say that it is ours.
        return (
            content_type(request)[0] == JSON
            or request.headers.get("sec-fetch-site") in {"same-origin", "none"}
            or any(name in request.headers for name in self._preflight_headers)
        )

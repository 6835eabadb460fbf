"""The ASGI application: FastAPI behind our own middleware, with GraphQL in front of its layers."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class Application(FastAPI):
    """FastAPI, with addresses that are answered before its own layers.

    Those layers and the search for a route take as long as a small operation, and do nothing for
    an endpoint that reads its requests and renders its errors itself.

    Args:
        around: puts the middleware around everything.
        options: those of FastAPI.

    Attributes:
        direct: ASGI applications by the type of connection and the whole path below the root path.
    """

    def __init__(self, *, around: Callable[[ASGIApp], ASGIApp], **options: Any) -> None:
        super().__init__(**options)
        self._around = around
        self.direct: dict[tuple[str, str], ASGIApp] = {}

    def build_middleware_stack(self) -> ASGIApp:
        """Put everything together, once, when the first request or the start-up comes."""
        layers = super().build_middleware_stack()

        def chosen(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
            app = self.direct.get((scope["type"], path), layers)
            return app(scope, receive, send)

        return self._around(chosen)


class CrossOrigin:
    """Cross-Origin Resource Sharing, for requests that name an origin.

    The answers to others are not marked as depending on it: what may be kept says so itself.

    Args:
        app: what is behind it.
        options: those of Starlette's `CORSMiddleware`.
    """

    def __init__(self, app: ASGIApp, **options: Any) -> None:
        self._app = app
        self._sharing = CORSMiddleware(app, **options)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a preflight, or let a request pass."""
        names_origin = b"origin" in dict(scope.get("headers", ()))
        return (self._sharing if names_origin else self._app)(scope, receive, send)

"""The application: GraphQL over HTTP and WebSocket, GraphiQL, health and metrics, put together."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from execution.explaining import Quotes
from execution.http import GraphQLEndpoint
from execution.limits import HTTPLimits
from execution.trusted import TrustedDocuments
from execution.websocket import GraphQLTransportWS, SocketLimits
from graphiql import page
from integrations.local_media import LocalMedia
from matching.embedding_versions import begin_versions
from persistence import reaching
from persistence.queries.health import alive
from resolvers import live
from resolvers.services import Services
from schema import root
from settings import Settings, get_settings
from web import (
    calendars,
    ending,
    errors,
    health,
    keys,
    logs,
    media,
    tracing,
    unsubscribing,
    waiting,
)
from web.application import Application, CrossOrigin
from web.callers import Callers, set_cookies
from web.gate import CountingGate
from web.hosts import KnownHosts
from web.middleware import RequestLog
from web.observing import ObservedExecutor, budget_of, limits_of
from web.opening import open_services

# No page sends these to another site without its leave, so they show that a GET is not forged.
PREFLIGHT_HEADERS = ("Apollo-Require-Preflight", "X-Requested-With")
_TOLD_HEADERS = ("Last-Event-ID", "X-Request-Id")


def create_app(settings: Settings | None = None) -> Application:
    """Make the application; its stores are opened when it starts.

    Args:
        settings: how the deployment is set up; read from the environment unless given.

    Raises:
        TracingUnavailable: tracing is wanted and its packages are missing.
        TrustedUnreadable: the file of trusted documents cannot be used.
    """
    settings = settings or get_settings()
    logs.configure(level=settings.log_level, json=settings.json_logs)
    spans = tracing.provider(enabled=settings.otel_enabled)
    executor = _executor(settings, spans)

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if spans is not None:
                stack.push_async_callback(asyncio.to_thread, spans.shutdown)
            services = await stack.enter_async_context(open_services(settings))
            quotes = Quotes(executor, limits_of(settings))
            await _start(app, replace(services, quote=quotes), executor, stack)
            yield

    app = Application(
        around=lambda layers: _around(layers, settings),
        title="Kith",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        exception_handlers=dict.fromkeys(reaching.FAILURES, errors.unavailable),
        lifespan=lifespan,
    )
    if (directory := page.assets_directory()) is not None:
        app.mount(page.ASSETS_PATH, StaticFiles(directory=directory))
    return app


def _around(app: ASGIApp, settings: Settings) -> ASGIApp:
    sharing = CrossOrigin(
        app,
        allow_origins=settings.cors_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["Authorization", "Content-Type", *_TOLD_HEADERS, *PREFLIGHT_HEADERS],
        expose_headers=["X-Request-Id", "Retry-After"],
        max_age=600,
    )
    hosts = KnownHosts(sharing, hosts=settings.allowed_hosts, force_https=settings.force_https)
    return RequestLog(hosts, hsts=settings.force_https)


def _executor(settings: Settings, spans: Any) -> ObservedExecutor:
    path = settings.trusted_documents_path
    trusted = TrustedDocuments.read(path, only=settings.only_trusted_documents) if path else None
    return ObservedExecutor(
        root.build(),
        limits=limits_of(settings),
        budget=budget_of(settings),
        present_error=errors.present,
        introspection=settings.introspection,
        trusted=trusted,
        result_extensions=_extensions,
        event_id=live.event_id,
        telling=live.telling_of,
        passes=reaching.is_away,
        tracer_provider=spans,
        shows_statements=not settings.is_production,
    )


async def _start(
    app: Application, services: Services, executor: ObservedExecutor, stack: AsyncExitStack
) -> None:
    settings = services.settings
    gate = CountingGate(services)
    callers = Callers(services, gate)
    app.state.services = services
    endpoint = GraphQLEndpoint(
        executor,
        new_context=callers.context_of,
        renew_context=callers.renewed,
        ide=_graphiql() if settings.graphiql else None,
        limits=HTTPLimits(
            body_bytes=settings.max_body_bytes, files=1, file_bytes=settings.max_upload_bytes
        ),
        gate=gate,
        allowed_origins=settings.cors_origins,
        preflight_headers=PREFLIGHT_HEADERS,
        apply_to_response=set_cookies,
    )
    sockets = GraphQLTransportWS(
        executor,
        authenticate=callers.of_socket,
        new_context=callers.context_on,
        gate=gate,
        limits=SocketLimits(
            operations_per_second=settings.operations_per_second_per_socket,
            messages_per_second=settings.messages_per_second_per_socket,
        ),
        allowed_origins=settings.cors_origins,
    )
    stack.enter_context(ending.on_signal(endpoint.end_streams))
    stack.push_async_callback(endpoint.shutdown)
    stack.push_async_callback(sockets.shutdown)
    app.direct |= {("http", "/graphql"): endpoint, ("websocket", "/graphql"): sockets}
    _add_routes(app, services, gate)
    await begin_versions(services.database, services.vectors, services.embedder)
    if settings.eager_jobs:
        # With Celery, which other servers leave to the workers.
        from web import jobs  # noqa: PLC0415

        relay = await stack.enter_async_context(jobs.running_inside(services))

        async def wake(heads: Any) -> None:
            relay.nudge()
            await services.listener.wake(heads)

        services.database.wake_with(wake)
    else:
        services.database.wake_with(services.listener.wake)


def _add_routes(app: Application, services: Services, gate: CountingGate) -> None:
    app.include_router(
        health.routes(
            required={"database": lambda: services.database.value(alive)},
            optional={"redis": services.rate_limits.ping, "vectors": services.vectors.count},
            measured={"jobs": lambda: waiting.measure(services.database)},
        )
    )
    app.include_router(keys.routes(services.tokens))
    app.include_router(unsubscribing.routes(services, gate))
    app.include_router(calendars.routes(services, gate))
    store = services.integrations.media_store
    if isinstance(store, LocalMedia):
        app.include_router(media.routes(store, services, gate))


def _extensions(context: Any) -> dict[str, Any]:
    cursor = {"cursor": context.live_cursor} if context.live_cursor is not None else {}
    return {**context.told, **cursor}


def _graphiql() -> Any:
    examples = page.read_examples()

    def ide(request: Request) -> Response:
        html, policy = page.page(
            endpoint="/graphql", examples=examples, nonce=secrets.token_urlsafe(16)
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    return ide

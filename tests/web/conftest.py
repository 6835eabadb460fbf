"""Applications of the tests' own, set up in other ways than the shared one."""

from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from app import create_app


@pytest.fixture
async def serve(settings, application, tmp_path):
    """Starts an application with settings that differ from the shared one's."""
    stack = AsyncExitStack()

    @asynccontextmanager
    async def serve(**changes):
        # The index of the shared application can be open only once.
        app = create_app(settings.model_copy(update={"data_dir": tmp_path, **changes}))
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            client.app = app
            yield client

    async with stack:
        yield serve

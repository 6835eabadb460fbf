"""`kith serve`: the API alone, on stores that are shared with others."""

import asyncio

from commands.database import require_newest
from commands.loading import load_app
from commands.serving import at, bind, serve_by_processes
from commands.serving import serve as serve_here
from commands.stores import require_model, shared
from commands.terminal import console
from settings import Settings
from web.opening import open_index


def serve(*, host: str | None, port: int | None, processes: int) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        host: the address to listen on; None as set.
        port: the port to listen on, 0 for a free one; None as set.
        processes: how many share the port.

    Raises:
        CommandFailed: a store is not set, the database is not migrated, or the port is taken.
        ModelUnavailable: the embedding model is missing.
        StoreUnavailable: PostgreSQL does not answer.
        VectorsUnavailable: the index of people cannot be used.
    """
    settings = shared(processes=processes)
    require_model(settings)
    asyncio.run(_require_stores(settings))
    with bind(
        settings.host if host is None else host, settings.port if port is None else port
    ) as listening:
        settings = at(settings, listening)
        if processes > 1:
            serve_by_processes(
                "commands.loading:load_app",
                listening,
                lambda: _announce(settings),
                processes=processes,
            )
        else:
            serve_here(load_app(settings), listening, lambda: _announce(settings))
    console.print("Stopped.")


async def _require_stores(settings: Settings) -> None:
    await require_newest(str(settings.database_url))
    async with open_index(settings):
        console.print("The stores are ready.")


def _announce(settings: Settings) -> None:
    console.print(f"Kith serves at {settings.public_url}", soft_wrap=True)

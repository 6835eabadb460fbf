"""`kith seed` and `kith reindex`: the demo world written, and everybody in the index of people."""

import asyncio

from commands.database import upgrade
from commands.failures import CommandFailed
from commands.filling import open_for_filling
from commands.stores import reachable
from commands.terminal import console
from demo import writing
from demo.writing import Population
from settings import Settings, get_settings


def seed(*, people: int, seed: int) -> None:
    """Fill an empty database with a demo world, or finish one that was interrupted.

    Args:
        people: how many.
        seed: the same gives the same people.

    Raises:
        CommandFailed: in production, or the database holds other people.
        VectorsUnavailable: another process holds the local index.
    """
    settings = get_settings()
    if settings.is_production:
        raise CommandFailed("A demo world's password is public: production does not take one.")
    with reachable(settings) as settings:
        asyncio.run(_seed(settings, people, seed))


def reindex() -> None:
    """Bring everybody in the vector index up to date, and what they made.

    Raises:
        VectorsUnavailable: another process holds the local index, or the server is away.
    """
    with reachable(get_settings()) as settings:
        asyncio.run(_reindex(settings))


async def _seed(settings: Settings, people: int, seed: int) -> None:
    await upgrade(str(settings.database_url))
    async with open_for_filling(settings) as filling:
        is_new = await filling.write_world(people=people, seed=seed)
        if not is_new and await filling.population() is Population.OTHERS:
            raise CommandFailed(
                "There are people in this database: only an empty one takes a demo world."
            )
        await filling.index_missing()
        if is_new:
            await filling.index_contents()
    if not is_new:
        console.print("The demo world was there already.")
    console.print(f"Log in as {writing.EMAIL} with the password: {writing.PASSWORD}")


async def _reindex(settings: Settings) -> None:
    await upgrade(str(settings.database_url))
    async with open_for_filling(settings) as filling:
        total = await filling.index_all()
        await filling.index_contents()
    console.print(f"The index of people is up to date: {total} looked at.")

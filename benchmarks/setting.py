"""The setting of a benchmark: stores with the dataset, and servers that listen."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

import embedded
from benchmarks import dataset, load, processes
from benchmarks.cluster import Cluster
from benchmarks.dataset import Scale, World
from benchmarks.operations import Operation
from benchmarks.peers.contenders import CONTENDERS, Contender, environment
from benchmarks.rounds import Subject
from domain.tokens import Tokens
from persistence import models, statements
from persistence.database import Database
from settings import Settings

_START_SECONDS = 60.0


class NotStarted(Exception):
    """A server did not begin to answer."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What there is to measure with.

    Attributes:
        stores: where PostgreSQL and Valkey are.
        world: the dataset.
        cluster: the PostgreSQL server.
        token: an access token of the world's viewer.
        directory: for logs and data that go when the benchmark ends.
        core: of the servers.
    """

    stores: embedded.Stores
    world: World
    cluster: Cluster
    token: str
    directory: Path
    core: set[int]

    def data_of(self, number: int) -> Path:
        """The data directory of the contender that is started as this number, from 0."""
        return self.directory / f"data-{number}"

    def requests(self, contender: Contender, operation: Operation, port: int) -> list[bytes]:
        """Write the requests of an operation for a contender."""
        return contender.requests(operation, port, viewer=str(self.world.viewer), token=self.token)


@contextmanager
def stores() -> Iterator[tuple[embedded.Stores, Path]]:
    """Run empty stores, and make a directory, for the length of a block."""
    with ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kith-benchmark-"))
        yield stack.enter_context(embedded.temporary()), Path(directory)


@asynccontextmanager
async def furnished(
    running: embedded.Stores, directory: Path, scale: Scale
) -> AsyncIterator[Setting]:
    """Write the dataset, and give all but the servers' core to what is not measured."""
    world = await dataset.write(running.database_url, scale)
    cluster = await Cluster.connect(running.database_url)
    core, others = processes.cores()
    processes.move_to(others, cluster.process)
    os.sched_setaffinity(0, others)
    try:
        token = await _token(running.database_url, world)
        yield Setting(running, world, cluster, token, directory, core)
    finally:
        await cluster.close()


@asynccontextmanager
async def serving(
    setting: Setting, contenders: Sequence[Contender] = CONTENDERS
) -> AsyncIterator[dict[str, tuple[int, psutil.Process]]]:
    """Run contenders for the length of a block.

    Yields:
        Port and process of each, by name.

    Raises:
        NotStarted: one does not listen; the message ends with its output.
    """
    async with AsyncExitStack() as stack:
        started = {}
        for number, contender in enumerate(contenders):
            port = processes.free_port()
            log = setting.directory / f"contender-{number}.log"
            common = environment(
                setting.stores.database_url,
                setting.stores.redis_url,
                setting.data_of(number),
            )
            process = stack.enter_context(
                processes.running(
                    [*contender.command, str(port)],
                    environment={**common, **contender.environment},
                    log=log,
                    core=setting.core,
                )
            )
            await _listening(contender.name, port, process, log)
            started[contender.name] = port, process
        yield started


def subjects(
    setting: Setting,
    servers: dict[str, tuple[int, psutil.Process]],
    contenders: Sequence[Contender],
    operations: Sequence[Operation],
) -> list[Subject]:
    """Pair every operation with every contender, the contenders of an operation side by side."""
    return [
        Subject(
            contender.name,
            operation.name,
            servers[contender.name][0],
            servers[contender.name][1],
            setting.requests(contender, operation, servers[contender.name][0]),
        )
        for operation in operations
        for contender in contenders
    ]


async def _token(database_url: str, world: World) -> str:
    settings = Settings(_env_file=None, access_token_minutes=1440)
    database = await Database.connect(database_url)
    try:
        getting = statements.getting(models.Session, ("session_id",), lock=False)
        session = await database.one(getting, key_session_id=world.session)
        assert session is not None
        return Tokens.from_settings(settings).access_token(session)
    finally:
        await database.close()


async def _listening(name: str, port: int, process: psutil.Process, log: Path) -> None:
    for _ in range(int(_START_SECONDS * 10)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                break
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    output = await asyncio.to_thread(log.read_text, errors="replace")
    raise NotStarted(f"{name} does not listen:\n{output[-4000:]}")


async def answers(requests: Sequence[bytes], port: int) -> list[bytes]:
    """Send each request once."""
    return [await load.once(port, request) for request in requests]

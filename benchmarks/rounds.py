"""Rounds: each contender is measured on each operation in turn, and again, and again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks import load, processes
from benchmarks.cluster import Cluster

_WARM_UP_SECONDS = 3.0  # after which Node has compiled what it runs often


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One contender on one operation.

    Attributes:
        contender: its name.
        operation: its name.
        port: where the contender listens.
        process: the contender.
        requests: sent in turn.
    """

    contender: str
    operation: str
    port: int
    process: psutil.Process
    requests: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a contender costs on an operation; CPU and latency for one request.

    Attributes:
        server_us: CPU of the server in microseconds.
        database_us: CPU of PostgreSQL in microseconds.
        p50_ms: median latency in milliseconds, under load.
        p99_ms: the latency within which 99 of 100 were answered, in milliseconds.
        requests_per_second: answers a second.
        memory_mb: resident memory of the server in megabytes.
        statements: SQL statements.
    """

    server_us: float
    database_us: float
    p50_ms: float
    p99_ms: float
    requests_per_second: float
    memory_mb: float
    statements: float = 0.0

    @property
    def whole_us(self) -> float:
        """CPU of server and PostgreSQL together, in microseconds."""
        return self.server_us + self.database_us


async def measure(
    subjects: Sequence[Subject],
    cluster: Cluster,
    *,
    rounds: int,
    seconds: float,
    connections: int,
    tell: Callable[[str], None],
) -> Mapping[Subject, Figures]:
    """Measure all, and give the medians of the rounds.

    Args:
        subjects: what is measured, in turn within a round.
        cluster: the database that they use.
        rounds: how often.
        seconds: how long each stretch of load lasts.
        connections: how many requests are under way at a time.
        tell: called with a line of progress.

    Raises:
        BadAnswer: a contender did not answer with 200.
    """
    for subject in subjects:
        await load.run(
            subject.port, subject.requests, connections=connections, seconds=_WARM_UP_SECONDS
        )
    statements = {subject: await _statements(subject, cluster) for subject in subjects}
    seen: dict[Subject, list[Figures]] = {subject: [] for subject in subjects}
    for number in range(1, rounds + 1):
        for subject in subjects:
            figures = await _stretch(subject, cluster, seconds, connections)
            seen[subject].append(figures)
        tell(f"Round {number} of {rounds} is done.")
    return {subject: _medians(seen[subject], statements[subject]) for subject in subjects}


async def _stretch(subject: Subject, cluster: Cluster, seconds: float, connections: int) -> Figures:
    server = processes.cpu_seconds(subject.process)
    database = processes.cpu_seconds(cluster.process)
    stretch = await load.run(
        subject.port, subject.requests, connections=connections, seconds=seconds
    )
    await asyncio.sleep(0.05)  # what the server does after its last answer counts
    count = len(stretch.latencies)
    return Figures(
        server_us=(processes.cpu_seconds(subject.process) - server) * 1e6 / count,
        database_us=(processes.cpu_seconds(cluster.process) - database) * 1e6 / count,
        p50_ms=stretch.percentile(50) * 1000,
        p99_ms=stretch.percentile(99) * 1000,
        requests_per_second=stretch.requests_per_second,
        memory_mb=processes.memory_bytes(subject.process) / 1e6,
    )


async def _statements(subject: Subject, cluster: Cluster) -> float:
    """Count what the database is sent for one request, as the mean of several."""
    await cluster.log_statements("all")
    before = cluster.statements_logged()
    times = 20
    for number in range(times):
        await load.once(subject.port, subject.requests[number % len(subject.requests)])
    counted = cluster.statements_logged() - before
    await cluster.log_statements("none")
    return counted / times


def _medians(seen: Sequence[Figures], statements: float) -> Figures:
    return Figures(
        server_us=median(figures.server_us for figures in seen),
        database_us=median(figures.database_us for figures in seen),
        p50_ms=median(figures.p50_ms for figures in seen),
        p99_ms=median(figures.p99_ms for figures in seen),
        requests_per_second=median(figures.requests_per_second for figures in seen),
        memory_mb=median(figures.memory_mb for figures in seen),
        statements=statements,
    )

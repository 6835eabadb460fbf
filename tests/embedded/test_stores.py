"""The bundled stores start, stop, survive a killed owner and refuse a second one."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

import embedded

pytestmark = pytest.mark.xdist_group("embedded")

ROOT = Path(__file__).parents[2]
# A signal that comes just before `read` would be heard only after it: so it looks now and then.
OWNER = """
import select
import sys
from pathlib import Path
import embedded
with embedded.start(Path(sys.argv[1]), durable=False) as stores:
    print(stores.database_url, flush=True)
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        pass
"""


@pytest.fixture(scope="module")
def data_dir():
    """A directory which PostgreSQL's account may enter; root's `tmp_path` is closed to it."""
    with tempfile.TemporaryDirectory(prefix="kith embedded ") as path:
        yield Path(path)


@pytest.fixture
def start_owner(data_dir):
    """Start another Python process that owns the directory; it is killed after the test."""
    owners = []

    def start(directory=data_dir):
        owner = subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
            [sys.executable, "-c", OWNER, str(directory)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        owners.append(owner)
        assert owner.stdout.readline().startswith("postgresql://")
        return owner

    yield start
    for owner in owners:
        owner.kill()
        owner.communicate()


def servers_in(directory):
    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        cwd = process.info["cwd"] or ""
        if cwd.startswith(str(directory)) and process.info["name"] in {"postgres", "valkey-server"}:
            found.append(process)
    return found


async def execute(stores, statement):
    connection = await asyncpg.connect(stores.database_url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_what_was_written_is_there_after_a_restart(data_dir):
    with embedded.start(data_dir) as stores:
        await execute(stores, "DROP TABLE IF EXISTS kept")
        await execute(stores, "CREATE TABLE kept AS SELECT 'yes' AS answer")
        async with Redis.from_url(stores.redis_url) as redis:
            await redis.set("kept", "yes")
    with embedded.start(data_dir) as stores:
        assert await execute(stores, "SELECT answer FROM kept") == "yes"
        async with Redis.from_url(stores.redis_url) as redis:
            assert await redis.get("kept") == b"yes"


@pytest.mark.parametrize(
    "extension", ["btree_gin", "cube", "earthdistance", "pg_trgm", "unaccent", "citext"]
)
async def test_extensions_are_available_to_migrations(data_dir, extension):
    with embedded.start(data_dir, durable=False) as stores:
        await execute(stores, f"CREATE EXTENSION IF NOT EXISTS {extension} CASCADE")
        assert extension in await execute(
            stores, "SELECT array_agg(extname::text) FROM pg_extension"
        )


@pytest.mark.parametrize(
    ("setting", "value"),
    [("TimeZone", "UTC"), ("jit", "off"), ("max_connections", "100"), ("fsync", "off")],
)
async def test_postgresql_runs_with_our_settings(data_dir, setting, value):
    with embedded.start(data_dir, durable=False) as stores:
        assert await execute(stores, f"SHOW {setting}") == value


async def test_durable_stores_sync_to_disk(data_dir):
    with embedded.start(data_dir) as stores:
        assert await execute(stores, "SHOW fsync") == "on"
        async with Redis.from_url(stores.redis_url) as redis:
            assert (await redis.config_get("save"))["save"] == "60 1"


def test_no_port_is_opened(data_dir):
    with embedded.start(data_dir, durable=False):
        servers = servers_in(data_dir)
        assert {process.info["name"] for process in servers} == {"postgres", "valkey-server"}
        assert [c for process in servers for c in process.net_connections("inet")] == []


def test_a_stop_leaves_no_process_and_no_socket(data_dir):
    with embedded.start(data_dir, durable=False) as stores:
        sockets = Path(stores.redis_url.removeprefix("unix://").split("?")[0]).parent
        assert sockets.is_dir()
    assert servers_in(data_dir) == []
    assert not sockets.exists()


def test_an_exception_in_the_block_stops_the_stores(data_dir):
    with pytest.raises(ZeroDivisionError), embedded.start(data_dir, durable=False):
        _ = 1 / 0
    assert servers_in(data_dir) == []


async def test_the_path_may_be_long_and_unusual(data_dir):
    directory = data_dir / ("Grüße 'an' alle, " * 8) / ("x" * 120)
    with embedded.start(directory, durable=False) as stores:
        assert await execute(stores, "SELECT current_database()") == "kith"
        assert len(os.fsencode(directory)) > 200


async def test_temporary_stores_leave_nothing_behind():
    with embedded.temporary() as stores:
        directory = Path(await execute(stores, "SHOW data_directory")).parent
        assert servers_in(directory)
    assert not directory.exists()


def test_a_second_start_names_the_owner(data_dir, start_owner):
    owner = start_owner()
    with (
        pytest.raises(embedded.EmbeddedError, match=f"in use by process {owner.pid}: stop it"),
        embedded.start(data_dir),
    ):
        pytest.fail("two owners of one directory")


def test_running_stores_are_found_from_another_process(data_dir, start_owner):
    with embedded.start(data_dir, durable=False) as stores:
        assert embedded.running(data_dir) == stores
    assert embedded.running(data_dir) is None
    owner = start_owner()
    assert embedded.running(data_dir) is not None
    owner.kill()
    owner.wait()
    assert embedded.running(data_dir) is None


def test_running_on_a_new_directory_finds_nothing(data_dir):
    assert embedded.running(data_dir / "never used") is None


async def test_a_start_takes_over_from_a_killed_owner(data_dir, start_owner):
    owner = start_owner()
    orphans = servers_in(data_dir)
    owner.kill()
    owner.wait()
    assert {process.info["name"] for process in orphans} == {"postgres", "valkey-server"}
    with embedded.start(data_dir, durable=False) as stores:
        assert await execute(stores, "SELECT 1") == 1
        assert not {p.pid for p in orphans} & {p.pid for p in servers_in(data_dir)}
    assert servers_in(data_dir) == []


@pytest.mark.parametrize("name", ["postgres", "valkey-server"])
async def test_a_start_succeeds_after_owner_and_a_server_were_killed(data_dir, start_owner, name):
    owner = start_owner()
    owner.kill()
    owner.wait()
    for process in servers_in(data_dir):
        if process.info["name"] == name:
            with contextlib.suppress(psutil.NoSuchProcess):  # PostgreSQL's children follow it
                process.kill()
    with embedded.start(data_dir, durable=False) as stores:
        assert await execute(stores, "SELECT 1") == 1


async def test_a_server_that_does_not_react_is_killed(data_dir, start_owner, monkeypatch):
    monkeypatch.setattr("embedded.processes.STOP_SECONDS", 0.5)
    owner = start_owner()
    owner.kill()
    owner.wait()
    frozen = next(p for p in servers_in(data_dir) if p.info["name"] == "valkey-server")
    frozen.suspend()
    with embedded.start(data_dir, durable=False) as stores:
        assert await execute(stores, "SELECT 1") == 1
    assert frozen.pid not in {p.pid for p in servers_in(data_dir)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_the_terminals_processes_stops_both_cleanly(data_dir, start_owner, number):
    owner = start_owner()
    os.killpg(owner.pid, number)
    owner.wait(30)
    assert servers_in(data_dir) == []
    assert "database system is shut down" in (data_dir / "logs/postgresql.log").read_text()[-200:]


def test_sigterm_in_the_block_becomes_an_exit(data_dir):
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as exit_, embedded.start(data_dir, durable=False):
        signal.raise_signal(signal.SIGTERM)
    assert exit_.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


async def test_stale_files_do_not_block_a_start(data_dir):
    with embedded.start(data_dir, durable=False):
        pass
    # The pid of a living stranger, as after a reboot; and a creation that was cut off.
    (data_dir / "postgres/postmaster.pid").write_text(f"{os.getppid()}\n{data_dir}\n0\n5432\n")
    (data_dir / "postgres.unfinished").mkdir(exist_ok=True)
    (data_dir / "postgres.unfinished/PG_VERSION").write_text("18\n")
    (data_dir / "owner.json").write_text('{"pid": "1", "sock')
    with embedded.start(data_dir, durable=False) as stores:
        assert await execute(stores, "SELECT 1") == 1


def test_a_cluster_of_another_version_is_one_sentence(data_dir):
    directory = data_dir / "other version"
    with embedded.start(directory, durable=False):
        pass
    (directory / "postgres/PG_VERSION").write_text("12\n")
    with (
        pytest.raises(embedded.EmbeddedError, match=r"postgresql did not start: .*FATAL"),
        embedded.start(directory),
    ):
        pytest.fail("started on a foreign cluster")
    assert servers_in(directory) == []


def test_a_file_in_place_of_the_directory_is_one_sentence(data_dir):
    path = data_dir / "a file"
    path.write_text("")
    with (
        pytest.raises(embedded.EmbeddedError, match="cannot be used: File exists"),
        embedded.start(path),
    ):
        pytest.fail("started on a file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another account")
def test_a_closed_prefix_is_one_sentence_with_its_remedy(data_dir):
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    with (
        pytest.raises(embedded.EmbeddedError, match=r"cannot enter .*/closed: run `chmod o\+x"),
        embedded.start(closed / "data"),
    ):
        pytest.fail("started behind a closed directory")

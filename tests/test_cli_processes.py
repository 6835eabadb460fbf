"""The commands that run until they are told to end: together, in several processes, and cut off."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import psutil
import pytest

from embedded.processes import evict_orphans
from tests.journey.server import ROOT, Kith, environment
from tests.support.client import Api
from tests.support.people import Person
from tests.support.towns import deck, ids_of

pytestmark = pytest.mark.xdist_group("embedded")

PATIENCE_SECONDS = 120.0
TWO_PROCESSES = """
from commands import serving
listening = serving.bind("127.0.0.1", 0)
port = listening.getsockname()[1]
serving.serve_by_processes("sample:create", listening, lambda: print(port, flush=True), processes=2)
print("over", flush=True)
"""
WHO = """
import os
def create():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
    return app
"""


@pytest.fixture
def folder():
    """A folder that PostgreSQL's account may enter; no store is left running in it."""
    with tempfile.TemporaryDirectory(prefix="kith cli ") as path:
        folder = Path(path).resolve()
        folder.chmod(0o711)
        yield folder
        evict_orphans([folder / ".kith" / name for name in ("postgres", "valkey")])


@pytest.fixture
def start(folder):
    """Start Python in the folder, with these settings; it is killed after the test."""
    running = []

    def start(*words, **values):
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, *words],
            cwd=folder,
            env=environment(**values),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        children = psutil.Process(process.pid).children() if process.poll() is None else []
        process.kill()
        for child in children:
            child.kill()
        process.communicate()


@pytest.fixture
def up(folder):
    """Start `kith up` in the folder; it is killed after the test."""
    started = []

    def up(*options):
        started.append(Kith(folder, *options))
        return started[-1]

    yield up
    for kith in started:
        kith.kill()


def ended(process):
    """Ask a process to end, and give its exit code and its last words."""
    process.terminate()
    out, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, out


def line(process, start):
    """Read what a process says up to a line that starts so."""
    for said in process.stdout:
        if said.startswith(start):
            return said
    raise AssertionError(process.stderr.read())


async def paged(town, http):
    """Page through a deck in this process and another one in turn, while its viewer decides."""
    ada, *others = [await town.join() for _ in range(9)]
    there = Person(ada.viewer, Api(http, ada.api.token), ada.email)
    page = await deck(ada, first=2)
    assert ids_of(await deck(there, first=2)) == ids_of(page)
    seen, processes = ids_of(page), [there, ada]
    while page["pageInfo"]["hasNextPage"]:
        asked, other = processes
        page, _ = await asyncio.gather(
            deck(asked, first=2, after=page["pageInfo"]["endCursor"]),
            other.api.done("passProfile", profileId=seen[-1]),
        )
        seen += ids_of(page)
        processes.reverse()
    assert sorted(seen) == sorted(person.id for person in others)
    # Whoever was decided on, here or there, is left out in both: five of eight fill a page.
    left = set(seen) - set(seen[1:-2:2])
    assert [set(ids_of(await deck(one, first=5))) for one in (ada, there)] == [left, left]


async def test_the_programs_share_the_work_and_end_when_told(stores, start, town):
    shared = {"DATABASE_URL": stores.database_url, "REDIS_URL": stores.redis_url}
    api = start("-m", "cli", "serve", "--port", "0", **shared, DATA_DIR="of the api")
    worker = start("-m", "cli", "worker", "--concurrency", "1", **shared, DATA_DIR="of the worker")
    others = [start("-m", "cli", name, **shared) for name in ("relay", "beat")]
    address = (await asyncio.to_thread(line, api, "Kith serves at ")).split()[-1]
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as http:
        await Api(http).done(
            "signUp",
            email="grace@example.com",
            password="a long and winding road",
            displayName="Grace",
        )
        await paged(town, http)
    mail = await asyncio.to_thread(line, worker, "--- mail to ")
    assert mail == "--- mail to grace@example.com: Welcome to Kith\n"
    for process in (api, worker, *others):
        code, _ = await asyncio.to_thread(ended, process)
        assert code == 0


async def test_several_processes_share_a_port_and_end_when_told(folder, start):
    (folder / "sample.py").write_text(WHO, encoding="utf-8")
    server = start("-c", TWO_PROCESSES, PYTHONPATH=f"{ROOT}{os.pathsep}{folder}")
    address = f"http://127.0.0.1:{(await asyncio.to_thread(server.stdout.readline)).strip()}"
    children = {str(child.pid) for child in psutil.Process(server.pid).children()}
    answers = set()
    while len(answers) < 2:
        async with httpx.AsyncClient() as http:
            answers.add((await http.get(address)).text)
    assert answers <= children
    assert await asyncio.to_thread(ended, server) == (0, "over\n")


async def test_processes_that_cannot_start_end_the_whole(folder, start):
    (folder / "sample.py").write_text("def create(): raise OSError\n", encoding="utf-8")
    server = start("-c", TWO_PROCESSES, PYTHONPATH=f"{ROOT}{os.pathsep}{folder}")
    _, complaint = await asyncio.to_thread(server.communicate, timeout=PATIENCE_SECONDS)
    assert server.returncode == 1
    assert "The application did not start: the log above says why." in complaint


def test_a_first_start_that_is_cut_off_leaves_nothing_in_the_way(up):
    cut_off = up("--people", "200")
    cut_off.wait_for(re.compile("Migrated the database"))
    assert cut_off.stop(signal.SIGINT) != 0
    assert "Traceback" not in cut_off.output
    assert cut_off.stores() == []
    again = up("--people", "12")
    again.address()
    second = up()
    assert second.wait() == 1
    assert "is in use by process" in second.output
    assert again.stop(signal.SIGINT) == 0
    assert again.stores() == []


def test_a_first_start_that_is_killed_leaves_nothing_in_the_way(up):
    killed = up("--people", "200")
    killed.wait_for(re.compile("Starting PostgreSQL"))
    killed.kill()
    again = up("--people", "12")
    again.address()
    assert "Writing 12 people" in again.output
    assert "Demo log-in" in again.output
    assert again.stop() == 0
    assert again.stores() == []

"""A real Chromium for tests: `browse(url, steps)` drives GraphiQL and tells what was seen."""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from graphiql import page as explorer

HERE = Path(__file__).parent
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

Step = dict[str, Any]
Browse = Callable[..., Awaitable["Visit"]]
Serving = Callable[..., AbstractAsyncContextManager[str]]


@dataclass(frozen=True)
class Visit:
    """What a visit to a page showed: one result a step, and what the browser complained of."""

    status: int
    policy: str
    tabs: list[str]
    results: list[Any]
    console_errors: list[str]
    violations: list[str]
    failed: list[str]
    hosts: list[str]
    sockets: list[str]

    @property
    def complaints(self) -> list[str]:
        """All that the browser complained of."""
        return [*self.console_errors, *self.violations, *self.failed]


@pytest.fixture(scope="session")
def npm() -> str:
    path = shutil.which("npm")
    if path is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def cache() -> Path:
    """A folder outside the repository for what npm installs, kept from run to run."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = base / "kith" / "browser-tests"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def node_modules(npm: str, cache: Path) -> Path:
    """Where `playwright-core` is installed, in the version of the lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    directory = cache / hashlib.sha256(lock).hexdigest()[:16]
    with locked(cache):
        if not (directory / "node_modules" / "playwright-core" / "package.json").is_file():
            directory.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, directory)
            run([npm, "ci"], directory)
    return directory / "node_modules"


@pytest.fixture(scope="session")
def bundle(npm: str, cache: Path) -> Path:
    """GraphiQL's assets, built now unless they are there already."""
    with locked(cache):
        if explorer.assets_directory() is None:
            folder = Path(explorer.__file__).parent
            run([npm, "ci"], folder)
            run([npm, "run", "build"], folder)
    directory = explorer.assets_directory()
    assert directory is not None
    return directory


@pytest.fixture(scope="session")
def cdn_files(npm: str, cache: Path) -> dict[str, str]:
    """The files which the CDN serves, by address: it hands out what is in the npm packages."""
    files = {}
    for address, _ in (explorer.CDN_STYLE, *explorer.CDN_SCRIPTS):
        package, _, name = address.removeprefix(f"{explorer.CDN}/").partition("/")
        directory = cache / package
        with locked(cache):
            if not (directory / "package" / name).is_file():
                directory.mkdir(exist_ok=True)
                archive = run([npm, "pack", "--silent", package], directory).split()[-1]
                shutil.unpack_archive(directory / archive, directory, filter="data")
        files[address] = str(directory / "package" / name)
    return files


@pytest.fixture
def browse(chromium: str, node_modules: Path, tmp_path: Path) -> Browse:
    """Return `await browse(url, steps)`; the steps are described in `browse.cjs`."""

    async def visit(
        url: str, steps: list[Step], *, serve: dict[str, str] | None = None, timeout_s: float = 30
    ) -> Visit:
        job = {
            "url": url,
            "steps": steps,
            "chromium": chromium,
            "timeout": timeout_s * 1000,
            "serve": serve or {},
        }
        path = tmp_path / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "browse.cjs"),
            str(path),
            env=os.environ | {"NODE_PATH": str(node_modules)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, err.decode()
        return Visit(**json.loads(out))

    return visit


@pytest.fixture
def serving() -> Serving:
    """Return `async with serving(app) as host`, which listens on a free port meanwhile."""

    @asynccontextmanager
    async def listening(app: Any) -> AsyncIterator[str]:
        config = uvicorn.Config(app, port=0, log_level="warning", ws="websockets-sansio")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        try:
            while not server.started:
                assert not task.done(), "the server did not start"
                await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task

    return listening


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """Let one test process install at a time."""
    with (cache / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(command: list[str], directory: Path) -> str:
    """Run a command in a directory and return what it printed."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout

"""The GraphQL clients of front ends against a running server, set up as the guide says."""

import asyncio
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.execution.serving import serving
from tests.support import conversations

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GUIDE = ROOT / "docs" / "front-end.md"
SNIPPET = re.compile(r"^```ts\n// ([\w/.]+\.ts)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PATIENCE_SECONDS = 120


@contextmanager
def alone(base: Path) -> Iterator[None]:
    """Let one test process install at a time."""
    base.mkdir(parents=True, exist_ok=True)
    with (base / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def installed() -> Path:
    """Where the clients are installed: a folder outside the repository, kept from run to run."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kith" / "clients"
    directory = base / hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    with alone(base):
        if not (directory / "installed").is_file():
            directory.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, directory)
            done = subprocess.run(  # noqa: S603 - npm itself, found on the path
                [npm, "ci"], cwd=directory, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            (directory / "installed").touch()
    return directory


def snippets() -> dict[str, str]:
    """The files that the guide shows, by path."""
    return dict(SNIPPET.findall(GUIDE.read_text(encoding="utf-8")))


@pytest.fixture
async def address(application: Any) -> AsyncIterator[str]:
    async with serving(application) as address:
        yield address


@pytest.fixture
async def world(database, people, address) -> dict[str, Any]:
    """Two people who have matched, as the tests of the clients know them."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    conversation = await conversations.matched(database, ada.key, bob.key)
    return {
        "url": f"http://{address}/graphql",
        "ada": {"token": ada.api.token, "id": ada.id, "name": "Ada"},
        "bob": {"token": bob.api.token, "id": bob.id, "name": "Bob"},
        "conversation": conversations.global_id(conversation),
    }


@pytest.fixture(scope="session")
def project(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A front end with the guide's snippets in it: generated, type-checked, and built."""
    directory = tmp_path_factory.mktemp("clients") / "project"
    shutil.copytree(HERE, directory, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(ROOT / "schema" / "schema.graphql", directory)
    (directory / "node_modules").symlink_to(installed / "node_modules")
    for name, text in snippets().items():
        # The server of the tests takes a free port: the address is all that differs.
        address = '" + process.env.KITH_ADDRESS + "'
        (directory / name).write_text(text.replace("localhost:8000", address), encoding="utf-8")
    done = subprocess.run(
        ["node", "build.mjs"],  # noqa: S607 - found on the path, as the fixture above has seen
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return directory


@pytest.mark.parametrize("client", ["apollo", "urql", "relay", "inbox", "stream"])
async def test_a_client_does_all_that_a_front_end_needs(client, project, world, address):
    process = await asyncio.create_subprocess_exec(
        "node",
        "--test",
        f"build/{client}.test.js",
        cwd=project,
        env=os.environ | {"KITH_WORLD": json.dumps(world), "KITH_ADDRESS": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, out.decode()
    assert re.search(r"^# fail 0$", out.decode(), re.MULTILINE), out.decode()


def test_the_guide_shows_every_file_that_the_tests_use():
    assert set(snippets()) == {
        "codegen.ts", "src/form.ts", "src/live.ts", "src/inbox.ts", "src/requests.ts",
        "src/stream.ts", "src/apollo.ts", "src/urql.ts", "src/relay.ts",
    }  # fmt: skip

"""The published audits of GraphQL over HTTP, run against the real endpoint."""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

AUDITS = Path(__file__).parent / "audits"


@pytest.fixture(scope="session")
def installed() -> Path:
    """Where the audits are installed: a folder outside the repository, kept from run to run."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kith" / "http-audits"
    lock = (AUDITS / "package-lock.json").read_bytes()
    directory = base / hashlib.sha256(lock).hexdigest()[:16]
    directory.mkdir(parents=True, exist_ok=True)
    with (base / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (directory / "node_modules" / "graphql-http" / "package.json").is_file():
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(AUDITS / name, directory)
            done = subprocess.run(  # noqa: S603 - npm itself, found on the path
                [npm, "ci"], cwd=directory, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
    return directory


async def test_every_published_audit_of_graphql_over_http_passes(installed, address):
    process = await asyncio.create_subprocess_exec(
        "node",
        str(AUDITS / "audit.mjs"),
        str(installed),
        f"http://{address}/graphql",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    results = json.loads(out)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61

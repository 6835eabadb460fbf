"""`python -m benchmarks.startup`: how long a server takes to import, to compile, to answer.

Python keeps the bytecode of modules, as it does unless told otherwise: the first start, which
compiles them, is not counted. Between the starts of Kith are those of an application of the same
GraphQL types with the same libraries and nothing else, so that the ratio holds on any machine.
"""

import argparse
import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from statistics import median

import embedded
from benchmarks import processes, stock
from benchmarks.peers.contenders import KITH, environment
from persistence import migrating

TARGET_SECONDS = 2.5
_PATIENCE_SECONDS = 60
_HEAVY = ("torch", "sentence_transformers", "transformers", "qdrant_client", "celery", "httpx")
# A server does not end when it has started: what Python tidies up then is not counted.
_END = f"""
import json, os, sys
print(json.dumps([name for name in {_HEAVY!r} if name in sys.modules]), flush=True)
os._exit(0)
"""
_IMPORT = f"""
from commands.loading import load_app
from settings import Settings
load_app(Settings(_env_file=None))
{_END}
"""
_STOCK = "stock_application"
_IMPORT_STOCK = f"import {_STOCK}\n{_END}"
_SDL = processes.ROOT / "schema" / "schema.graphql"


def main() -> None:
    """Measure, print a table, and end with 1 when the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="fresh processes of each kind")
    arguments = parser.parse_args()
    empty, bare, whole, busy, answered = [], [], [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="kith-bytecode-") as folder,
        embedded.temporary() as stores,
    ):
        path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
        bytecode = {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": folder,
            "PYTHONPATH": path,
        }
        (Path(folder) / f"{_STOCK}.py").write_text(stock.application(_SDL.read_text()))
        asyncio.run(migrating.upgrade(stores.database_url))
        _seconds(_IMPORT_STOCK, bytecode)
        _seconds(_IMPORT, bytecode)
        _until_answered(stores, bytecode)
        for _ in range(arguments.times):
            empty.append(_seconds(_END, bytecode)[0])
            bare.append(_seconds(_IMPORT_STOCK, bytecode)[0])
            before = _cpu_seconds()
            seconds, loaded = _seconds(_IMPORT, bytecode)
            whole.append(seconds)
            busy.append(_cpu_seconds() - before)
            if heavy := json.loads(loaded.splitlines()[-1]):
                sys.exit(f"The server imports {', '.join(heavy)} at start.")
            answered.append(_until_answered(stores, bytecode))
    compiled, beside = median(whole) - median(empty), median(bare) - median(empty)
    print("| what, median of fresh processes | seconds |")
    print("| --- | ---: |")
    print(f"| Python alone | {median(empty):.2f} |")
    print(f"| import, schema and application, without Python | {compiled:.2f} |")
    print(f"| the same with Python, seconds of CPU | {median(busy):.2f} |")
    print(f"| the same types with the libraries alone, without Python | {beside:.2f} |")
    print(f"| `kith serve` until its first answer, with Python | {median(answered):.2f} |")
    print(f"\nKith takes {compiled / beside:.2f} times what its libraries take for its types.")
    print(f"None of {', '.join(_HEAVY)} is imported.")
    if compiled > TARGET_SECONDS:
        sys.exit(f"The target is {TARGET_SECONDS} s.")


def _seconds(program: str, bytecode: Mapping[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        cwd=processes.ROOT,
        env={**os.environ, **bytecode},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, done.stdout


def _cpu_seconds() -> float:
    """Give what all ended children have used, which other programs' load changes least."""
    used = os.times()
    return used.children_user + used.children_system


def _until_answered(stores: embedded.Stores, bytecode: Mapping[str, str]) -> float:
    core, _ = processes.cores()
    port = processes.free_port()
    with tempfile.TemporaryDirectory(prefix="kith-benchmark-") as path:
        directory = Path(path)
        started = time.perf_counter()
        with processes.running(
            [*KITH.command, str(port)],
            environment={
                **environment(stores.database_url, stores.redis_url, directory),
                **KITH.environment,
                **bytecode,
            },
            log=directory / "server.log",
            core=core,
        ):
            until = started + _PATIENCE_SECONDS
            while not _answers(port):
                if time.perf_counter() > until:
                    sys.exit((directory / "server.log").read_text()[-4000:])
                time.sleep(0.01)
            return time.perf_counter() - started


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    body = json.dumps({"query": "{ viewer { __typename } }"})
    try:
        asked.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        answer = asked.getresponse()
        return answer.status == HTTPStatus.OK and b"data" in answer.read()
    except ConnectionRefusedError:
        return False
    finally:
        asked.close()


if __name__ == "__main__":
    main()

"""Loading as a contract: what a server does not need for its first answers, it imports later."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from commands.loading import loading

ROOT = Path(__file__).parents[2]
HEAVY = {
    "celery",
    "httpx",
    "kombu",
    "qdrant_client",
    "sentence_transformers",
    "torch",
    "transformers",
}
SCHEMA = "import app; from schema import root; root.build()"
APPLICATION = """
from commands.loading import load_app
from settings import Settings
load_app(Settings(_env_file=None))
"""


@pytest.mark.parametrize("program", [SCHEMA, APPLICATION])
def test_servers_import_what_is_heavy_when_they_need_it(program):
    code = f"{program}\nimport sys; sys.exit(str(sorted({HEAVY!r} & set(sys.modules)) or ''))"
    answer = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stderr.strip() == ""


def test_garbage_is_searched_for_again_after_loading():
    with loading():
        searched_while_loading = gc.isenabled()
    assert not searched_while_loading
    assert gc.isenabled()


def test_what_was_loaded_is_never_searched():
    with loading():
        loaded = [[]]
    assert not any(each is loaded for each in gc.get_objects())


def test_garbage_is_searched_for_again_when_nothing_could_be_loaded():
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()

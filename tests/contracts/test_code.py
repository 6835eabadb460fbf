"""The code as a contract: layers, lengths, names."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
SOURCES = sorted(
    path
    for path in [*ROOT.glob("*.py"), *(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))]
    # A migration is as long as what it changes, and nobody edits it afterwards.
    if not {"node_modules", "versions"} & set(path.parts)
)


def test_imports_point_down():
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", script], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_contracts_know_every_package():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert sorted(tools["importlinter"]["root_packages"]) == PACKAGES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_functions_and_classes_stay_short(path):
    text = path.read_text()
    # The settings are a list, as long as there is something to set.
    assert text.count("\n") <= (1_000 if path.name == "settings.py" else 400)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{node.name} has {length} lines"
        if isinstance(node, ast.ClassDef):
            length = code_lines(node, text)
            assert length <= 100, f"{node.name} has {length} lines of code"


def code_lines(node: ast.ClassDef, text: str) -> int:
    """The lines of a class without blank ones and docstrings: promises may be as long as needed."""
    lines = text.splitlines()
    kept = {n for n in range(node.lineno, (node.end_lineno or 0) + 1) if lines[n - 1].strip()}
    for part in ast.walk(node):
        if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = part.body[0]
            if ast.get_docstring(part, clean=False) is not None:
                kept -= set(range(first.lineno, (first.end_lineno or 0) + 1))
    return len(kept)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_lives_in_it(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_things_are(path):
    assert not {"utils", "common", "misc", "helpers", "manager", "service"} & set(
        path.with_suffix("").parts
    )


def test_only_settings_reads_the_environment():
    readers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name != "settings.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert readers == []

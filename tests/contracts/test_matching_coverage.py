"""The pure modules of matching: plain examples alone reach each of their lines and branches."""

import io
import os
import subprocess
import sys
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[2]
PURE = (
    "calibration",
    "cues",
    "deck_ranking",
    "distance",
    "eligibility",
    "event_recommendations",
    "experiments",
    "explanations",
    "exposure",
    "feed_ranking",
    "features",
    "fitting",
    "icebreakers",
    "judging",
    "learning",
    "measures",
    "meetings",
    "pairing",
    "ranking",
    "reciprocity",
    "relaxation_texts",
    "report_cards",
    "scoring",
    "sources",
)


def test_each_module_that_says_it_is_pure_is_named():
    saying = set()
    for path in (ROOT / "matching").glob("*.py"):
        first, _, _ = path.read_text("utf-8").partition("\n")
        if first.removesuffix('"""').endswith(": pure."):
            saying.add(path.stem)
    assert saying == set(PURE)


def test_each_line_and_branch_of_what_is_pure_is_reached_by_its_own_examples(tmp_path):
    """Without Hypothesis, so that what is reached is no matter of luck, and without stores."""
    modules = [f"matching/{name}.py" for name in PURE]
    # The packages that the project's own configuration names are many to trace.
    run = ["-m", "coverage", "run", f"--rcfile={os.devnull}", "--branch"]
    run.append(f"--include={','.join(modules)}")
    pytest = [
        "-m",
        "pytest",
        "-q",
        "-m",
        "not hypothesis",
        "--noconftest",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, *run, *pytest, *(f"tests/matching/test_{name}.py" for name in PURE)],
        env={**os.environ, "COVERAGE_FILE": str(tmp_path / "data"), "PYTEST_ADDOPTS": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reached = coverage.Coverage(tmp_path / "data", config_file=ROOT / "pyproject.toml")
    reached.load()
    report = io.StringIO()
    total = reached.report(
        [str(ROOT / module) for module in modules], show_missing=True, file=report
    )
    assert total == 100.0, report.getvalue()

"""`kith replay` says how well a file of decisions is predicted, or what is wrong with it."""

import json
import sys

import pytest

import cli
from commands.terminal import console


@pytest.fixture
def replay(monkeypatch, capsys):
    """Run the command, and give its exit code, output and complaint."""
    monkeypatch.setattr(console, "width", 200)

    def replay(*words):
        monkeypatch.setattr(sys, "argv", ["kith", "replay", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return replay


@pytest.fixture
def decisions(tmp_path):
    """Six people decide about each other; who has an odd number is liked."""
    path = tmp_path / "decisions.csv"
    rows = [
        f"p{one},p{other},{'like' if other % 2 else 'pass'},{minute * 60},0.{other}"
        for minute, (one, other) in enumerate((a, b) for a in range(6) for b in range(6) if a != b)
    ]
    path.write_text("\n".join(["viewer,candidate,decision,time,similarity", *rows]))
    return path


def test_the_table_names_every_ranking(replay, decisions):
    code, out, complaint = replay(decisions)
    assert (code, complaint) == (0, "")
    assert (
        "All decisions: 30, 15 of them likes; 15 pairs decided both ways, 3 of them matches." in out
    )
    rows = {line.split("  ")[0].strip(): line for line in out.splitlines()[2:6]}
    assert list(rows) == ["random", "similarity", "Kith, profiles alone", "Kith"]
    assert "too few to tell" in out
    assert "Weights refitted after: never." in out


def test_json_holds_the_same_figures(replay, decisions):
    code, out, _ = replay(decisions, "--format", "json")
    report = json.loads(out)
    assert code == 0
    assert (report["all"]["decisions"], report["all"]["matches"]) == (30, 3)
    auc = report["all"]["rankings"]["Kith"]["like_auc"]
    assert 0.0 <= auc["low"] <= auc["value"] <= auc["high"] <= 1.0
    assert report["after_ten"]["decisions"] == 0


def test_a_malformed_file_is_refused_in_one_sentence(replay, decisions):
    decisions.write_text(decisions.read_text().replace("pass", "perhaps", 1))
    code, _, complaint = replay(decisions)
    assert code == 1
    assert complaint == (f"{decisions}: line 3: decision is 'perhaps', and must be like or pass.\n")


def test_a_missing_file_is_told(replay, tmp_path):
    code, _, complaint = replay(tmp_path / "none.csv")
    assert code == 1
    assert complaint == f"{tmp_path / 'none.csv'}: No such file or directory.\n"

"""Who runs the stores: ourselves, or for root an account without privileges."""

import os
import pwd
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedded import accounts
from embedded.accounts import Account, choose_account
from embedded.errors import EmbeddedError

STRANGER = Account(uid=12345, gid=12345)
ENTRY = SimpleNamespace(pw_uid=4242, pw_gid=4343)


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.fixture
def accounts_of_machine(monkeypatch):
    """The machine's accounts, by name; empty at first."""
    known = {}
    monkeypatch.setattr(pwd, "getpwnam", known.__getitem__)
    return known


def test_an_ordinary_account_runs_the_stores_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 501)
    account = choose_account(tmp_path / "postgres")
    assert account.uid == 501
    assert account.identity == {}


def test_root_uses_the_account_of_the_stores(as_root, accounts_of_machine, tmp_path):
    accounts_of_machine[accounts.STORES_ACCOUNT] = ENTRY
    account = choose_account(tmp_path / "postgres")
    assert account.identity == {"user": 4242, "group": 4343, "extra_groups": []}


def test_root_keeps_the_owner_of_existing_files(as_root, monkeypatch, tmp_path):
    status = SimpleNamespace(st_uid=777, st_gid=778)
    directory = SimpleNamespace(exists=lambda: True, stat=lambda: status)
    assert choose_account(directory) == Account(777, 778)


def test_root_creates_the_account_once(as_root, accounts_of_machine, monkeypatch, tmp_path):
    def useradd(command, **_options):
        accounts_of_machine[command[-1]] = ENTRY
        return SimpleNamespace(stderr="")

    monkeypatch.setattr(subprocess, "run", useradd)
    assert choose_account(tmp_path / "postgres") == Account(4242, 4343)


def test_another_process_may_create_the_account_first(
    as_root, accounts_of_machine, monkeypatch, tmp_path
):
    def useradd(command, **_options):
        accounts_of_machine[command[-1]] = ENTRY
        return SimpleNamespace(stderr="useradd: user exists", returncode=9)

    monkeypatch.setattr(subprocess, "run", useradd)
    assert choose_account(tmp_path / "postgres") == Account(4242, 4343)


def test_an_account_that_cannot_be_made_is_one_sentence(
    as_root, accounts_of_machine, monkeypatch, tmp_path
):
    answer = SimpleNamespace(stderr="useradd: cannot lock /etc/passwd\n")
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: answer)
    with pytest.raises(EmbeddedError, match="could not be made: useradd: cannot lock"):
        choose_account(tmp_path / "postgres")


def test_a_machine_without_useradd_is_one_sentence(
    as_root, accounts_of_machine, monkeypatch, tmp_path
):
    def missing(*_arguments, **_options):
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", missing)
    with pytest.raises(EmbeddedError, match="`useradd` is missing"):
        choose_account(tmp_path / "postgres")


def test_a_closed_directory_above_is_named():
    with (
        tempfile.TemporaryDirectory() as closed,
        pytest.raises(EmbeddedError, match=f"cannot enter {closed}: run `chmod"),
    ):
        STRANGER.require_access(Path(closed) / "data")


def test_what_is_ours_already_is_not_given_again(monkeypatch, tmp_path):
    given = []
    monkeypatch.setattr(os, "chown", lambda path, *_ids, **_options: given.append(path))
    (tmp_path / "file").write_text("")
    Account(os.geteuid(), os.getegid()).own(tmp_path)
    assert given == []
    STRANGER.own(tmp_path)
    assert given == [tmp_path, tmp_path / "file"]

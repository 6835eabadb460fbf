"""The command line says in one sentence what it did, or what is missing and what to do."""

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import pytest

import cli
from app import create_app
from commands import failures
from commands import schema as printed
from commands import up as everything
from commands.terminal import console
from demo.writing import Population
from execution.trusted import TrustedUnreadable
from graphiql import page
from settings import Settings, get_settings, variable
from tests.support.embedding_api import KEY, EmbeddingServer

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "up", "serve", "worker", "beat", "relay", "migrate", "seed", "schema", "reindex", "doctor",
    "explain", "replay",
)  # fmt: skip
NOBODY = {
    "DATABASE_URL": "postgresql://kith:hidden@127.0.0.1:1/kith",
    "REDIS_URL": "redis://:hidden@127.0.0.1:1/0",
}


@pytest.fixture(autouse=True)
def newcomer(monkeypatch, tmp_path):
    """Work in an empty folder, without a setting of this machine, on a wide terminal."""
    for name, field in Settings.model_fields.items():
        monkeypatch.delenv(variable(name, field), raising=False)
    monkeypatch.setenv("EMBEDDING_RUNTIME", "torch")  # an export takes longer than all the rest
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(console, "width", 300)  # made when it was imported
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def kith(monkeypatch, capsys):
    """Run a command with these settings, and give its exit code, output and complaint."""

    def kith(*words, **values):
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        get_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["kith", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return kith


@pytest.fixture
def refused(kith):
    """Run a command that must end with exit code 1 and one sentence, and give the sentence."""

    def refused(*words, **values):
        code, _, complaint = kith(*words, **values)
        assert code == 1
        assert complaint.count("\n") == 1, complaint
        return complaint.rstrip("\n")

    return refused


@pytest.fixture
def doctor(kith):
    """Run `kith doctor`, and give its exit code and the words of each row by the row's name."""

    def doctor(**values):
        code, out, _ = kith("doctor", **values)
        rows = {}
        for line in out.splitlines()[1:]:
            name, state, rest = (line + "  ").split("  ", 1)[0], *_state_and_rest(line)
            rows[name] = (state, rest)
        return code, rows

    return doctor


def _state_and_rest(line):
    _, _, rest = line.partition("  ")
    state, _, words = rest.strip().partition(" ")
    return state, " ".join(words.split())


@pytest.fixture(scope="module")
async def bare(stores):
    """A database of its own without any table."""
    connection = await asyncpg.connect(stores.database_url)
    try:
        await connection.execute("DROP DATABASE IF EXISTS bare")
        await connection.execute("CREATE DATABASE bare")
    finally:
        await connection.close()
    return {
        "DATABASE_URL": stores.database_url.replace("/kith?", "/bare?"),
        "REDIS_URL": stores.redis_url,
    }


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_help_names_every_command(kith):
    code, out, _ = kith("--help")
    assert code == 0
    assert [name for name in COMMANDS if f"│ {name} " not in out] == []


def test_help_waits_for_nothing():
    """Commands import what they need: nobody waits for the model's libraries to read the help."""
    heavy = "{'app', 'celery', 'fastapi', 'qdrant_client', 'sqlalchemy', 'strawberry', 'torch'}"
    code = f"import sys, cli; sys.exit(str(sorted({heavy} & set(sys.modules)) or ''))"
    answer = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stderr.strip() == ""


@pytest.mark.parametrize("command", ["serve", "worker", "beat", "relay"])
def test_programs_that_share_stores_want_their_addresses(refused, command):
    options = ("--concurrency", "1") if command == "worker" else ()
    assert refused(command, *options) == (
        "DATABASE_URL and REDIS_URL must be set: only `kith up` runs stores of its own."
    )


@pytest.mark.parametrize("words", [("serve", "--workers", "2"), ("worker", "--concurrency", "2")])
def test_several_processes_want_a_qdrant_server(refused, words):
    assert refused(*words, **NOBODY).startswith("QDRANT_URL must be set")


@pytest.mark.parametrize(
    "words",
    [
        ("up", "--port", "0"),
        ("serve", "--port", "0"),
        ("worker", "--concurrency", "1"),
        ("beat",),
        ("relay",),
        ("migrate",),
        ("seed",),
        ("reindex",),
    ],
    ids=lambda words: words[0],
)
def test_a_database_that_is_not_there_is_one_sentence_without_its_password(refused, words):
    assert refused(*words, **NOBODY) == (
        "PostgreSQL at 127.0.0.1:1/kith cannot be used: nobody listens there; check DATABASE_URL."
    )


def test_a_port_in_use_is_one_sentence(refused, taken):
    assert refused("up", "--port", str(taken)) == (
        f"Port {taken} on 127.0.0.1 cannot be used (address already in use): "
        "choose another with --port."
    )
    assert not Path(".kith").exists()


def test_a_host_of_another_machine_is_one_sentence(refused):
    assert refused("up", "--host", "host.invalid") == (
        "host.invalid is no address of this machine: choose another HOST."
    )


@pytest.mark.parametrize("command", ["up", "serve", "worker"])
def test_a_missing_model_is_one_sentence(refused, tmp_path, command):
    values = {**NOBODY, "QDRANT_URL": "http://127.0.0.1:1", "EMBEDDING_MODEL_PATH": tmp_path}
    assert refused(command, **values) == (
        f"The embedding model is missing: {tmp_path}/model.safetensors is no file."
    )


def test_a_data_folder_that_is_a_file_is_one_sentence(refused, tmp_path):
    (tmp_path / "file").touch()
    assert refused("up", "--port", "0", DATA_DIR=tmp_path / "file") == (
        f"The data directory {tmp_path}/file cannot be used: File exists."
    )


@pytest.mark.parametrize(("told", "runs_jobs"), [({}, True), ({"JOBS_EAGER": "false"}, False)])
def test_up_runs_the_jobs_also_on_stores_that_are_given(kith, monkeypatch, told, runs_jobs):
    async def prepare(*_):
        return Population.OTHERS

    served = []
    monkeypatch.setattr(everything, "_prepare", prepare)
    monkeypatch.setattr(everything, "_serve", lambda settings, *_: served.append(settings))
    assert kith("up", "--port", "0", **NOBODY, **told)[0] == 0
    assert [settings.eager_jobs for settings in served] == [runs_jobs]


def test_up_serves_while_the_embedding_api_is_away_and_embeds_when_it_is_back(
    kith, monkeypatch, bare, embedding_api
):
    served = []
    monkeypatch.setattr(everything, "_serve", lambda settings, *_: served.append(settings))
    api = {"EMBEDDING_API_URL": embedding_api.url, "EMBEDDING_API_DIMENSIONS": 8}
    embedding_api.failures = [(403, {})]
    words = ("up", "--port", "0", "--people", "3")
    code, out, _ = kith(*words, **bare, **api)
    assert (code, len(served)) == (0, 1)
    assert "refuses with 403. Decks lack people until the next start." in out
    asked = [len(embedding_api.asked)]
    for _ in range(2):
        code, out, _ = kith(*words)
        assert (code, "Decks lack people" in out) == (0, False)
        asked.append(len(embedding_api.asked))
    assert asked[0] < asked[1] == asked[2]
    another = {"EMBEDDING_API_MODEL": "another"}
    for changed in ({}, another):
        out = kith("reindex", **changed)[1]
        assert out.endswith("The index of people is up to date: 3 looked at.\n")
        asked.append(len(embedding_api.asked))
    # What people made is embedded once; people were.
    assert asked[2] < asked[3] == asked[4]
    changed_over(kith, another)
    kith("migrate", "--down")


def changed_over(kith, settings):
    """Change the model by commands, as far as they go without jobs."""
    code, out, _ = kith("embeddings", **settings)
    assert code == 0
    assert "decks go on with text-embedding-3-small@8" in out
    code, out, _ = kith("embeddings", "start", "another@8", "--no-wait", **settings)
    assert (code, "Jobs embed everybody by another@8" in out) == (0, True)
    for words, sentence in (
        (("start", "third"), "Nothing that is set here embeds by third"),
        (("start", "third@8"), "Drop another@8 before another one comes."),
        (("switch", "another@8"), "Not everybody has a vector of it yet."),
        (("compare", "another@8"), "Too few people have vectors of both versions"),
        (("compare", "third@8"), "There is no version third@8 beside the active one."),
        (("rollback",), "There is no version to go back to."),
    ):
        code, _, complaint = kith("embeddings", *words)
        assert (code, complaint.startswith(sentence)) == (1, True), complaint
    assert kith("embeddings", "drop", "another@8")[0] == 0


def test_unusable_settings_are_all_named(kith):
    code, _, complaint = kith("up", PORT="many", LOG_LEVEL="LOUD")
    assert code == 1
    lines = complaint.splitlines()
    assert lines[0] == "Kith cannot start with these settings:"
    assert {line.split(":")[0] for line in lines[1:]} == {"PORT", "LOG_LEVEL"}


def test_a_fault_of_kith_keeps_its_traceback(kith, monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(printed, "check", fail)
    monkeypatch.setattr(sys, "argv", ["kith", "schema", "--check"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_migrate_brings_the_tables_up_once_and_down_again(kith, refused, bare):
    for command in ("serve", "relay"):
        assert refused(command, **bare) == ("The database was never migrated: run `kith migrate`.")
    up, again, down = (
        kith(*words, **bare) for words in (("migrate",), ("migrate",), ("migrate", "--down"))
    )
    assert [code for code, _, _ in (up, again, down)] == [0, 0, 0]
    assert up[1].startswith("Migrated the database from nothing to revision ")
    assert again[1].startswith("The database is at the newest revision, ")
    assert down[1] == "The database holds no tables of Kith any more.\n"


def test_who_runs_kith_says_who_is_staff_and_who_is_suspended(kith, refused, bare):
    kith("migrate", **bare)
    asyncio.run(insert_account(bare["DATABASE_URL"]))
    said = [
        kith(*words)[:2]
        for words in (
            ("staff",),
            ("staff", "add", "ADA"),
            ("staff",),
            ("staff", "remove", "ada@example.com"),
            ("staff",),
            ("suspend", "ada"),
            ("restore", "ada"),
        )
    ]
    assert said == [
        (0, ""),
        (0, "ada@example.com is staff from now on.\n"),
        (0, "ada@example.com\n"),
        (0, "ada@example.com is not staff any more.\n"),
        (0, ""),
        (0, "ada@example.com is suspended: signed out everywhere, and hidden.\n"),
        (0, "ada@example.com may sign in and is shown again.\n"),
    ]
    nobody = "Nobody has the e-mail address or username eve."
    for words in (("staff", "add", "eve"), ("suspend", "eve"), ("restore", "eve")):
        assert refused(*words) == nobody
    kith("migrate", "--down", **bare)


async def insert_account(database_url):
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            "INSERT INTO accounts (email, username, password_hash)"
            " VALUES ('ada@example.com', 'ada', '')"
        )
    finally:
        await connection.close()


@pytest.mark.xdist_group("embedded")
def test_the_migrations_are_proven_on_stores_of_their_own(kith):
    code, out, _ = kith("migrate", "--check")
    assert code == 0
    assert out == "The migrations make the tables of the models, and take them down again.\n"


def test_the_printed_schema_is_compared_and_written(kith, refused, monkeypatch, tmp_path):
    monkeypatch.setattr(printed, "PATH", tmp_path / "schema.graphql")
    sentence = "schema/schema.graphql differs from the code: run `kith schema`."
    assert refused("schema", "--check") == sentence
    assert kith("schema")[0] == 0
    assert kith("schema", "--check")[0] == 0
    written = printed.PATH.read_text(encoding="utf-8")
    printed.PATH.write_text(written.replace("type Query", "type Question"), encoding="utf-8")
    code, out, _ = kith("schema", "--check")
    assert code == 1
    assert "-type Question {" in out
    assert "+type Query {" in out


@pytest.fixture
def embedding_api():
    """An embedding API on a loop of its own: the command has another one."""
    with asyncio.Runner() as runner:
        server = EmbeddingServer()
        runner.run(server.__aenter__())
        thread = threading.Thread(target=runner.get_loop().run_forever)
        thread.start()
        yield server
        runner.get_loop().call_soon_threadsafe(runner.get_loop().stop)
        thread.join()
        runner.run(server.__aexit__())


def test_doctor_finds_a_newcomers_machine_in_order(doctor, taken, tmp_path):
    code, rows = doctor(PORT=0)
    assert code == 0
    assert {name for name, (state, _) in rows.items() if state == "broken"} == set()
    assert rows["Settings"] == ("ok", "for development")
    assert rows["Secrets"][0] == "note"
    assert "Set SECRET_KEY" in rows["Secrets"][1]
    assert rows["Data folder"] == ("ok", str(tmp_path / ".kith"))
    assert rows["PostgreSQL"] == ("ok", "embedded, starts with `kith up`")
    assert rows["Redis"] == ("ok", "embedded Valkey, starts with `kith up`")
    assert rows["Qdrant"][0] == rows["Embedding model"][0] == rows["E-mail"][0] == "ok"
    assert not (tmp_path / ".kith").exists()


def test_doctor_gives_the_fix_for_what_is_broken(doctor, taken, tmp_path):
    code, rows = doctor(
        **NOBODY,
        QDRANT_URL="http://127.0.0.1:1",
        EMBEDDING_MODEL_PATH=tmp_path,
        EMAIL_BACKEND="smtp",
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=1,
        PORT=taken,
    )
    assert code == 1
    fixes = {
        "PostgreSQL": "Start it, or correct DATABASE_URL.",
        "Redis": "Start it, or correct REDIS_URL.",
        "Qdrant": "Start it, or correct QDRANT_URL and QDRANT_API_KEY.",
        "Embedding model": "Correct EMBEDDING_MODEL_PATH, or leave it empty",
        "E-mail": "Correct SMTP_HOST and SMTP_PORT.",
        "Port": "Stop who uses it, or choose another PORT or HOST.",
    }
    assert {name for name, (state, _) in rows.items() if state == "broken"} == set(fixes)
    assert [name for name, fix in fixes.items() if fix not in rows[name][1]] == []
    assert "hidden" not in str(rows)


def test_doctor_names_what_production_refuses(doctor):
    code, rows = doctor(APP_ENV="production")
    assert code == 1
    assert rows["Settings"][0] == "broken"
    assert "SECRET_KEY is the development default" in rows["Settings"][1]


def test_doctor_looks_into_the_stores_that_answer(doctor, kith, bare):
    code, rows = doctor(**bare, PORT=0)
    assert code == 1
    assert rows["PostgreSQL"][0] == rows["Extensions"][0] == rows["Redis"][0] == "ok"
    assert rows["Tables"] == ("broken", "the database was never migrated Run `kith migrate`.")
    kith("migrate", **bare)
    code, rows = doctor(**bare, PORT=0)
    assert code == 0
    assert rows["Tables"] == ("ok", "at the newest revision")
    assert rows["Jobs"][0] == "note"
    assert "Start `kith beat` and `kith worker`" in rows["Jobs"][1]
    kith("migrate", "--down", **bare)


@pytest.mark.parametrize(("answers", "state"), [(False, "broken"), (True, "ok")])
def test_doctor_knows_an_embedding_api_that_answers(doctor, embedding_api, answers, state):
    url = embedding_api.url if answers else "http://127.0.0.1:1/v1"
    given = {"URL": url, "KEY": KEY, "MODEL": "another", "DIMENSIONS": 8}
    code, rows = doctor(PORT=0, **{f"EMBEDDING_API_{name}": each for name, each in given.items()})
    assert rows["Embedding model"][0] == state
    assert code == int(not answers)
    assert KEY not in str(rows)
    words = "Correct the variables that begin with EMBEDDING_API_"
    if answers:
        words = f"another@8 at 127.0.0.1:{embedding_api.port} answers"
    assert words in rows["Embedding model"][1]


@pytest.mark.parametrize("is_built", [True, False])
def test_doctor_says_where_graphiql_comes_from(doctor, monkeypatch, tmp_path, is_built):
    monkeypatch.setattr(page, "assets_directory", lambda: tmp_path if is_built else None)
    code, rows = doctor(PORT=0)
    assert code == 0
    assert rows["GraphiQL"][0] == ("ok" if is_built else "note")
    assert (page.CDN in rows["GraphiQL"][1]) is not is_built


def test_doctor_knows_mail_that_leaves_and_mail_that_is_dropped(doctor, taken):
    _, rows = doctor(PORT=0, EMAIL_BACKEND="smtp", SMTP_HOST="127.0.0.1", SMTP_PORT=taken)
    assert rows["E-mail"] == ("ok", f"127.0.0.1:{taken} answers")
    _, rows = doctor(PORT=0, EMAIL_BACKEND="none")
    assert rows["E-mail"][0] == "note"


def test_doctor_knows_whether_pushes_can_be_signed_for(doctor, tmp_path):
    _, rows = doctor(PORT=0)
    assert rows["Push"] == ("ok", "off")
    (tmp_path / "account.json").write_text('{"private_key": "hidden"}')
    code, rows = doctor(PORT=0, FCM_CREDENTIALS_PATH=tmp_path / "account.json")
    assert (code, rows["Push"][0]) == (1, "broken")
    assert "hidden" not in str(rows)
    code, rows = doctor(PORT=0, FCM_CREDENTIALS_PATH=tmp_path / "nowhere.json")
    assert (code, rows["Push"][0]) == (1, "broken")


def test_doctor_finds_a_data_folder_that_cannot_be_used(doctor, tmp_path):
    (tmp_path / "file").touch()
    code, rows = doctor(PORT=0, DATA_DIR=tmp_path / "file")
    assert code == 1
    assert rows["Data folder"][0] == "broken"


BIO = """query Bio($first: Int) { viewer { matches(first: $first) { nodes { profile { bio } } } } }
mutation Out { logOut(input: {}) { __typename } }
"""


@pytest.fixture
def operations(tmp_path):
    """A file with two operations."""
    file = tmp_path / "operations.graphql"
    file.write_text(BIO)
    return str(file)


def test_explain_shows_how_each_field_is_read_and_what_it_costs(kith, operations):
    variables = '{"first": 3}'
    code, out, _ = kith("explain", operations, "--operation", "Bio", "--variables", variables)
    assert code == 0
    lines = [line.lstrip("│├└─ ") for line in out.splitlines()]
    assert lines[0] == "query Bio"
    batch = "batch dataloaders.matches.partners_of"
    assert f"profile: Profile  {batch}  cost 1" in lines
    assert "bio: String!  attribute bio" in lines
    assert "Cost 8 of 1000 for who is not signed in, 5000 for members, 10000 for staff." in lines
    assert "Depth 5 of 20." in lines
    assert "Batch function dataloaders.matches.partners_of, for 1 field." in lines


def test_explain_says_when_an_operation_would_be_refused_for_its_cost(kith, operations):
    _, out, _ = kith("explain", operations, "--operation", "Out", MAX_QUERY_COST=9)
    limits = "9 for who is not signed in, 9 for members, 10000 for staff"
    assert f"Cost 10 of {limits}. It is refused to who is not signed in, members." in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--operation", "In"), "operations.graphql: Unknown operation named 'In'."),
        (("--variables", "[]"), "--variables must be a JSON object."),
        (("--variables", "{"), "--variables is no JSON"),
        (("--operation", "Bio", "--variables", '{"first": "x"}'), "Variable '$first'"),
    ],
)
def test_explain_says_what_is_wrong(refused, operations, words, sentence):
    assert sentence in refused("explain", operations, *words)


def test_explain_wants_a_file_that_exists_and_holds_a_valid_document(refused, tmp_path):
    (tmp_path / "wrong.graphql").write_text("{ nothing }")
    assert "Cannot query field 'nothing'" in refused("explain", "wrong.graphql")
    assert "missing.graphql: No such file" in refused("explain", "missing.graphql")


def test_a_file_of_trusted_documents_that_cannot_be_read_is_told(tmp_path):
    missing = tmp_path / "missing.json"
    with pytest.raises(TrustedUnreadable) as refusal:
        create_app(Settings(_env_file=None, trusted_documents_path=missing))
    sentence = failures.sentence_of(refusal.value)
    assert sentence.startswith(f"The trusted documents in {missing}: ")

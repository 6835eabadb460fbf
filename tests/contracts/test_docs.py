"""The documents as a contract: what they name exists, and what people must know is named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import graphql
import prometheus_client
import pytest
import typer.main
import yaml
from opentelemetry.sdk import environment_variables

import app  # noqa: F401 - makes its metrics known
import cli
from domain import limits, refusals
from schema import root
from settings import Settings, variable
from workers import delivering, events, relay  # noqa: F401 - makes their metrics known

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    and "node_modules" not in path.parts
)
FRONT_END, OPERATIONS = ROOT / "docs" / "front-end.md", ROOT / "docs" / "operations.md"
COMPOSE = ROOT / "docker-compose.yml"
MANIFESTS = sorted(
    path
    for path in (ROOT / "deploy" / "kubernetes").glob("*.yaml")
    if path.name != "kustomization.yaml"
)
SETTINGS = {variable(name, field) for name, field in Settings.model_fields.items()}
COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
SCHEMA = root.build()._schema

every_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def blocks(path: Path, language: str = "") -> list[str]:
    """The fenced blocks of a document, of one language or of all."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if language in {"", kind}]


def prose(path: Path) -> str:
    """A document without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)


def code(path: Path) -> list[str]:
    """What a document shows as code, line by line."""
    lines = [line for block in blocks(path) for line in block.splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", prose(path))]


def anchors(path: Path) -> set[str]:
    """The places of a document to which links may lead."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document
def test_every_relative_link_leads_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@every_document
def test_every_make_target_that_is_named_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for line in code(path) for name in re.findall(r"^make ([a-z-]+)", line)}
    assert named <= targets


@every_document
def test_every_command_that_is_named_exists(path):
    for line in code(path):
        for call in re.findall(r"^(?:[\w./-]+ )?(?:[\w./-]+/)?kith ([a-z][^;&#]*)", line):
            names = re.split(r"[\s,|]+", call)
            if not {",", "|"} & set(call):
                options = {option for p in COMMANDS[names[0]].params for option in p.opts}
                assert {word for word in names if word.startswith("--")} <= options, line
                names = names[:1]
            assert set(names) <= set(COMMANDS), line


@every_document
def test_every_variable_and_code_that_is_named_exists(path):
    composed = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    values = {
        value
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, graphql.GraphQLEnumType)
        for value in kind.values
    }
    known = SETTINGS | composed | values | set(error_codes()) | set(dir(environment_variables))
    named = {
        word
        for line in code(path)
        for word in re.findall(r"(?<![\w./])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)", line)
    }
    assert named <= known


@pytest.mark.parametrize("path", [*MANIFESTS, COMPOSE], ids=lambda path: path.name)
def test_what_is_deployed_has_commands_and_variables_that_exist(path):
    commands, variables = set(), set()
    for document in yaml.safe_load_all(path.read_text()):
        for mapping in mappings(document):
            if mapping.get("image", "kith") == "kith":
                commands.update(mapping.get("command", mapping.get("args", ())))
            if document.get("kind") == "ConfigMap" and mapping is document:
                variables.update(document["data"])
        variables.update(document.get("x-kith", {}).get("environment", {}))
    assert commands <= set(COMMANDS)
    assert variables <= SETTINGS


def mappings(value: object) -> Iterator[dict]:
    """Every mapping inside a document of YAML."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value or ():
        if isinstance(each, dict | list):
            yield from mappings(each)


OWN = {
    "SECRET_KEY": "a secret of more than thirty-two characters",
    "POSTGRES_PASSWORD": "secret",
    "PUBLIC_URL": "https://api.example.com",
    "FRONTEND_URL": "https://app.example.com",
    "ALLOWED_HOSTS": "api.example.com",
    "CORS_ORIGINS": "https://app.example.com",
    "EMAIL_BACKEND": "none",
    "DATABASE_URL": "postgresql://database/kith",
    "REDIS_URL": "redis://redis",
    "QDRANT_URL": "http://qdrant:6333",
    "S3_ACCESS_KEY_ID": "id",
    "S3_SECRET_ACCESS_KEY": "key",
}
"""What operators set themselves."""


def test_compose_starts_production_when_what_its_head_names_is_set(monkeypatch):
    text = COMPOSE.read_text()
    environment = yaml.safe_load(text)["x-kith"]["environment"] | {"APP_ENV": "production"}
    (head,) = re.findall(r"^# .*, set (.+); then", text, re.MULTILINE)
    assert start(monkeypatch, environment, head.split(", ")).is_production


def test_kubernetes_starts_production_when_the_secret_of_its_readme_is_made(monkeypatch):
    environment = yaml.safe_load((MANIFESTS[0].parent / "settings.yaml").read_text())["data"]
    readme = (MANIFESTS[0].parent / "README.md").read_text()
    named = re.findall(r"--from-literal=(\w+)=", readme)
    assert start(monkeypatch, environment, named).is_production


def start(monkeypatch: pytest.MonkeyPatch, environment: dict, named: list[str]) -> Settings:
    """Read the settings as a process of the deployment does."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name in named:
        monkeypatch.setenv(name, OWN[name])
    for name, value in environment.items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*?)\}", r"\1", str(value)))
    return Settings(_env_file=None)


def test_the_image_runs_a_command_that_exists():
    (command,) = re.findall(r'^CMD \["(\w+)"', (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert command in COMMANDS


@pytest.mark.parametrize("path", [ROOT / "README.md", FRONT_END], ids=lambda path: path.name)
def test_every_operation_that_is_shown_is_valid(path):
    shown = blocks(path, "graphql")
    shown += [
        text for block in blocks(path, "ts") for text in re.findall(r"query: `([^`]+)`", block)
    ]
    assert shown
    for text in shown:
        assert graphql.validate(SCHEMA, graphql.parse(text)) == [], text


def test_front_end_developers_are_told_every_code():
    told = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", FRONT_END.read_text()))
    assert set(error_codes()) - told == set()


def test_operators_are_told_of_every_metric_and_of_no_other():
    known = {m.name for m in prometheus_client.REGISTRY.collect() if m.name.startswith("kith_")}
    told = re.findall(r"`(kith_[a-z_]+?)(?:_total)?`", OPERATIONS.read_text())
    assert set(told) == known


NAMED_BY_CODE = {each.__name__ for each in refusals.Refusal.__subclasses__()} - {"InvalidInput"} | {
    "AuthenticationError",
    "RequestRefused",
}


def error_codes() -> Iterator[str]:
    """Every code of a refusal or an error that the sources name."""
    yield from ("INVALID_INPUT", "IDEMPOTENCY_CONFLICT", "DUPLICATE_PLACE")
    yield from (limit.code for limit in limits.ALL)
    yield from ("MUTATION_NOT_ALLOWED", "SUBSCRIPTION_NOT_ALLOWED", "TOOK_TOO_LONG")
    for package in ("domain", "execution", "resolvers", "web"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from codes_of_call(node)
                if isinstance(node, ast.Dict):
                    for key, value in zip(node.keys, node.values, strict=True):
                        is_code = isinstance(key, ast.Constant) and key.value == "code"
                        if is_code and isinstance(value, ast.Constant):
                            yield from [value.value] if isinstance(value.value, str) else []


def codes_of_call(call: ast.Call) -> Iterator[str]:
    """The code that a call of a refusal's or an error's class names."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    texts = [
        each.value
        for each in call.args[:2]
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    if name == "NotFound" and texts:
        yield refusals.NotFound(texts[0]).code
    elif name in NAMED_BY_CODE:
        yield from texts[:1]

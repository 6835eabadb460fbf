"""The explorer's HTML, policy and example operations, without a browser."""

import json
import re
from pathlib import Path

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from graphiql import page as explorer
from graphiql.page import Example, page, read_examples


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(explorer, "assets_directory", lambda: tmp_path)


@pytest.fixture
def unbundled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "assets_directory", lambda: None)


def test_the_bundled_page_and_its_policy_name_no_other_host(bundled: None) -> None:
    html, policy = page(endpoint="/graphql", examples=(), nonce="abc")
    assert "://" not in html
    assert "://" not in policy
    assert 'src="/graphiql/main.js"' in html
    assert 'nonce="abc"' in html


def test_the_page_without_assets_names_exactly_the_cdn_with_pinned_digests(unbundled: None) -> None:
    html, policy = page(endpoint="/graphql", examples=(), nonce="abc")
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', html)) == {explorer.CDN}
    assert set(re.findall(r"https?://[^/; ]+", policy)) == {explorer.CDN}
    for tag in re.findall(r"<[^>]*https://[^>]*>", html):
        assert 'integrity="sha384-' in tag
        assert re.search(r"@\d+\.\d+\.\d+/", tag)


@pytest.mark.parametrize("with_assets", [True, False])
def test_the_policy_lets_no_script_run_without_the_nonce_or_a_pinned_address(
    with_assets: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(explorer, "assets_directory", lambda: tmp_path if with_assets else None)
    _, policy = page(endpoint="/graphql", examples=(), nonce="abc")
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    pinned = [] if with_assets else [address for address, _ in explorer.CDN_SCRIPTS]
    assert directives["default-src"] == "'none'"
    assert directives["script-src"].split() == ["'nonce-abc'", *pinned]
    assert directives["connect-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in directives["style-src-elem"]


@pytest.mark.parametrize(
    "hostile", ["</script><script>alert(1)", "<!--", "]]>", "$nonce ${x}", '"&']
)
def test_no_text_of_an_example_leaves_the_settings(hostile: str) -> None:
    example = Example("Name", hostile, hostile, hostile)
    html, _ = page(endpoint="/graphql", examples=[example], nonce="abc")
    block = re.search(r'<script type="application/json" id="settings">(.*?)</script>', html)
    assert block is not None
    assert not set("<>&") & set(block[1])
    assert json.loads(block[1])["examples"][0]["query"] == hostile


def test_every_example_is_one_explained_operation_with_the_variables_it_declares() -> None:
    examples = read_examples()
    assert len(examples) >= 9
    for example in examples:
        operation, *others = parse(example.query).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert all(isinstance(other, FragmentDefinitionNode) for other in others)
        assert operation.name is not None
        assert operation.name.value == example.title
        assert example.query.startswith("# ")
        declared = {each.variable.name.value for each in operation.variable_definitions or ()}
        assert set(json.loads(example.variables or "{}")) == declared


def test_examples_come_in_the_order_of_their_file_names(tmp_path: Path) -> None:
    (tmp_path / "02-second.graphql").write_text("mutation Second { b }")
    (tmp_path / "01-first.graphql").write_text("# First.\nquery First($id: ID!) { a(id: $id) }")
    (tmp_path / "01-first.json").write_text('{"id": "1"}')
    assert read_examples(tmp_path) == (
        Example("First", "# First.\nquery First($id: ID!) { a(id: $id) }", '{"id": "1"}'),
        Example("Second", "mutation Second { b }"),
    )


@pytest.mark.parametrize(
    ("query", "variables"), [("{ nameless }", "{}"), ("query Named { a }", "{not json}")]
)
def test_a_broken_example_is_refused(query: str, variables: str, tmp_path: Path) -> None:
    (tmp_path / "01-broken.graphql").write_text(query)
    (tmp_path / "01-broken.json").write_text(variables)
    with pytest.raises(ValueError, match=r"no named operation|Expecting"):
        read_examples(tmp_path)

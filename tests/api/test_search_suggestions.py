"""Suggestions while somebody types, through the API: names, titles and hashtags."""

import pytest

from tests.api.test_search import SUGGESTIONS, share, suggested
from tests.support.events import announced
from tests.support.statements import statements_of


async def test_suggestions_begin_with_what_is_typed_or_resemble_it(people, database):
    ada, bob = await people.join("Émile Zola"), await people.join("Bob")
    await announced(database, ada, title="Emigration museum")
    await announced(database, ada, title="Grand summer party")
    for prefix, expected in (
        ("em", ["Emigration museum", "Émile Zola"]),
        ("EMIL", ["Émile Zola", "Emigration museum"]),
        ("s", []),
        ("sum", ["Grand summer party"]),
        ("zolla", ["Émile Zola"]),
        ("%", []),
    ):
        assert await suggested(bob, prefix) == expected, prefix
    assert await suggested(bob, "em", first=1) == ["Emigration museum"]
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await suggested(bob, "em") == await suggested(bob, "zolla") == []


TAGS = """query($prefix: String!, $first: Int! = 10) {
  searchSuggestions(prefix: $prefix, first: $first) {
    text kind hashtag subject { __typename } } }"""


async def test_hashtags_of_posts_that_one_can_read_are_among_the_suggestions(people, database):
    ada, bob = await people.join("Teodora"), await people.join("Bob")
    for title in ("Tea", "Team", "Tearoom"):
        await announced(database, ada, title=title)
    await share(ada, "#tea #T\u00e9a", "#teahouse and #team", "#tea again")
    await ada.api.done("createPost", content="#teacup", audience="MATCHES")
    found = (await bob.api.ask(TAGS, prefix="#TEA"))["searchSuggestions"]
    assert found == [
        {"text": f"#{tag}", "kind": "POSTS", "hashtag": tag, "subject": None}
        for tag in ("tea", "teahouse", "team")
    ]
    assert await suggested(bob, "tea", first=4) == ["Tea", "Team", "Tearoom", "#tea"]
    assert await suggested(bob, "tea", first=3) == ["Tea", "Team", "Tearoom"]
    assert await suggested(bob, "#te") == ["#tea", "#teahouse", "#team"]
    assert await suggested(bob, "#") == await suggested(bob, "#teac") == []
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await suggested(bob, "#tea") == []


async def test_suggestions_take_one_statement_and_one_for_each_kind(people, database):
    ada, bob, counts = await people.join("Teodora"), await people.join("Bob"), []
    for n in range(2):
        await announced(database, ada, title=f"Tea {n}")
        await share(ada, *(f"#tea{n}{letter}" for letter in "abc"))
        counts.append(len(await statements_of(bob.api.ask(SUGGESTIONS, prefix="te"))))
    # Who asks, what is suggested, and the people and events of it.
    assert counts[0] == counts[1] == 4


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"prefix": ""}, "prefix"),
        ({"prefix": "\U0010ffff"}, "prefix"),
        ({"prefix": "x" * 101}, "prefix"),
        ({"prefix": "x", "first": 0}, "first"),
        ({"prefix": "x", "first": 21}, "first"),
    ],
)
async def test_what_nothing_can_be_suggested_for_is_refused(people, asked, path):
    bob = await people.join()
    answer = await bob.api.send(SUGGESTIONS, **asked)
    assert answer.errors[0]["extensions"]["fields"][0]["path"] == path

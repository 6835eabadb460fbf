"""Search through the API."""

import pytest

from domain.search import SearchKind
from integrations.embeddings import EmbeddingsUnavailable
from matching.embeddings import LocalEmbedder
from matching.meaning import near_in_meaning
from persistence import findings, models
from resolvers import search as resolvers
from tests.support.conversations import matched
from tests.support.events import announced
from tests.support.statements import statements_of
from tests.support.towns import embed_by_words

SEARCH = """query($words: String!, $kinds: [SearchKind!], $first: Int, $after: String) {
  search(query: $words, kinds: $kinds, first: $first, after: $after) { totalCount
    pageInfo { endCursor hasNextPage hasPreviousPage }
    nodes { kind excerpt { text isMatch } subject { __typename
      ... on Profile { displayName } ... on Post { content } ... on Event { title }
      ... on Place { name } } } } }"""


@pytest.fixture(autouse=True)
def by_words(monkeypatch):
    """Texts are embedded by their words alone: the model takes seconds to load."""
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)


async def search(person, query, **page):
    return (await person.api.ask(SEARCH, words=query, **page))["search"]


async def found(person, query, **page):
    """The names, texts and titles of what somebody finds."""
    nodes = (await search(person, query, **page))["nodes"]
    return [
        next(value for name, value in node["subject"].items() if name != "__typename")
        for node in nodes
    ]


SUGGESTIONS = """query($prefix: String!, $first: Int! = 10) {
  searchSuggestions(prefix: $prefix, first: $first) { text kind subject { __typename } } }"""


async def suggested(person, prefix, **page):
    rows = (await person.api.ask(SUGGESTIONS, prefix=prefix, **page))["searchSuggestions"]
    return [row["text"] for row in rows]


async def share(person, *texts, **given):
    for text in texts:
        await person.api.done("createPost", content=text, **given)


async def test_people_posts_and_events_are_found_by_their_words(people, database):
    ada = await people.join("Zoë Knitter", bio="Runs.", interests=["pottery"], skills=["juggling"])
    bob = await people.join("Bob")
    await share(ada, "A POTTERY class, anyone?", "Something else")
    await announced(database, ada, title="Pottery night", description="Bring clay.")
    assert set(await found(bob, "pottery")) == {
        "Zoë Knitter",
        "A POTTERY class, anyone?",
        "Pottery night",
    }
    assert (await found(bob, "pottery"))[0] == "Pottery night"  # titles count more
    for query, kinds, expected in (
        ("zoe", None, ["Zoë Knitter"]),
        ("juggling", None, ["Zoë Knitter"]),
        ("clay", None, ["Pottery night"]),
        ("pottery -anyone", ["POSTS"], []),
        ('"pottery class"', None, ["A POTTERY class, anyone?"]),
        ("pottery", ["PEOPLE"], ["Zoë Knitter"]),
        ("pottery", [], []),
        ("Berlin woman 1995", None, []),
    ):
        assert await found(bob, query, kinds=kinds) == expected, query


async def test_places_are_found_as_they_are_now(people, database):
    bob = await people.join()
    where = {"category": "cafe", "latitude": 52.5, "longitude": 13.4, "city": "Potsdam"}
    async with database.write() as tx:
        place = await tx.add(models.Place, name="Café Zuckerfee", **where)
    assert await found(bob, "cafe potsdam") == await found(bob, "zukerfee") == ["Café Zuckerfee"]
    assert await suggested(bob, "cafe") == ["Café Zuckerfee"]
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM places WHERE place_id = $1", place.place_id)
    assert await found(bob, "potsdam") == []


async def test_a_wrong_letter_is_forgiven_in_names_and_titles(people, database):
    ada, bob = await people.join("Alice Weber"), await people.join("Bob")
    await announced(database, ada, title="Summer concert")
    assert await found(bob, "Alise") == ["Alice Weber"]
    assert await found(bob, "sumer concert") == ["Summer concert"]
    assert await found(bob, "Zanzibar") == []


async def test_an_excerpt_shows_the_words_and_no_markup(people):
    ada, bob = await people.join(), await people.join()
    await share(ada, "<script>alert(1)</script> <b>Noon</b> at the café, " + "and so on " * 100)
    (node,) = (await search(bob, "noon CAFE"))["nodes"]
    assert [part["text"] for part in node["excerpt"] if part["isMatch"]] == ["Noon", "café"]
    whole = "".join(part["text"] for part in node["excerpt"])
    assert "<" not in whole
    assert len(whole) < 300


async def test_what_is_changed_or_gone_is_found_as_it_is_now(people, database):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await share(ada, "old tea")
    listed = await ada.api.ask("{ viewer { profile { posts { nodes { id } } } } }")
    (post,) = listed["viewer"]["profile"]["posts"]["nodes"]
    await ada.api.done("editPost", postId=post["id"], content="new cocoa")
    await ada.api.done("updateProfile", displayName="Augusta", interests=["chess"])
    assert await found(bob, "tea") == await found(bob, "Ada") == []
    assert await found(bob, "cocoa") == ["new cocoa"]
    assert await found(bob, "augusta chess") == ["Augusta"]
    await ada.api.done("deletePost", postId=post["id"])
    assert await found(bob, "cocoa") == []
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM accounts WHERE account_id = $1", ada.key)
        left = await tx.connection.fetchval(
            "SELECT count(*) FROM search_documents WHERE subject_id <> $1", bob.key
        )
    assert left == 0


async def test_nobody_finds_what_they_may_not_see(people, database):
    ada, bob, eve = await people.join("Quentin"), await people.join(), await people.join()
    await announced(database, ada, title="Quentin invites")
    await announced(database, ada, title="Quentin invites few", audience="invited")
    await share(ada, "quentin for all")
    await share(ada, "quentin for matches", audience="MATCHES")
    await matched(database, ada.key, bob.key)
    assert len(await found(bob, "quentin")) == 4
    assert len(await found(eve, "quentin")) == 3
    await ada.api.done("blockProfile", profileId=eve.id)
    assert await found(eve, "quentin") == await found(eve, "qentin") == []
    assert (await search(eve, "quentin"))["totalCount"] == 0
    assert len(await found(ada, "quentin")) == 5
    await ada.api.done("setPreferences", isDiscoverable=False)
    assert "Quentin" not in await found(bob, "quentin")
    assert "Quentin" in await found(ada, "quentin")
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE accounts SET is_active = false WHERE account_id = $1", ada.key
        )
    assert await found(bob, "quentin") == []


async def test_pages_neither_repeat_nor_skip_while_others_write(people):
    ada, bob = await people.join(), await people.join()
    await share(ada, *(f"tea {n}" for n in range(5)))
    first = await search(bob, "tea", first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    await share(ada, "tea tea tea", "tea tea")
    seen = [node["subject"]["content"] for node in first["nodes"]]
    second = await search(bob, "tea", first=100, after=first["pageInfo"]["endCursor"])
    assert second["pageInfo"]["hasPreviousPage"]
    assert not second["pageInfo"]["hasNextPage"]
    seen += [node["subject"]["content"] for node in second["nodes"]]
    assert sorted(seen) == [f"tea {n}" for n in range(5)]


async def test_who_is_blocked_meanwhile_is_on_no_later_page(people):
    ada, eve, bob = await people.join(), await people.join(), await people.join()
    for n in range(3):
        await share(ada, f"tea {n}")
        await share(eve, f"eve's tea {n}")
    first = await search(bob, "tea", first=1)
    await eve.api.done("blockProfile", profileId=bob.id)
    page = await search(bob, "tea", first=100, after=first["pageInfo"]["endCursor"])
    assert not [n for n in page["nodes"] if "eve" in n["subject"]["content"]]
    assert page["totalCount"] == 3


async def test_a_search_goes_on_when_its_order_is_gone(people, services, monkeypatch):
    ada, bob = await people.join(), await people.join()
    await share(ada, *(f"tea {n}" for n in range(4)))

    async def gone(*_):
        return None

    monkeypatch.setattr(findings.Findings, "get", gone)
    first = await search(bob, "tea", first=2)
    rest = await search(bob, "tea", after=first["pageInfo"]["endCursor"])
    texts = [node["subject"]["content"] for node in first["nodes"] + rest["nodes"]]
    assert sorted(texts) == [f"tea {n}" for n in range(4)]


STATISTICS = """query($days: Int! = 7) { searchStatistics(days: $days) {
  days { day searchCount emptyShare medianMs p99Ms }
  topQueries { query searchCount personCount emptyShare } } }"""


async def test_staff_learn_what_many_search_and_nothing_of_few(people, services, setting):
    setting("search_query_people", 2)
    staff = await people.join("Staff", is_staff=True)
    ada, bob = await people.join("Ada"), await people.join("Bob")
    for person, query in ((ada, "Tea"), (bob, "tea"), (bob, "tea"), (ada, "secret"), (ada, "Ada")):
        page = await search(person, query, first=1)
    await search(ada, "Ada", after=page["pageInfo"]["endCursor"])
    await services.search_log.written()
    told = (await staff.api.ask(STATISTICS))["searchStatistics"]
    assert told["topQueries"] == [
        {"query": "tea", "searchCount": 3, "personCount": 2, "emptyShare": 1.0}
    ]
    (day,) = told["days"]
    assert (day["searchCount"], day["emptyShare"]) == (5, 0.8)
    assert 0 <= day["medianMs"] <= day["p99Ms"]
    async with services.database.write() as tx:
        await tx.connection.execute("DELETE FROM accounts WHERE account_id = $1", bob.key)
    told = (await staff.api.ask(STATISTICS))["searchStatistics"]
    assert told["topQueries"] == []
    assert (await bob.api.send(STATISTICS)).codes == ["UNAUTHENTICATED"]
    assert (await ada.api.send(STATISTICS)).codes == ["FORBIDDEN"]
    for days in (0, 91):
        assert (await staff.api.send(STATISTICS, days=days)).codes == ["INVALID_INPUT"]


async def test_searches_of_who_is_gone_meanwhile_do_not_hinder_the_others(people, services):
    ada, bob = await people.join(), await people.join()
    await search(ada, "tea")
    await search(bob, "coffee")
    async with services.database.write() as tx:
        await tx.connection.execute("DELETE FROM accounts WHERE account_id = $1", ada.key)
    await services.search_log.written()
    async with services.database.write() as tx:
        rows = await tx.connection.fetch("SELECT profile_id, query FROM searches")
    assert [tuple(row) for row in rows] == [(bob.key, "coffee")]


@pytest.mark.parametrize(
    ("query", "page", "path"),
    [
        ("", {}, "query"),
        ("x" * 201, {}, "query"),
        ("-tea", {}, "query"),
        ("tea or -coffee", {}, "query"),
        ("tea", {"first": 0}, "first"),
        ("tea", {"first": 101}, "first"),
        ("tea", {"after": "nonsense"}, "after"),
    ],
)
async def test_what_cannot_be_looked_for_is_refused(people, query, page, path):
    bob = await people.join()
    answer = await bob.api.send(SEARCH, words=query, **page)
    assert answer.codes == ["INVALID_INPUT"]
    assert answer.errors[0]["extensions"]["fields"][0]["path"] == path


async def test_a_cursor_of_another_search_is_refused(people):
    bob = await people.join()
    await share(bob, "tea and coffee", "tea, no coffee")
    cursor = (await search(bob, "tea", first=1))["pageInfo"]["endCursor"]
    for query, kinds in (("coffee", None), ("tea", ["POSTS"])):
        answer = await bob.api.send(SEARCH, words=query, kinds=kinds, after=cursor)
        assert answer.codes == ["INVALID_INPUT"]


async def test_only_who_is_signed_in_searches(api):
    assert (await api.send(SEARCH, words="tea")).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(
    "query", ["!!!", "'", "\\", "a:* & b", "%_%", "( ( (", '"', "\u0000tea\u0000", "💋" * 200]
)
async def test_a_hostile_query_finds_nothing_or_what_it_says(people, query):
    bob = await people.join("Bob")
    assert await found(bob, query) == []


async def test_a_search_that_takes_too_long_is_refused(people, services, monkeypatch):
    bob = await people.join()
    await share(bob, "tea")
    monkeypatch.setattr(resolvers, "_PATIENCE_SECONDS", 0.1)
    async with services.database.write() as tx:
        await tx.connection.execute("LOCK TABLE search_documents")
        answer = await bob.api.send(SEARCH, words="tea")
    assert answer.codes == ["INVALID_INPUT"]
    assert await found(bob, "tea") == ["tea"]


async def test_what_means_the_same_is_found_too(people, town, services):
    ada, bob, eve = [await people.join(bio=f"Loves {what}.") for what in ("tea", "jazz", "jazz")]
    for person in (bob, eve):
        await town.embed(person)
    # Texts are embedded by their words, and these do not have all that are wanted.
    query = "Loves jazz. Interests hiking, board games"
    near = await near_in_meaning(
        services.database, services.vectors, services.embedder, list(SearchKind), query, most=9
    )
    assert {key for _, key in near} == {bob.key, eve.key}
    assert len(await found(ada, query)) == 2
    await eve.api.done("blockProfile", profileId=ada.id)
    assert len(await found(ada, query)) == 1


async def test_words_are_found_while_the_vectors_are_away(people, monkeypatch):
    bob = await people.join("Bob")

    async def away(*_, **__):
        raise EmbeddingsUnavailable("The model is away.")

    for answer, embed in ((True, embed_by_words), (False, away)):
        monkeypatch.setattr(LocalEmbedder, "embed", embed)
        told = await bob.api.send(SEARCH, words="bob")
        assert told.extensions["search"] == {
            "driver": "postgresql",
            "fallback": False,
            "vectors": answer,
        }
        assert told.data["search"]["totalCount"] == 1


async def test_finding_many_takes_as_many_statements_as_finding_few(people):
    bob, counts = await people.join(), []
    for _ in range(2):
        await share(bob, *(f"tea {n}" for n in range(4)))
        ran = await statements_of(search(bob, "tea"))
        # Which version of the model is in use is read every two seconds.
        counts.append(sorted(text for text in ran if "embedding_versions" not in text))
    assert counts[0] == counts[1] != []


async def test_words_are_found_by_their_index(people, database):
    bob = await people.join()
    async with database.write() as tx:
        await tx.connection.execute(
            "INSERT INTO posts (author_id, content) SELECT $1, 'hay number ' || n ||"
            " CASE WHEN n % 1000 = 7 THEN ' needle' ELSE '' END FROM generate_series(1, 3000) n",
            bob.key,
        )
        await tx.connection.execute("SELECT gin_clean_pending_list('search_documents_words_idx')")
        await tx.connection.execute("ANALYZE search_documents")
    statement = resolvers.queries.found
    asked = {"query": "needle", "kinds": ["posts"], "limit": 200, "viewer_id": bob.key}
    async with database._reading.acquire() as connection:
        plan = await connection.fetch(
            f"EXPLAIN (ANALYZE) {statement.sql}", *statement.arguments(asked)
        )
    text = "\n".join(row[0] for row in plan)
    assert "search_documents_words_idx" in text, text

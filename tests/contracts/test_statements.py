"""Statements as a contract: an operation runs as many for a long list as for a short one."""

from datetime import timedelta

import pytest

from resolvers import deck, ids
from tests.contracts import walking
from tests.contracts.abundance import Abundance

WAYS = walking.ways_to_lists()
# These lists are as long for everybody.
FIXED = {
    *("Query.stickers", "StickerPack.stickers"),
    "Query.embeddingVersions",
    *("Onboarding.steps", "UploadTarget.fields", "UploadTarget.headers", "Viewer.limits"),
    "NotificationPreferences.kinds",
    *(
        "MatchingConfig.weights",
        "Viewer.matchingWeights",
        "Insights.weeks",
        "ReportCard.calibration",
    ),
}
# They need words to look for: the tests of the search count their statements.
ASKED = {"Conversation.search", "FoundMessage.message"}
# There is one of each in an operation.
ALONE = {"Viewer", "Query", "NotificationPreferences"}
# What happens is told one by one, never in a list.
TOLD = {t.name for t in walking.CORE.get_possible_types(walking.CORE.type_map["LiveEvent"])}


@pytest.fixture(autouse=True)
def dear(application, monkeypatch):
    """Lets an operation cost what a walk with whole pages costs, which is more than it may."""
    core = application.direct["http", "/graphql"]._executor._core
    monkeypatch.setattr(core, "budget", lambda _context: 1_000_000)


@pytest.fixture
async def grown(services, people, monkeypatch):
    """Makes abundances of any size; nobody of them stays in the index."""
    monkeypatch.setitem(vars(services.settings), "likes_received", "shown")
    # However long all this takes, a deck is built once.
    monkeypatch.setattr(deck, "_THIN_FOR", timedelta(days=1))
    yield lambda size: Abundance(services, people, size).begin()
    async with services.database.write() as tx:
        rows = await tx.connection.fetch("SELECT profile_id FROM profile_vectors")
    await services.vectors.delete([row["profile_id"] for row in rows])


def test_all_relations_are_reached():
    reached = set()
    for way in WAYS.values():
        _, field = walking.field_at(way)
        t = walking.thing_of(field)
        reached |= {f"{t.name}.{name}" for name, _ in walking.open_fields(t)}
    declared = {
        f"{t.name}.{name}"
        for t in walking.CORE.type_map.values()
        if hasattr(t, "fields") and t.name not in ALONE | TOLD
        for name, field in t.fields.items()
        if "batch" in getattr(field.extensions.get("strawberry-definition"), "metadata", {})
    }
    assert "Conversation.unreadCount" in declared
    assert declared - reached == ASKED


async def test_every_list_takes_as_many_statements_however_long_it_is(grown):
    counts, lengths = {}, {}
    for size in (2, 8):
        abundance = await grown(size)
        for name, way in WAYS.items():
            for relation, query in walking.queries_along(way).items():
                data, texts = await abundance.statements(query)
                counts.setdefault((name, relation), []).append(texts)
                lengths.setdefault(name, []).append(len(walking.items_at(data, way)))
    assert {name for name, all_ in lengths.items() if not 2 <= all_[0] < all_[-1]} == FIXED
    more = {place: large - small for place, (small, large) in counts.items() if small != large}
    assert more == {}
    assert all(small.total() >= 1 for small, _ in counts.values())
    print(table(counts, lengths))  # noqa: T201 - `pytest -rP` shows it


def table(counts, lengths):
    """How many statements each list takes with each of its relations, short and long."""
    lines = ["| list | items | statements | with relations |", "|---|---|---|---|"]
    for name in WAYS:
        of_relations = [
            f"{relation} {small.total() - 1}"
            for (place, relation), (small, _) in counts.items()
            if place == name and relation
        ]
        plain = counts[name, ""][0].total() - 1
        items = f"{min(lengths[name])} to {max(lengths[name])}"
        lines.append(f"| `{name}` | {items} | {plain} | {', '.join(of_relations)} |")
    return "\n".join(lines)


async def test_nodes_of_all_types_take_as_many_statements_however_many_they_are(grown):
    abundance = await grown(8)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    keys = [person.id for person in abundance.friends]
    _, few = await abundance.statements(query, ids=keys[:2])
    data, many = await abundance.statements(query, ids=keys)
    assert [node["id"] for node in data["nodes"]] == keys
    assert few == many
    missing = [ids.encode("Profile", abundance.ada.viewer.session_id)] * 8
    _, none = await abundance.statements(query, ids=missing)
    assert none == few

"""Nodes through the API: anything by its id, as far as the viewer may see it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from graphql import GraphQLInterfaceType
from hypothesis import given
from hypothesis import strategies as st

from domain import global_ids
from persistence import models
from resolvers import ids
from resolvers.nodes import BY_TYPE
from schema import root
from tests.support import events, places
from tests.support.conversations import matched
from tests.support.statements import statements_of

ONE = "query ($id: ID!) { node(id: $id) { __typename id } }"
MANY = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest.fixture
async def things(people, database):
    """Ada, Bob, and the id of one thing of each type, which both may see."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    conversation = await matched(database, ada.key, bob.key)
    event = await events.announced(database, ada)
    async with database.write() as tx:
        message = await tx.add(
            models.Message,
            conversation_id=conversation.conversation_id,
            position=1,
            sender_id=ada.key,
            text="Hi",
        )
        post = await tx.add(models.Post, author_id=ada.key, content="Hi")
        prompt = await tx.add(
            models.Prompt, profile_id=ada.key, question="Why?", answer="So.", position=0
        )
        comment = await tx.add(
            models.Comment, post_id=post.post_id, author_id=ada.key, content="Hi"
        )
        companion = await tx.add(models.Companion, profile_id=ada.key, name="Rex", kind="dog")
    found = {
        "Comment": comment.comment_id,
        "Companion": companion.companion_id,
        "Conversation": conversation.conversation_id,
        "Match": conversation.match_id,
        "Message": message.message_id,
        "Post": post.post_id,
        "Profile": ada.key,
        "Prompt": prompt.prompt_id,
    }
    by_type = {name: ids.encode(name, key) for name, key in found.items()}
    return ada, bob, {**by_type, "Event": events.global_id(event)}


async def private_of(person, database, match_id=None):
    """The ids of what a person alone may see, a notification of a match among it."""
    mine = {"profile_id": person.key}
    async with database.write() as tx:
        device = await tx.add(
            models.Device,
            **mine,
            session_id=person.viewer.session_id,
            platform="android",
            provider="fcm",
            token="token",
        )
        notification = await tx.add(
            models.Notification,
            **mine,
            kind="match_made",
            subject_type="Match",
            subject_id=match_id or uuid4(),
            fact_id=uuid4(),
        )
        media = await tx.add(
            models.Media,
            uploader_id=person.key,
            kind="image",
            media_type="image/png",
            size_bytes=1,
            upload_expires_at=datetime.now(UTC) + timedelta(hours=1),
        )
    answer = await events.going_to(database, person, person)
    return {
        "Account": ids.encode("Account", person.key),
        "Attendance": ids.encode("Attendance", answer.attendance_id),
        "Device": ids.encode("Device", device.device_id),
        "Media": ids.encode("Media", media.media_id),
        "Notification": ids.encode("Notification", notification.notification_id),
        "Session": ids.encode("Session", person.viewer.session_id),
    }


async def for_staff(database):
    """The ids of what staff alone may see."""
    async with database.write() as tx:
        experiment = await tx.add(models.Experiment, name="Compare", arms=[])
    return {"Experiment": ids.encode("Experiment", experiment.experiment_id)}


async def test_everything_with_an_identity_is_a_node(things, people, database):
    _, bob, shared = things
    match_id = ids.decode(shared["Match"], "Match")
    boss, of_staff = await people.join(is_staff=True), await for_staff(database)
    seen_by = {bob: shared | await private_of(bob, database, match_id), boss: of_staff}
    seen_by[bob]["Place"] = await places.spot(bob)
    assert {name for by_type in seen_by.values() for name in by_type} == BY_TYPE.keys()
    for person, by_type in seen_by.items():
        for type_name, global_id in by_type.items():
            seen = await person.api.ask(ONE, id=global_id)
            assert seen["node"] == {"__typename": type_name, "id": global_id}
        nodes = (await person.api.ask(MANY, ids=list(by_type.values())))["nodes"]
        assert [(node["__typename"], node["id"]) for node in nodes] == list(by_type.items())


async def test_what_is_for_staff_is_missing_for_all_others(things, database, api):
    _, bob, _ = things
    asked = list((await for_staff(database)).values())
    assert (await bob.api.ask(MANY, ids=asked))["nodes"] == [None]
    assert (await api.ask(MANY, ids=asked))["nodes"] == [None]


async def test_who_is_not_signed_in_sees_nothing(things, api):
    shared = things[2]
    for global_id in shared.values():
        assert await api.ask(ONE, id=global_id) == {"node": None}
    assert (await api.ask(MANY, ids=list(shared.values())))["nodes"] == [None] * len(shared)


def test_every_type_that_implements_node_can_be_loaded_by_its_id():
    schema = root.build()._schema
    interface = schema.type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert {t.name for t in schema.get_possible_types(interface)} == BY_TYPE.keys()


async def test_nodes_keep_the_order_of_their_ids_with_nulls_for_the_missing(things):
    ada, bob, by_type = things
    missing = ids.encode("Post", UUID(int=1))
    asked = [by_type["Post"], missing, bob.id, "", by_type["Event"], "💥", by_type["Post"], ada.id]
    nodes = (await bob.api.ask(MANY, ids=asked))["nodes"]
    assert [node and node["id"] for node in nodes] == [
        wanted if wanted not in {missing, "", "💥"} else None for wanted in asked
    ]
    assert (await bob.api.ask(MANY, ids=[]))["nodes"] == []


async def test_a_block_makes_everything_of_the_other_missing(things, database):
    ada, bob, by_type = things
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=bob.key)
    asked = list(by_type.values())
    assert (await bob.api.ask(MANY, ids=asked))["nodes"] == [None] * len(asked)
    for global_id in asked:
        assert await bob.api.ask(ONE, id=global_id) == {"node": None}


async def test_a_stranger_sees_what_is_public_and_nothing_of_conversations(things, people):
    _, _, by_type = things
    eve = await people.join()
    nodes = (await eve.api.ask(MANY, ids=list(by_type.values())))["nodes"]
    assert {node["__typename"] for node in nodes if node} == {
        "Comment", "Companion", "Event", "Post", "Profile", "Prompt",
    }  # fmt: skip


async def test_what_is_private_is_seen_by_nobody_else(people, api, database):
    ada, bob = await people.join(), await people.join()
    asked = list((await private_of(ada, database)).values())
    assert (await bob.api.ask(MANY, ids=asked))["nodes"] == [None] * len(asked)
    assert (await api.ask(MANY, ids=asked))["nodes"] == [None] * len(asked)


async def test_a_hundred_ids_are_the_most(people):
    ada = await people.join()
    assert (await ada.api.ask(MANY, ids=[ada.id] * 100))["nodes"] == [
        {"__typename": "Profile", "id": ada.id}
    ] * 100
    answer = await ada.api.send(MANY, ids=[ada.id] * 101)
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == ["ids"]


async def test_nodes_of_one_type_are_loaded_by_one_statement(people):
    crowd = [await people.join() for _ in range(6)]
    counts = []
    for some in (crowd[:2], crowd):
        ran = await statements_of(crowd[0].api.ask(MANY, ids=[person.id for person in some]))
        counts.append(sum("profiles.display_name" in text for text in ran))
    assert counts == [1, 1]


@pytest.mark.parametrize("wrong", [None, [None], [["x"]], [{}]])
async def test_ids_of_wrong_types_are_a_bad_request(people, wrong):
    ada = await people.join()
    assert (await ada.api.send(MANY, ids=wrong)).codes == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda real: real + "=",
        lambda real: real[:-1],
        lambda real: real.swapcase(),
        lambda real: " " + real,
        lambda real: ids.encode("Preferences", ids.parse(real)[1]),
        lambda real: ids.encode("Session", ids.parse(real)[1]),
        lambda real: ids.encode("profile", ids.parse(real)[1]),
        lambda real: ids.encode("", ids.parse(real)[1]),
        lambda real: ids.encode("Post", ids.parse(real)[1]),
        lambda _: "A" * 100_000,
    ],
)
async def test_forged_ids_name_nothing(people, forge):
    ada = await people.join()
    forged = forge(ada.id)
    assert await ada.api.ask(ONE, id=forged) == {"node": None}
    assert await ada.api.ask(MANY, ids=[forged]) == {"nodes": [None]}


@given(st.from_regex("[A-Z][A-Za-z]{0,30}", fullmatch=True), st.lists(st.uuids(), max_size=5))
def test_ids_of_many_are_those_of_each_and_lead_back(type_name, keys):
    together = ids.encode_all(type_name, keys)
    assert together == [ids.encode(type_name, key) for key in keys]
    assert [ids.parse(each) for each in together] == [(type_name, key) for key in keys]


def test_ids_that_name_made_up_types_are_not_remembered():
    kept = global_ids._layout.cache_parameters()["maxsize"]
    for number in range(kept + 10):
        made_up = ids.encode(f"Type{number}", UUID(int=1))
        assert ids.parse(made_up) == (f"Type{number}", UUID(int=1))
    assert global_ids._layout.cache_info().currsize == kept
    before = global_ids._layout.cache_info().misses
    assert ids.parse(global_ids.encode("Type" * 1_000, UUID(int=1))) is None
    assert global_ids._layout.cache_info().misses == before + 1

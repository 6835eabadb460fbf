"""Messages: rules, counters that equal a recount, and races on real connections."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataloaders import conversations as loading
from dataloaders import messages as message_loading
from dataloaders.reader import Reader
from domain import conversations, messages
from domain.conversation_requests import RequestRules, start_conversation
from domain.refusals import InvalidInput, NotAllowed, NotFound
from persistence import models
from persistence.pages import CursorCodec, Window
from persistence.queries import messages as queries
from resolvers import ids, live
from tests.support.conversations import matched
from tests.support.live_events import context_of

WHOLE = Window(1000)


def reader_of(database, person):
    return Reader(database=database, cursors=CursorCodec(b"0" * 32), viewer=person.viewer)


async def send(database, person, conversation, text="Hello"):
    async with database.write() as tx:
        key = conversation.conversation_id
        return await messages.send_message(tx, person.viewer, conversation_id=key, text=text)


async def read(database, person, conversation, up_to):
    async with database.write() as tx:
        key = conversation.conversation_id
        await messages.mark_read(tx, person.viewer, conversation_id=key, up_to=up_to)


async def hide(database, person, conversation):
    async with database.write() as tx:
        key = conversation.conversation_id
        await conversations.hide_conversation(tx, person.viewer, conversation_id=key)


async def start(database, person, other):
    async with database.write() as tx:
        return await start_conversation(
            tx, person.viewer, profile_id=other.key, rules=RequestRules()
        )


async def end(database, conversation):
    async with database.write() as tx:
        await conversations.end_conversation(
            tx, first_id=conversation.first_id, second_id=conversation.second_id
        )


@pytest.mark.parametrize("text", ["", " \n\t ", "\u202e", "\x00", "x" * 4001, "é" * 4001])
def test_a_text_that_is_empty_or_too_long_is_refused(text):
    with pytest.raises(InvalidInput):
        messages.text_of(text)


@given(st.text(min_size=1, max_size=4000).filter(str.isalnum))
def test_any_text_of_letters_is_kept_and_cleaning_again_changes_nothing(text):
    kept = messages.text_of(text)
    assert 1 <= len(kept) <= 4000
    assert messages.text_of(kept) == kept


ACTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["send", "send", "read", "hide", "start"]),
        st.integers(0, 12),
    ),
    max_size=25,
)


class Model:
    """What a history of acts should leave behind, recounted from the start."""

    def __init__(self):
        self.senders = []
        self.read = [0, 0]
        self.hidden = [None, None]

    def act(self, who, act, number):
        last = len(self.senders)
        if act == "send":
            self.senders.append(who)
        elif act == "read":
            self.read[who] = max(self.read[who], min(number, last))
        elif act == "hide":
            self.hidden[who] = last
        else:
            self.hidden[who] = None

    def unread(self, who):
        return sum(sender != who for sender in self.senders[self.read[who] :])

    def is_listed(self, who):
        return self.hidden[who] is None or self.hidden[who] < len(self.senders)

    def are_read(self):
        return [
            self.read[1 - sender] >= position for position, sender in enumerate(self.senders, 1)
        ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_counters_equal_a_recount_after_any_history(database, people, acts):
    pair = [await people.join(), await people.join()]
    conversation = await matched(database, pair[0].key, pair[1].key)
    model = Model()
    for who, act, number in acts:
        model.act(who, act, number)
        if act == "send":
            sent = await send(database, pair[who], conversation, text=str(number))
            assert sent.position == len(model.senders)
        elif act == "read":
            await read(database, pair[who], conversation, number)
        elif act == "hide":
            await hide(database, pair[who], conversation)
        else:
            await start(database, pair[who], pair[1 - who])
    key = conversation.conversation_id
    for who, person in enumerate(pair):
        reader = reader_of(database, person)
        assert await reader.load(loading.unread_counts, key) == model.unread(who)
        assert await reader.load(loading.read_positions, key) == model.read[who]
        listed = await reader.load(loading.of_member, person.key)
        assert bool(listed.rows) == model.is_listed(who)
        total = await reader.load(loading.unread_totals, person.key)
        assert total == (model.unread(who) if model.is_listed(who) else 0)
        page = await reader.load(message_loading.of_conversation, key, first=100)
        assert [row.position for row in page.rows] == list(range(len(model.senders), 0, -1))
        oldest_first = page.rows[::-1]
        assert [pair.index(person_of(pair, row.sender_id)) for row in oldest_first] == model.senders
        are_read = [await reader.load(message_loading.are_read, m.message_id) for m in oldest_first]
        assert are_read == model.are_read()


def person_of(pair, key):
    return next(person for person in pair if person.key == key)


async def test_many_senders_at_once_get_positions_without_gaps_in_the_order_of_time(
    database, people
):
    pairs = [(await people.join(), await people.join()) for _ in range(3)]
    talks = [await matched(database, one.key, other.key) for one, other in pairs]

    async def talk(n):
        for i in range(20):
            one, other = pairs[(n + i) % 3]
            await send(database, one if n % 2 else other, talks[(n + i) % 3], text=f"{n}.{i}")

    await asyncio.gather(*(talk(n) for n in range(20)))
    found = 0
    for (one, _), conversation in zip(pairs, talks, strict=True):
        rows = await database.fetch(
            queries.of_conversation.page_statement(WHOLE),
            **queries.of_conversation.parameters([conversation.conversation_id], WHOLE),
            viewer_id=one.key,
        )
        rows = rows[::-1]
        found += len(rows)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        times = [row.sent_at for row in rows]
        assert times == sorted(times)
    assert found == 400


async def test_marks_moved_by_several_devices_at_once_end_at_the_furthest(database, people):
    one, other = await people.join(), await people.join()
    conversation = await matched(database, one.key, other.key)
    for _ in range(10):
        await send(database, one, conversation)
    await asyncio.gather(*(read(database, other, conversation, n) for n in [3, 9, 1, 7, 99, 0, 5]))
    reader = reader_of(database, other)
    assert await reader.load(loading.read_positions, conversation.conversation_id) == 10
    await read(database, other, conversation, 2)
    reader = reader_of(database, other)
    assert await reader.load(loading.read_positions, conversation.conversation_id) == 10


async def test_a_conversation_that_ends_while_many_write_takes_nothing_afterwards(database, people):
    one, other = await people.join(), await people.join()
    conversation = await matched(database, one.key, other.key)
    ended = asyncio.Event()

    async def write(person):
        sent = 0
        while True:
            was_ended = ended.is_set()
            try:
                await send(database, person, conversation)
            except NotFound:
                return sent
            assert not was_ended
            sent += 1

    writers = [asyncio.create_task(write(person)) for person in (one, other) * 4]
    await asyncio.sleep(0.05)
    await end(database, conversation)
    ended.set()
    sent = sum(await asyncio.gather(*writers))
    async with database.write() as tx:
        row = await tx.get(models.Conversation, conversation_id=conversation.conversation_id)
    assert row.last_position == sent


async def test_only_members_read_write_hide_or_start(database, people):
    one, other, stranger = [await people.join() for _ in range(3)]
    conversation = await matched(database, one.key, other.key)
    message = await send(database, one, conversation)
    for act in (
        send(database, stranger, conversation),
        read(database, stranger, conversation, 1),
        hide(database, stranger, conversation),
    ):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotAllowed):
        await start(database, stranger, one)
    assert not await sees(database, stranger, conversation, message)
    assert await sees(database, other, conversation, message)


STANDING = st.lists(
    st.tuples(st.sampled_from(["block", "unblock", "leave", "return", "end"]), st.integers(0, 1)),
    max_size=6,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=STANDING)
async def test_only_who_may_meet_in_an_open_conversation_reads_writes_or_listens(
    services, database, people, acts
):
    """P-07: whatever has happened between the two, and never for anybody else."""
    pair = [await people.join(), await people.join()]
    conversation = await matched(database, pair[0].key, pair[1].key)
    message = await send(database, pair[0], conversation)
    blocks, away, has_ended = set(), set(), False
    for act, who in acts:
        await stand(database, pair, conversation, act, who)
        blocks = {"block": blocks | {who}, "unblock": blocks - {who}}.get(act, blocks)
        away = {"leave": away | {who}, "return": away - {who}}.get(act, away)
        has_ended = has_ended or act == "end"
    for who, person in enumerate(pair):
        is_open = not (blocks or has_ended or 1 - who in away)
        assert await takes_part(services, person, conversation, message) == is_open
    assert not await takes_part(services, await people.join(), conversation, message)


async def stand(database, pair, conversation, act, who):
    """Let one of the two do something that changes how they stand to each other."""
    me, other = pair[who].key, pair[1 - who].key
    async with database.write() as tx:
        if act == "unblock":
            await tx.remove(models.Block, blocker_id=me, blocked_id=other)
        elif act in {"leave", "return"}:
            await tx.change(models.Account, {"account_id": me}, is_active=act == "return")
        elif act == "end":
            await conversations.end_conversation(
                tx, first_id=conversation.first_id, second_id=conversation.second_id
            )
        elif not await tx.get(models.Block, blocker_id=me, blocked_id=other):
            await tx.add(models.Block, blocker_id=me, blocked_id=other)


async def takes_part(services, person, conversation, message):
    """Whether somebody can read, write, mark, hide and listen; all of it or nothing of it."""
    database = services.database
    can = [await sees(database, person, conversation, message)]
    key = ids.encode("Conversation", conversation.conversation_id)
    for act in (
        send(database, person, conversation),
        read(database, person, conversation, 1),
        hide(database, person, conversation),
        live.message_events(context_of(services, person), conversation_id=key),
    ):
        try:
            await act
            can.append(True)
        except NotFound:
            can.append(False)
    assert len(set(can)) == 1, can
    return can[0]


async def test_an_end_hides_the_conversation_from_both_and_can_be_repeated(database, people):
    one, other = await people.join(), await people.join()
    conversation = await matched(database, one.key, other.key)
    message = await send(database, one, conversation)
    await end(database, conversation)
    await end(database, conversation)
    await closed(database, one, other, conversation, message)


async def closed(database, one, other, conversation, message):
    for person in (one, other):
        assert not await sees(database, person, conversation, message)
        for act in (
            send(database, person, conversation),
            read(database, person, conversation, 1),
            hide(database, person, conversation),
        ):
            with pytest.raises(NotFound):
                await act


async def sees(database, person, conversation, message):
    """Whether any way of reading shows anything; all ways must agree."""
    reader, key = reader_of(database, person), conversation.conversation_id
    ways = [
        await reader.load(loading.by_ids, key) is not None,
        (await reader.load(loading.members_of, key)).rows != [],
        await reader.load(loading.others_of, key) is not None,
        (await reader.load(loading.of_member, person.key)).rows != [],
        await reader.load(message_loading.by_ids, message.message_id) is not None,
        (await reader.load(message_loading.of_conversation, key)).rows != [],
        await reader.load(message_loading.last_of, key) is not None,
    ]
    assert len(set(ways)) == 1, ways
    return ways[0]


async def test_nothing_is_written_about_a_conversation_that_does_not_exist(database, people):
    person = await people.join()
    for verb in (
        lambda tx, key: messages.send_message(tx, person.viewer, conversation_id=key, text="x"),
        lambda tx, key: messages.mark_read(tx, person.viewer, conversation_id=key, up_to=1),
        lambda tx, key: conversations.hide_conversation(tx, person.viewer, conversation_id=key),
    ):
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await verb(tx, uuid4())

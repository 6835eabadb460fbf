"""Likes: the rule of undoing, and races on real connections."""

import asyncio
from collections import Counter

import pytest

from domain import accounts, blocks, likes, matches, messages
from domain.refusals import Refusal
from persistence import models
from persistence.queries import decisions
from persistence.queries import matches as match_queries

ROUNDS = 50


@pytest.mark.parametrize(
    ("message_count", "can_undo"), [(None, True), (0, True), (1, False), (7, False)]
)
def test_a_decision_can_be_undone_until_somebody_has_written(message_count, can_undo):
    assert likes.can_undo(message_count=message_count) is can_undo


async def do(database, verb, person, **named):
    """Run a verb in a transaction of its own; a refusal is answered by its code."""
    try:
        async with database.write() as tx:
            return await verb(tx, person.viewer, **named)
    except Refusal as refusal:
        return refusal.code


async def like(database, person, other):
    return await do(database, likes.like_profile, person, profile_id=other.key)


async def rows(database, model, **key):
    async with database.write() as tx:
        return await tx.connection.fetch(f"SELECT * FROM {model.__tablename__}")  # noqa: S608


async def match_between(database, one, other):
    first, second = sorted((one.key, other.key))
    return await database.one(match_queries.between, first_id=first, second_id=second)


async def test_likes_from_both_sides_at_once_make_exactly_one_match(people, database):
    for _ in range(ROUNDS):
        ada, bob = await people.join(), await people.join()
        answers = await asyncio.gather(like(database, ada, bob), like(database, bob, ada))
        made = [match for _, match in answers if match is not None]
        assert len(made) == 1
    matched = await rows(database, models.Match)
    assert len(matched) == ROUNDS
    assert len(await rows(database, models.Conversation)) == ROUNDS
    assert len({(row["first_id"], row["second_id"]) for row in matched}) == ROUNDS
    kinds = [row["kind"] for row in await rows(database, models.Fact)]
    assert kinds.count("MatchMade") == kinds.count("ConversationOpened") == ROUNDS


async def test_liking_twice_at_once_is_liking_once(people, database):
    for _ in range(ROUNDS // 5):
        ada, bob = await people.join(), await people.join()
        await like(database, bob, ada)
        answers = await asyncio.gather(*(like(database, ada, bob) for _ in range(4)))
        assert len({match.match_id for _, match in answers}) == 1
    assert len(await rows(database, models.Decision)) == 2 * ROUNDS // 5
    assert len(await rows(database, models.Match)) == ROUNDS // 5


async def test_a_like_and_an_unmatch_at_once_leave_no_match(people, database):
    for _ in range(ROUNDS // 5):
        ada, bob = await people.join(), await people.join()
        await like(database, ada, bob)
        _, match = await like(database, bob, ada)
        await asyncio.gather(
            like(database, ada, bob),
            do(database, matches.unmatch, bob, match_id=match.match_id),
            like(database, ada, bob),
        )
        assert await match_between(database, ada, bob) is None
    ended = [row["ended_at"] for row in await rows(database, models.Conversation)]
    assert len(ended) == ROUNDS // 5
    assert None not in ended


async def test_of_two_unmatches_at_once_one_ends_the_match(people, database):
    ada, bob = await people.join(), await people.join()
    await like(database, ada, bob)
    _, match = await like(database, bob, ada)
    answers = await asyncio.gather(
        *(do(database, matches.unmatch, p, match_id=match.match_id) for p in (ada, bob))
    )
    assert sorted(answers, key=str) == ["MATCH_NOT_FOUND", None]
    kinds = [row["kind"] for row in await rows(database, models.Fact)]
    assert kinds.count("MatchEnded") == 1


async def test_a_like_and_a_block_at_once_leave_no_match(people, database):
    for _ in range(ROUNDS // 5):
        ada, bob = await people.join(), await people.join()
        await like(database, bob, ada)
        answers = await asyncio.gather(
            like(database, ada, bob),
            do(database, blocks.block_profile, ada, profile_id=bob.key),
            do(database, blocks.block_profile, bob, profile_id=ada.key),
        )
        assert answers[1:].count("PROFILE_NOT_FOUND") == 1
        assert await match_between(database, ada, bob) is None
    assert all(row["ended_at"] for row in await rows(database, models.Match))


@pytest.mark.parametrize("leaver", [0, 1])
async def test_a_like_and_the_liker_or_the_liked_leaving_at_once_leave_nothing(
    people, database, leaver
):
    for _ in range(ROUNDS // 2):
        pair = await people.join(), await people.join()
        await like(database, pair[1], pair[0])
        answers = await asyncio.gather(
            like(database, pair[0], pair[1]), do(database, accounts.delete_account, pair[leaver])
        )
        assert answers[0][1] is not None or answers[0] in {"NOT_ONBOARDED", "PROFILE_NOT_FOUND"}
    for model in (models.Pair, models.Decision, models.Match, models.Conversation):
        assert await rows(database, model) == []
    kinds = Counter(row["kind"] for row in await rows(database, models.Fact))
    assert kinds["MatchMade"] == kinds["MatchEnded"]
    assert kinds["AccountDeleted"] == ROUNDS // 2


async def test_two_undos_at_once_never_undo_the_same_decision_twice(people, database):
    ada, bob, eve = await people.join(), await people.join(), await people.join()
    await like(database, ada, bob)
    await like(database, ada, eve)
    answers = await asyncio.gather(
        *(do(database, likes.undo_decision, ada) for _ in range(2)), return_exceptions=True
    )
    undone = [answer[0].profile_id for answer in answers if not isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert undone[0] == eve.key
    assert refused in ([], ["DECISION_CHANGED"])
    kinds = [row["kind"] for row in await rows(database, models.Decision)]
    assert kinds.count("undo") == len(undone) == len(set(undone))


async def test_a_message_and_an_undo_at_once_never_both_succeed(people, database):
    for _ in range(ROUNDS // 5):
        ada, bob = await people.join(), await people.join()
        await like(database, bob, ada)
        _, match = await like(database, ada, bob)
        talk = await database.one(
            match_queries.conversations_of, match_ids=[match.match_id], viewer_id=ada.key
        )
        key = {"conversation_id": talk.conversation_id, "text": "Hello"}
        undone, sent = await asyncio.gather(
            do(database, likes.undo_decision, ada), do(database, messages.send_message, bob, **key)
        )
        if undone == "ALREADY_WRITTEN":
            assert sent.position == 1
            assert await match_between(database, ada, bob)
        else:
            assert sent == "CONVERSATION_NOT_FOUND"
            assert await match_between(database, ada, bob) is None


async def test_undoing_goes_back_step_by_step_to_what_stood_before(people, database):
    ada, bob, eve = await people.join(), await people.join(), await people.join()
    await do(database, likes.pass_profile, ada, profile_id=bob.key)
    await like(database, ada, eve)
    await like(database, ada, bob)
    # The pass of Bob, which the like replaced, stands again and is older than the like of Eve.
    for other in (bob, eve, bob):
        person, match = await do(database, likes.undo_decision, ada)
        assert (person.profile_id, match) == (other.key, None)
    assert await do(database, likes.undo_decision, ada) == "NOTHING_TO_UNDO"
    assert await database.one(decisions.latest, viewer_id=ada.key) is None


@pytest.mark.parametrize("scored", [True, False])
async def test_a_match_made_by_an_undo_never_keeps_the_score_of_another_pair(
    people, database, scored
):
    ada, bob, eve = await people.join(), await people.join(), await people.join()
    await like(database, ada, bob)
    await do(database, likes.pass_profile, ada, profile_id=bob.key)
    await like(database, bob, ada)
    scores = {(bob if scored else eve).key: 70.0}
    _, match = await do(database, likes.undo_decision, ada, compatibility_scores=scores)
    assert match.compatibility_score == (70.0 if scored else None)


async def test_after_an_unmatch_only_two_new_likes_make_a_match(people, database):
    ada, bob = await people.join(), await people.join()
    await like(database, ada, bob)
    _, match = await like(database, bob, ada)
    await do(database, matches.unmatch, ada, match_id=match.match_id)
    _, again = await like(database, ada, bob)
    assert again is None
    _, again = await like(database, bob, ada)
    assert again.match_id != match.match_id

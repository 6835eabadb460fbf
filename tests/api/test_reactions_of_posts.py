"""Reactions to posts and comments through the API: the same as to messages, as hidden as they."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import reactions
from domain.reactions import MOST_KINDS, MOST_OF_ONE, Subject
from resolvers import ids
from tests.api.test_comments import say
from tests.api.test_posts import share
from tests.support.contents import unchanged
from tests.support.live_events import next_event
from tests.support.sockets import connected

REACTIONS = "reactions { emoji count viewerReacted people { displayName } }"
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Reactable {{ {REACTIONS} }} }} }}"
EVENTS = """subscription { events { __typename ... on ReactionChanged { emoji isAdded
  reactor { displayName } message { id } post { id reactions { emoji } }
  comment { id reactions { emoji } } } } }"""
HEART, THUMB = "❤\ufe0f", "👍"
MANY = [chr(code) for code in range(0x1F600, 0x1F600 + MOST_KINDS + 1)]
NOUNS = ("Post", "Comment")


async def react(person, subject, emoji=HEART, mutation="react"):
    answer = await person.api.done(
        mutation, f"subject {{ id {REACTIONS} }}", subjectId=subject, emoji=emoji
    )
    assert answer["subject"]["id"] == subject
    return answer["subject"]["reactions"]


async def refused(person, subject, mutation="react", emoji=HEART):
    answer = await person.api.do(mutation, subjectId=subject, emoji=emoji)
    return answer["__typename"], answer["code"]


async def seen(person, subject):
    found = (await person.api.ask(NODE, id=subject))["node"]["reactions"]
    return [(each["emoji"], each["count"], each["viewerReacted"]) for each in found]


@pytest.fixture
async def trio(people):
    return [await people.join(name) for name in ("Ada", "Bob", "Eve")]


async def subject_of(noun, ada, **more):
    """The id of Ada's post, or of her comment to it."""
    post = await share(ada, **more)
    return post["id"] if noun == "Post" else (await say(ada, post, "Well"))["id"]


@pytest.mark.parametrize("noun", NOUNS)
async def test_reactions_are_counted_in_the_order_in_which_they_came(trio, noun, database):
    ada, bob, eve = trio
    subject = await subject_of(noun, ada)
    await react(bob, subject, "❤")
    await react(eve, subject, THUMB)
    (hearts, _) = await react(ada, subject)
    assert hearts["people"] == [{"displayName": "Bob"}, {"displayName": "Ada"}]
    assert await seen(bob, subject) == [(HEART, 2, True), (THUMB, 1, False)]
    async with unchanged(database):
        await react(bob, subject, HEART)
        await react(bob, subject, THUMB, "removeReaction")
    await react(bob, subject, "❤", "removeReaction")
    assert await seen(bob, subject) == [(THUMB, 1, False), (HEART, 1, False)]


@pytest.mark.parametrize("noun", NOUNS)
async def test_what_is_hidden_is_missing_and_hidden_people_are_not_counted(trio, noun, database):
    ada, bob, eve = trio
    subject, circle = await subject_of(noun, ada), await subject_of(noun, ada, audience="MATCHES")
    await react(bob, subject)
    await react(eve, subject)
    await bob.api.done("blockProfile", profileId=eve.id)
    assert await seen(eve, subject) == [(HEART, 1, True)]
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await seen(ada, subject) == [(HEART, 1, False)]
    missing = ("NotFound", f"{noun.upper()}_NOT_FOUND")
    async with unchanged(database):
        for mutation in ("react", "removeReaction"):
            assert await refused(bob, subject, mutation) == missing
            assert await refused(eve, circle, mutation) == missing
            assert await refused(eve, ids.encode(noun, ada.key), mutation) == missing
            assert (await refused(eve, subject, mutation, "no"))[0] == "InvalidInput"


@pytest.mark.parametrize("noun", NOUNS)
async def test_the_number_of_different_emoji_is_bounded_also_at_once(trio, people, noun, database):
    ada, bob, eve = trio
    crowd = [bob, *[await people.join() for _ in range(MOST_KINDS // MOST_OF_ONE - 1)]]
    subject = await subject_of(noun, ada)
    key = ids.decode(subject, noun)
    async with database.write() as tx:
        for n, emoji in enumerate(MANY[: MOST_KINDS - 1]):
            reactor = crowd[n // MOST_OF_ONE].viewer
            put = {"subject": Subject(noun), "subject_id": key, "emoji": emoji}
            await reactions.react(tx, reactor, **put)
    last = zip((ada, eve), MANY[MOST_KINDS - 1 :], strict=True)
    answers = await asyncio.gather(
        *(person.api.do("react", subjectId=subject, emoji=emoji) for person, emoji in last)
    )
    told = sorted(each.get("code", "done") for each in answers)
    assert told == ["REACTION_LIMIT_REACHED", "done"]
    assert len(await seen(ada, subject)) == MOST_KINDS
    await react(ada, subject, MANY[0])
    # What somebody put whom one may not see uses nothing up.
    await ada.api.done("blockProfile", profileId=bob.id)
    await react(ada, subject, HEART)
    assert len(await seen(eve, subject)) > MOST_KINDS


async def test_a_circle_in_which_others_reacted_stays(trio):
    ada, bob, eve = trio
    for person in (bob, eve):
        await person.api.done("followProfile", profileId=ada.id)
    for noun in NOUNS:
        post = await share(ada, audience="FOLLOWERS")
        subject = post["id"] if noun == "Post" else (await say(ada, post, "Well"))["id"]
        await react(bob, subject)
        refused = await ada.api.do("editPost", postId=post["id"], audience="EVERYONE")
        assert refused["code"] == "COMMENTED_IN_CIRCLE"
        await react(bob, subject, mutation="removeReaction")
        await ada.api.done("editPost", postId=post["id"], audience="EVERYONE")


@pytest.mark.parametrize("noun", NOUNS)
async def test_the_author_is_told_live(application, trio, noun):
    ada, bob, _ = trio
    subject = await subject_of(noun, ada)
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        for mutation in ("react", "removeReaction"):
            await react(bob, subject, mutation=mutation)
            event = await next_event(events)
            assert event == {
                "__typename": "ReactionChanged",
                "emoji": HEART,
                "isAdded": mutation == "react",
                "reactor": {"displayName": "Bob"},
                "message": None,
                "post": None,
                "comment": None,
                noun.lower(): {
                    "id": subject,
                    "reactions": [{"emoji": HEART}] if mutation == "react" else [],
                },
            }


@settings(
    max_examples=50 if settings.get_current_profile_name() == "nightly" else 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    acts=st.lists(
        st.tuples(
            st.booleans(), st.integers(0, 2), st.sampled_from(NOUNS), st.sampled_from("😀🎉")
        ),
        max_size=12,
    )
)
async def test_counts_are_recounts_after_any_history(trio, database, acts):
    ada = trio[0]
    post = await share(ada)
    subjects = {"Post": post["id"], "Comment": (await say(ada, post, "Well"))["id"]}
    put = {noun: set() for noun in NOUNS}
    for is_added, who, noun, emoji in acts:
        verb = reactions.react if is_added else reactions.remove_reaction
        key = ids.decode(subjects[noun], noun)
        async with database.write() as tx:
            subject = {"subject": Subject(noun), "subject_id": key}
            await verb(tx, trio[who].viewer, **subject, emoji=emoji)
        (put[noun].add if is_added else put[noun].discard)((emoji, who))
    for noun, subject in subjects.items():
        expected = Counter(emoji for emoji, _ in put[noun])
        shown = await seen(ada, subject)
        assert {emoji: count for emoji, count, _ in shown} == expected
        assert all(mine == ((emoji, 0) in put[noun]) for emoji, _, mine in shown)

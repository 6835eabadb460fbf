"""Comments through the API: said, answered, changed, taken back, and as hidden as their authors."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers import ids
from tests.api.test_posts import share
from tests.support.contents import unchanged

COMMENT = "comment { id content editedAt author { displayName } replyTo { content } }"
POST = """
query ($id: ID!) { post(id: $id) {
  commentCount comments { totalCount nodes {
    content author { displayName } replies { totalCount nodes { content } } } } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { id ... on Comment { content post { id } } } }"


async def say(person, post, content, **more):
    answer = await person.api.done(
        "addComment", COMMENT, postId=post["id"], content=content, **more
    )
    return answer["comment"]


async def said(person, post):
    """What a person reads below a post: contents with those of the replies, and the count."""
    seen = (await person.api.ask(POST, id=post["id"]))["post"]
    found = {
        comment["content"]: [reply["content"] for reply in comment["replies"]["nodes"]]
        for comment in seen["comments"]["nodes"]
    }
    assert seen["comments"]["totalCount"] == len(found)
    assert seen["commentCount"] == len(found) + sum(map(len, found.values()))
    return found


@pytest.fixture
async def thread(people):
    """Ada's post, to which Bob has said something, which Eve has answered."""
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    post = await share(ada)
    first = await say(bob, post, "b1")
    await say(eve, post, "e1", replyToId=first["id"])
    return ada, bob, eve, post, first


async def test_people_comment_and_answer(thread):
    ada, bob, _, post, first = thread
    answer = await say(ada, post, "  a1\r\n! ", replyToId=first["id"])
    assert answer == {
        "id": answer["id"],
        "content": "a1\n!",
        "editedAt": None,
        "author": {"displayName": "Ada"},
        "replyTo": {"content": "b1"},
    }
    await say(bob, post, "b2")
    for person in (ada, bob):
        assert await said(person, post) == {"b1": ["e1", "a1\n!"], "b2": []}


async def test_replies_have_one_level_and_stay_with_their_post(thread, database):
    ada, bob, eve, post, first = thread
    other = await share(ada)
    reply = await say(eve, post, "e2", replyToId=first["id"])
    async with unchanged(database):
        for about, code in (
            ({"postId": post["id"], "replyToId": reply["id"]}, "REPLY_TO_A_REPLY"),
            ({"postId": other["id"], "replyToId": first["id"]}, "COMMENT_NOT_FOUND"),
            ({"postId": post["id"], "replyToId": post["id"]}, "COMMENT_NOT_FOUND"),
            ({"postId": first["id"]}, "POST_NOT_FOUND"),
        ):
            refused = await bob.api.do("addComment", content="No", **about)
            assert refused["code"] == code
        for content in ("", " \n ", "x" * 2001):
            refused = await bob.api.do("addComment", postId=post["id"], content=content)
            assert [field["path"] for field in refused["fields"]] == ["content"]


async def test_nobody_edits_the_comment_of_another(thread, database):
    ada, bob, eve, post, first = thread
    async with unchanged(database):
        for person in (ada, eve):
            refused = await person.api.do("editComment", commentId=first["id"], content="No")
            assert refused["code"] == "NOT_THE_AUTHOR"
        refused = await eve.api.do("deleteComment", commentId=first["id"])
        assert refused["code"] == "NOT_THE_AUTHOR"
    edited = await bob.api.done("editComment", COMMENT, commentId=first["id"], content="b!")
    assert edited["comment"]["content"] == "b!"
    assert edited["comment"]["editedAt"] is not None
    again = await bob.api.done("editComment", COMMENT, commentId=first["id"], content="b!")
    assert again == edited
    async with database.write() as tx:
        kept = await tx.connection.fetch("SELECT content FROM comment_versions")
    assert [row["content"] for row in kept] == ["b1"]
    assert await said(eve, post) == {"b!": ["e1"]}


@pytest.mark.parametrize("who", ["author of the comment", "author of the post"])
async def test_a_comment_goes_with_its_replies(thread, who):
    ada, bob, eve, post, first = thread
    person = bob if who == "author of the comment" else ada
    answer = await person.api.done("deleteComment", "deletedCommentId", commentId=first["id"])
    assert answer["deletedCommentId"] == first["id"]
    assert await said(eve, post) == {}
    refused = await person.api.do("deleteComment", commentId=first["id"])
    assert refused["code"] == "COMMENT_NOT_FOUND"


async def test_a_block_hides_comments_both_ways_and_what_was_answered_to_them(thread, people):
    ada, bob, eve, post, first = thread
    dan = await people.join("Dan")
    await bob.api.done("blockProfile", profileId=dan.id)
    assert await said(dan, post) == {}
    assert await said(eve, post) == {"b1": ["e1"]}
    assert (await dan.api.ask(NODE, id=first["id"]))["node"] is None
    for mutation, about in (
        ("addComment", {"postId": post["id"], "replyToId": first["id"], "content": "d1"}),
        ("editComment", {"commentId": first["id"], "content": "d1"}),
        ("deleteComment", {"commentId": first["id"]}),
    ):
        refused = await dan.api.do(mutation, **about)
        assert refused["code"] == "COMMENT_NOT_FOUND"
    await ada.api.done("blockProfile", profileId=eve.id)
    assert (await eve.api.ask(NODE, id=first["id"]))["node"] is None
    refused = await eve.api.do("addComment", postId=post["id"], content="e2")
    assert refused["code"] == "POST_NOT_FOUND"
    assert await said(bob, post) == {"b1": ["e1"]}
    assert await said(ada, post) == {"b1": []}


async def test_comments_are_as_hidden_as_the_post(thread):
    ada, bob, _, post, first = thread
    assert (await bob.api.ask(NODE, id=first["id"]))["node"]["post"] == {"id": post["id"]}
    await ada.api.done("editPost", postId=post["id"], audience="MATCHES")
    assert (await bob.api.ask(NODE, id=first["id"]))["node"] is None
    refused = await bob.api.do("editComment", commentId=first["id"], content="b2")
    assert refused["code"] == "COMMENT_NOT_FOUND"
    assert await said(ada, post) == {"b1": ["e1"]}


async def test_what_was_said_in_a_circle_stays_in_it(people, database):
    ada, bob = await people.join(), await people.join()
    await bob.api.done("followProfile", profileId=ada.id)
    answer = await ada.api.done("createPost", "post { id }", content="Hi", audience="FOLLOWERS")
    post = answer["post"]
    await say(ada, post, "a1")
    await ada.api.done("editPost", postId=post["id"], audience="EVERYONE")
    await ada.api.done("editPost", postId=post["id"], audience="FOLLOWERS")
    await say(bob, post, "b1")
    async with unchanged(database):
        for audience in ("EVERYONE", "MATCHES"):
            refused = await ada.api.do("editPost", postId=post["id"], audience=audience)
            assert refused["code"] == "COMMENTED_IN_CIRCLE"
    await ada.api.done("editPost", postId=post["id"], content="Hello", audience="FOLLOWERS")


async def test_a_comment_beside_the_end_of_its_post_leaves_nothing(people, database):
    ada, bob = await people.join(), await people.join()
    for _ in range(5):
        post = await share(ada)
        answer, _ = await asyncio.gather(
            bob.api.do("addComment", postId=post["id"], content="b1"),
            ada.api.done("deletePost", postId=post["id"]),
        )
        assert answer.get("code") in {None, "POST_NOT_FOUND"}
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM comments") == 0


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["say", "reply", "delete", "block", "unblock"]),
        st.integers(0, 2),
        st.integers(0, 5),
    ),
    max_size=12,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTS)
async def test_the_count_is_what_can_be_read_whatever_happens(people, database, acts):
    """`said` compares the count with the lists, for everybody after every history."""
    crowd = [await people.join() for _ in range(3)]
    post = await share(crowd[0])
    for act, who, which in acts:
        person, others = crowd[who], [each for each in crowd if each is not crowd[who]]
        async with database.write() as tx:
            rows = await tx.connection.fetch(
                "SELECT comment_id, reply_to_id FROM comments WHERE post_id = $1 ORDER BY 1",
                ids.decode(post["id"], "Post"),
            )
        about = rows[which % len(rows)] if rows else None
        if act == "say":
            await person.api.do("addComment", postId=post["id"], content="c")
        elif act in {"block", "unblock"}:
            await person.api.do(f"{act}Profile", profileId=others[which % 2].id)
        elif about is not None:
            comment = ids.encode("Comment", about["comment_id"])
            if act == "reply":
                reply = {"postId": post["id"], "content": "r", "replyToId": comment}
                await person.api.do("addComment", **reply)
            else:
                await person.api.do("deleteComment", commentId=comment)
    totals = Counter()
    for person in crowd:
        seen = (await person.api.ask(POST, id=post["id"]))["post"]
        if seen is None:
            totals["hidden"] += 1
            continue
        nodes = seen["comments"]["nodes"]
        replies = sum(node["replies"]["totalCount"] for node in nodes)
        assert seen["comments"]["totalCount"] == len(nodes)
        assert seen["commentCount"] == len(nodes) + replies
    assert totals["hidden"] < 3

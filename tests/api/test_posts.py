"""Posts through the API: shared, read, taken back, and hidden with their author."""

import json
from uuid import UUID

import pytest

from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.conversations import matched
from tests.support.statements import statements_of

POST = "post { id content createdAt author { id displayName } }"
ONE = (
    "query ($id: ID!) { post(id: $id) { id content author { displayName } } node(id: $id) { id } }"
)
OF = """
query ($id: ID!, $first: Int, $after: String, $last: Int) {
  profile(id: $id) { posts(first: $first, after: $after, last: $last) {
    totalCount nodes { content } pageInfo { hasNextPage endCursor } } } }
"""


async def share(person, content="Hello", **more):
    return (await person.api.done("createPost", POST, content=content, **more))["post"]


async def shown(person, post_id):
    seen = await person.api.ask(ONE, id=post_id)
    assert (seen["post"] is None) == (seen["node"] is None)
    return seen["post"]


async def posts_of(person, author, **page):
    return (await person.api.ask(OF, id=author.id, **page))["profile"]["posts"]


async def counted(database):
    async with database.write() as tx:
        posts = await tx.connection.fetchval("SELECT count(*) FROM posts")
        return posts, await tx.connection.fetchval("SELECT count(*) FROM facts")


async def test_a_post_is_shared_with_everybody_who_may_see_its_author(people):
    ada, bob = await people.join("Ada"), await people.join()
    post = await share(ada, "  Hello,\r\nworld! ")
    assert post["content"] == "Hello,\nworld!"
    assert post["author"] == {"id": ada.id, "displayName": "Ada"}
    for person in (ada, bob):
        seen = await shown(person, post["id"])
        assert seen == {
            "id": post["id"],
            "content": "Hello,\nworld!",
            "author": {"displayName": "Ada"},
        }


async def test_posts_of_a_person_are_paged_newest_first_while_new_ones_come(people):
    ada, bob = await people.join(), await people.join()
    for content in "abcde":
        await share(ada, content)
    first = await posts_of(bob, ada, first=2)
    assert [post["content"] for post in first["nodes"]] == ["e", "d"]
    await share(ada, "f")
    rest = await posts_of(bob, ada, after=first["pageInfo"]["endCursor"])
    assert [post["content"] for post in rest["nodes"]] == ["c", "b", "a"]
    assert rest["totalCount"] == 6
    assert [post["content"] for post in (await posts_of(bob, ada, last=2))["nodes"]] == ["b", "a"]


async def test_a_deleted_post_is_gone_for_everybody(people, database):
    ada, bob = await people.join(), await people.join()
    post = await share(ada)
    answer = await ada.api.done("deletePost", "deletedPostId", postId=post["id"])
    assert answer["deletedPostId"] == post["id"]
    for person in (ada, bob):
        assert await shown(person, post["id"]) is None
    assert await counted(database) == (0, 2)
    again = await ada.api.do("deletePost", postId=post["id"])
    assert (again["__typename"], again["code"]) == ("NotFound", "POST_NOT_FOUND")
    assert await counted(database) == (0, 2)


async def test_only_its_author_changes_a_post(people, database):
    ada, bob = await people.join(), await people.join()
    post = await share(ada)
    missing = await bob.api.do("deletePost", postId=ids.encode("Post", UUID(int=1)))
    assert missing["code"] == "POST_NOT_FOUND"
    for mutation in ("deletePost", "editPost"):
        refused = await bob.api.do(mutation, postId=post["id"])
        assert (refused["__typename"], refused["code"]) == ("NotAllowed", "NOT_THE_AUTHOR")
    assert await shown(ada, post["id"]) is not None
    assert await counted(database) == (1, 1)


EDITED = "post { content audience editedAt }"


async def test_a_post_is_edited_and_what_it_said_is_kept(people, database):
    ada, bob = await people.join(), await people.join()
    post = await share(ada, "Helo")
    edited = (await ada.api.done("editPost", EDITED, postId=post["id"], content=" Hello "))["post"]
    assert (edited["content"], edited["audience"]) == ("Hello", "EVERYONE")
    assert edited["editedAt"] is not None
    for again in ({"content": "Hello"}, {"audience": "EVERYONE"}, {}):
        answer = await ada.api.done("editPost", EDITED, postId=post["id"], **again)
        assert answer["post"] == edited
    assert (await shown(bob, post["id"]))["content"] == "Hello"
    async with unchanged(database):
        refused = await ada.api.do("editPost", postId=post["id"], content=" ")
        assert [field["path"] for field in refused["fields"]] == ["content"]
    async with database.write() as tx:
        kept = await tx.connection.fetch("SELECT content FROM post_versions")
        facts = await tx.connection.fetch("SELECT kind FROM facts ORDER BY fact_id")
    assert [row["content"] for row in kept] == ["Helo"]
    assert [row["kind"] for row in facts] == ["PostCreated", "PostEdited"]


async def test_a_post_for_a_circle_is_missing_for_everybody_else(people, database):
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    await bob.api.done("followProfile", profileId=ada.id)
    await matched(database, ada.key, eve.key)
    readers = {
        "EVERYONE": {"Ada", "Bob", "Eve", "Dan"},
        "FOLLOWERS": {"Ada", "Bob"},
        "MATCHES": {"Ada", "Eve"},
    }
    crowd = {"Ada": ada, "Bob": bob, "Eve": eve, "Dan": dan}
    for audience, those in readers.items():
        post = await ada.api.done("createPost", POST, content=audience, audience=audience)
        for name, person in crowd.items():
            assert (await shown(person, post["post"]["id"]) is not None) == (name in those)
    for name, person in crowd.items():
        expected = {audience for audience, those in readers.items() if name in those}
        listed = await posts_of(person, ada)
        assert {node["content"] for node in listed["nodes"]} == expected
        assert listed["totalCount"] == len(expected)
    await bob.api.done("unfollowProfile", profileId=ada.id)
    assert [node["content"] for node in (await posts_of(bob, ada))["nodes"]] == ["EVERYONE"]


async def test_who_waits_to_be_accepted_does_not_follow_yet(people):
    ada, bob = await people.join(), await people.join()
    await ada.api.done("setPreferences", approvesFollowers=True)
    await ada.api.done("createPost", content="f", audience="FOLLOWERS")
    await bob.api.done("followProfile", profileId=ada.id)
    assert (await posts_of(bob, ada))["nodes"] == []
    await ada.api.done("acceptFollower", profileId=bob.id)
    assert [node["content"] for node in (await posts_of(bob, ada))["nodes"]] == ["f"]


@pytest.mark.parametrize("by_author", [True, False])
async def test_blocked_people_miss_each_others_posts(people, database, by_author):
    ada, bob = await people.join(), await people.join()
    post = await share(ada)
    blocker, blocked = (ada, bob) if by_author else (bob, ada)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=blocker.key, blocked_id=blocked.key)
    assert await shown(bob, post["id"]) is None
    assert (await bob.api.do("deletePost", postId=post["id"]))["code"] == "POST_NOT_FOUND"
    assert await shown(ada, post["id"]) is not None


async def test_a_post_of_somebody_who_is_not_onboarded_is_theirs_alone(people):
    new, bob = await people.join(onboarded=False), await people.join()
    post = await share(new)
    assert await shown(new, post["id"]) is not None
    assert await shown(bob, post["id"]) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        " \n\t ",
        "\u202e\u2066",
        "\x00\x07",
        "\u200b",  # a space without width
        "\u200f\u061c",  # marks of a direction, and no word
        "\u3164\u2800",
        "x" * 5001,
        "😀" * 5001,
        "x" * 100_000,
    ],
)
async def test_an_empty_or_too_long_text_is_refused_and_changes_nothing(people, database, content):
    ada = await people.join()
    async with unchanged(database):
        answer = await ada.api.do("createPost", content=content)
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert [field["path"] for field in answer["fields"]] == ["content"]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("x" * 5000, "x" * 5000),
        ("😀" * 5000, "😀" * 5000),
        ("👩‍👩‍👧‍👦" * 100, "👩‍👩‍👧‍👦" * 100),
        ("e\u0301", "é"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("a\x00b\u202ec", "abc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("<script>' OR 1=1 --", "<script>' OR 1=1 --"),
    ],
)
async def test_any_honest_text_arrives(people, content, kept):
    ada = await people.join()
    assert (await share(ada, content))["content"] == kept


async def test_a_lone_surrogate_does_no_harm(people, database):
    ada = await people.join()
    query = "mutation ($i: CreatePostInput!) { createPost(input: $i) { __typename } }"
    body = json.dumps({"query": query, "variables": {"i": {"content": "\ud800"}}})
    response = await ada.api.http.post(
        "/graphql",
        content=body,
        headers={"Authorization": f"Bearer {ada.api.token}", "Content-Type": "application/json"},
    )
    assert response.status_code in {200, 400}
    assert await counted(database) == (0, 0)


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        *(("createPost", {"content": wrong}) for wrong in (1, True, ["x"], {"x": "y"})),
        *(("deletePost", {"postId": wrong}) for wrong in (None, 1.5, True, ["x"], {"x": "y"})),
        ("deletePost", {}),
        ("createPost", {"content": "x", "clientMutationId": 1}),
        ("createPost", {"content": "x", "authorId": "x"}),
    ],
)
async def test_an_input_of_the_wrong_type_is_a_bad_request(people, database, mutation, given):
    ada = await people.join()
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($i: {kind}!) {{ {mutation}(input: $i) {{ __typename }} }}"
    async with unchanged(database):
        answer = await ada.api.send(query, i=given)
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)


@pytest.mark.parametrize(
    "post_id", ["", "x", "AAAA", "💥", "\x00", "\u200b", "\u202e", "a" * 10_000, "UG9zdDox"]
)
async def test_forged_ids_name_nothing(people, database, post_id):
    ada = await people.join()
    async with unchanged(database):
        assert await shown(ada, post_id) is None
        assert (await ada.api.do("deletePost", postId=post_id))["code"] == "POST_NOT_FOUND"


async def test_ids_of_other_types_name_no_post(people):
    ada = await people.join()
    post = await share(ada)
    same_key = ids.encode("Profile", ids.parse(post["id"])[1])
    for post_id in (ada.id, same_key):
        seen = await ada.api.ask("query ($id: ID!) { post(id: $id) { id } }", id=post_id)
        assert seen == {"post": None}
        assert (await ada.api.do("deletePost", postId=post_id))["code"] == "POST_NOT_FOUND"
    assert await shown(ada, post["id"]) is not None


async def test_a_retry_shares_once_and_gets_the_same_answer(people, database):
    ada, bob = await people.join(), await people.join()
    call = {"content": "once", "clientMutationId": "p"}
    first = await ada.api.done("createPost", POST, **call)
    assert await ada.api.done("createPost", POST, **call) == first
    assert await counted(database) == (1, 1)
    other = await ada.api.do("createPost", content="twice", clientMutationId="p")
    assert other["__typename"] == "IdempotencyConflict"
    await bob.api.done("createPost", POST, **call)
    assert await counted(database) == (2, 2)


async def test_a_retry_of_a_deletion_gets_its_success_again(people, database):
    ada = await people.join()
    call = {"postId": (await share(ada))["id"], "clientMutationId": "d"}
    first = await ada.api.done("deletePost", "deletedPostId", **call)
    assert await ada.api.done("deletePost", "deletedPostId", **call) == first
    assert await counted(database) == (0, 2)


async def test_any_number_of_posts_costs_the_same_statements(people):
    ada, bob = await people.join(), await people.join()
    query = """query ($id: ID!) { profile(id: $id) { posts(first: 50) {
      totalCount nodes { content author { displayName } } } } }"""
    ran, shared = [], 0
    for wanted in (3, 12):
        for n in range(shared, wanted):
            await share(ada, str(n))
        shared = wanted
        assert (await posts_of(bob, ada))["totalCount"] == wanted
        ran.append(sorted(await statements_of(bob.api.ask(query, id=ada.id))))
    assert ran[0] == ran[1] != []


async def test_nobody_reads_or_shares_signed_out(people, api):
    post = await share(await people.join())
    query = "query ($id: ID!) { post(id: $id) { id } }"
    assert (await api.send(query, id=post["id"])).codes == ["UNAUTHENTICATED"]
    query = "mutation ($i: CreatePostInput!) { createPost(input: $i) { __typename } }"
    assert (await api.send(query, i={"content": "x"})).codes == ["UNAUTHENTICATED"]
    query = "mutation ($i: DeletePostInput!) { deletePost(input: $i) { __typename } }"
    assert (await api.send(query, i={"postId": post["id"]})).codes == ["UNAUTHENTICATED"]

"""Media of posts through the API: who attaches, who sees, what goes with them; and reels."""

import asyncio

import pytest

from domain.posts import MOST_MEDIA
from persistence import models
from persistence.pages import MOST_COUNTED, Window
from persistence.queries import posts
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.media import global_id, ready

POST = "post { id kind content media { id state url } }"
ONE = "query($id: ID!) { post(id: $id) { media { id url } } }"
MEDIA = "query($id: ID!) { media(id: $id) { id url } }"
REELS = """query($first: Int, $after: String) { reels(first: $first, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } nodes { id kind } } }"""
CLIP = {"kind": "video", "media_type": "video/mp4", "duration_seconds": 12.5}


async def share(person, *media, **more):
    answer = await person.api.done("createPost", POST, mediaIds=list(media), **more)
    return answer["post"]


async def refused(person, *media, **more):
    answer = await person.api.do("createPost", mediaIds=list(media), **more)
    paths = [field["path"] for field in answer.get("fields", [])]
    return answer["__typename"], *(paths or [answer["code"]])


async def made(database, person, count=1, **columns):
    return [global_id(await ready(database, person, **columns)) for _ in range(count)]


async def seen(person, medium):
    return (await person.api.ask(MEDIA, id=medium))["media"]


async def test_media_are_shown_in_their_order_to_whom_the_post_is_for(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    await bob.api.done("followProfile", profileId=ada.id)
    one, two, three = await made(database, ada, 3)
    post = await share(ada, two, three, one, audience="FOLLOWERS")
    assert (post["content"], post["kind"]) == ("", "POST")
    found = (await bob.api.ask(ONE, id=post["id"]))["post"]["media"]
    assert [each["id"] for each in found] == [two, three, one]
    assert all(each["url"] for each in found)
    assert (await seen(bob, one))["url"] is not None
    assert await seen(eve, one) is None
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await seen(bob, one) is None


async def test_only_own_ready_and_unused_media_are_attached(people, database):
    ada, bob = [await people.join() for _ in range(2)]
    (mine,), (theirs,) = await made(database, ada), await made(database, bob)
    (awaiting,) = await made(database, ada, state="awaiting")
    (checking,) = await made(database, ada, state="processing")
    (bad,) = await made(database, ada, state="refused", refusal="unsafe")
    async with unchanged(database):
        for wrong in (theirs, awaiting, bad, ids.encode("Media", ada.key), ada.id):
            assert await refused(ada, mine, wrong) == ("NotFound", "MEDIA_NOT_FOUND")
        assert await refused(ada, mine, checking) == ("NotAllowed", "MEDIA_NOT_READY")
        assert await refused(ada, mine, mine) == ("InvalidInput", "mediaIds")
        assert await refused(ada, content=" ") == ("InvalidInput", "content")
        told = await refused(ada, *[mine] * (MOST_MEDIA + 1))
        assert told == ("InvalidInput", "mediaIds")
    answers = await asyncio.gather(*(refused_or_post(ada, mine) for _ in range(3)))
    assert sorted(answers) == ["CreatePostSuccess", "NotAllowed", "NotAllowed"]
    async with unchanged(database):
        refusal = await ada.api.do("deleteMedia", mediaId=mine)
        assert refusal["code"] == "MEDIA_IN_USE"


async def refused_or_post(person, medium):
    answer = await person.api.do("createPost", content="Look", mediaIds=[medium])
    return answer["__typename"]


async def test_a_text_can_only_be_emptied_where_there_are_media(people, database):
    ada = await people.join()
    (medium,) = await made(database, ada)
    post = await share(ada, medium, content="Look")
    edited = await ada.api.done("editPost", POST, postId=post["id"], content=" ")
    assert edited["post"]["content"] == ""
    plain = await share(ada, content="Look")
    async with unchanged(database):
        refusal = await ada.api.do("editPost", postId=plain["id"], content=" ")
        assert [field["path"] for field in refusal["fields"]] == ["content"]


async def edited(person, post, *media, **more):
    answer = await person.api.done("editPost", POST, postId=post["id"], mediaIds=media, **more)
    return [medium["id"] for medium in answer["post"]["media"]]


async def test_media_are_added_removed_and_put_in_another_order(people, database):
    ada, bob = [await people.join() for _ in range(2)]
    one, two, three = await made(database, ada, 3)
    post = await share(ada, one, two, content="Look")
    async with unchanged(database):
        assert await edited(ada, post, one, two) == [one, two]
    assert await edited(ada, post, three, one) == [three, one]
    assert (await seen(bob, three))["url"]
    assert await seen(bob, two) is None
    await ada.api.done("editPost", postId=post["id"], content="Other")
    assert await edited(ada, post, one, three, content="Look here") == [one, three]
    assert await edited(ada, post) == []
    async with database.write() as tx:
        versions = await tx.connection.fetch(
            "SELECT content, media_ids FROM post_versions ORDER BY post_version_id"
        )
        (released, *rest) = await tx.connection.fetch(
            "SELECT body FROM facts WHERE kind = 'MediaReleased' ORDER BY fact_id"
        )
    kept = [[one, two], [three, one], [three, one], [one, three]]
    assert [row["content"] for row in versions] == ["Look", "Look", "Other", "Look here"]
    assert [[ids.encode("Media", key) for key in row["media_ids"]] for row in versions] == kept
    assert released["body"]["media_ids"] == [str(ids.decode(two, "Media"))]
    assert len(rest) == 1


async def test_media_of_an_edit_keep_the_rules_of_new_posts(people, database):
    ada, bob = [await people.join() for _ in range(2)]
    mine, used, clip, long = [
        *await made(database, ada, 2),
        *await made(database, ada, **CLIP),
        *await made(database, ada, **CLIP | {"duration_seconds": 90.5}),
    ]
    (theirs,), (checking,) = (
        await made(database, bob),
        await made(database, ada, state="processing"),
    )
    await share(ada, used)
    post, reel = await share(ada, mine), await share(ada, clip, kind="REEL")
    async with unchanged(database):
        for thing, media, code in (
            (post, [mine, theirs], "MEDIA_NOT_FOUND"),
            (post, [mine, checking], "MEDIA_NOT_READY"),
            (post, [mine, used], "MEDIA_IN_USE"),
            (post, [mine, mine], "INVALID_INPUT"),
            (post, [], "INVALID_INPUT"),
            (reel, [], "INVALID_INPUT"),
            (reel, [long], "INVALID_INPUT"),
        ):
            answer = await ada.api.do("editPost", postId=thing["id"], mediaIds=media)
            assert answer.get("code") == code, (media, answer)
        answer = await bob.api.do("editPost", postId=post["id"], mediaIds=[theirs])
        assert answer["code"] == "NOT_THE_AUTHOR"


async def test_the_files_go_with_the_post(people, database, services):
    ada = await people.join()
    mine, other = await made(database, ada, 2)
    post = await share(ada, mine, content="Look")
    await ada.api.done("deletePost", postId=post["id"])
    async with database.write() as tx:
        (fact,) = await tx.connection.fetch("SELECT body FROM facts WHERE kind = 'MediaReleased'")
    assert str(ids.decode(mine, "Media")) in str(fact["body"])
    assert str(ids.decode(other, "Media")) not in str(fact["body"])
    await ada.api.done("deleteMedia", mediaId=mine)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"kind": "image"}, ("InvalidInput", "mediaIds")),
        (CLIP | {"duration_seconds": 90.5}, ("InvalidInput", "mediaIds")),
        (CLIP | {"duration_seconds": None}, ("InvalidInput", "mediaIds")),
    ],
    ids=["image", "long", "of unknown length"],
)
async def test_a_reel_is_one_short_video(people, database, columns, expected):
    ada = await people.join()
    wrong, good, other = (
        *await made(database, ada, **columns),
        *await made(database, ada, 2, **CLIP),
    )
    async with unchanged(database):
        assert await refused(ada, wrong, kind="REEL") == expected
        for media in ([], [good, other]):
            told = await refused(ada, *media, kind="REEL", content="Look")
            assert told == ("InvalidInput", "mediaIds")
    assert (await share(ada, good, kind="REEL"))["kind"] == "REEL"


async def test_reels_are_listed_newest_first_as_far_as_they_are_for_one(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    reels = {}
    for person, audience in ((ada, "EVERYONE"), (bob, "EVERYONE"), (bob, "MATCHES")):
        (clip,) = await made(database, person, **CLIP)
        reels[person.id, audience] = (await share(person, clip, kind="REEL", audience=audience))[
            "id"
        ]
    (clip,) = await made(database, ada, **CLIP)
    await share(ada, clip, content="No reel")

    async def listed(person, **page):
        return (await person.api.ask(REELS, **page))["reels"]

    whole = await listed(eve)
    expected = [reels[bob.id, "EVERYONE"], reels[ada.id, "EVERYONE"]]
    mine = [node["id"] for node in whole["nodes"] if node["id"] in reels.values()]
    assert mine == expected
    first = await listed(eve, first=1)
    rest = await listed(eve, first=99, after=first["pageInfo"]["endCursor"])
    assert [*first["nodes"], *rest["nodes"]] == whole["nodes"]
    await ada.api.done("blockProfile", profileId=eve.id)
    assert reels[ada.id, "EVERYONE"] not in [node["id"] for node in (await listed(eve))["nodes"]]
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": bob.key}, is_active=False)
    assert {node["id"] for node in (await listed(eve))["nodes"]}.isdisjoint(reels.values())


async def test_reels_among_many_posts_are_found_by_their_index(people, database):
    ada = await people.join()
    asked = posts.reels.parameters([ada.key], Window(20))
    statement = posts.reels.page_statement(Window(20))
    arguments = statement.arguments({**asked, "viewer_id": ada.key})
    async with database._writing.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "INSERT INTO posts (author_id, content, kind)"
            " SELECT $1, '', CASE WHEN n % 1000 = 7 THEN 'reel' ELSE 'post' END"
            " FROM generate_series(1, 3000) n",
            ada.key,
        )
        await connection.execute("ANALYZE posts")
        # As reads are planned: for any arguments.
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE reels AS {statement.sql}")
        nothing = ", ".join(["NULL"] * len(arguments))
        plan = await connection.fetch(f"EXPLAIN EXECUTE reels ({nothing})")
        await connection.execute("DEALLOCATE reels")
        await transaction.rollback()
    text = "\n".join(row[0] for row in plan)
    assert "posts_reels_idx" in text, text


async def test_a_list_over_everybody_is_counted_to_a_bound(people, database):
    ada, bob = await people.join(), await people.join()
    async with database.write() as tx:
        await tx.connection.execute(
            "WITH made AS (INSERT INTO posts (author_id, content, kind)"
            " SELECT $1, '#walk', 'reel' FROM generate_series(1, $2) RETURNING post_id)"
            " INSERT INTO post_hashtags (tag, post_id) SELECT 'walk', post_id FROM made",
            ada.key,
            MOST_COUNTED + 1,
        )
    counts = '{ reels { totalCount } posts(hashtag: "walk") { totalCount } }'
    told = await bob.api.ask(counts)
    assert [each["totalCount"] for each in told.values()] == [MOST_COUNTED] * 2
    await ada.api.done("blockProfile", profileId=bob.id)
    told = await bob.api.ask(counts)
    assert [each["totalCount"] for each in told.values()] == [0, 0]

"""Posts get into the vector index, change in it and leave it, by the facts alone."""

import asyncio

from matching.embeddings import LocalEmbedder
from persistence.contents import ContentKind
from tests.support.live import PATIENCE_SECONDS
from tests.support.people import PASSWORD
from tests.support.towns import embed_by_words


async def keys(contents):
    return {key async for batch in contents.walk(ContentKind.POST) for key in batch}


async def until_there_are(contents, count):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found := await keys(contents)) != count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    return found


async def test_posts_follow_their_facts_into_the_index(services, people, running, monkeypatch):
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    contents = services.vectors.contents
    await contents.drop_version()
    ada, bob = await people.join("Ada"), await people.join("Bob")
    async with running():
        posts = [
            (await person.api.done("createPost", "post { id }", content="Sailing"))["post"]["id"]
            for person in (ada, ada, bob)
        ]
        await until_there_are(contents, 3)
        await ada.api.done("deletePost", postId=posts[0])
        assert len(await until_there_are(contents, 2)) == 2
        await ada.api.done("deleteAccount", password=PASSWORD)
        (left,) = await until_there_are(contents, 1)
    async with services.database.write() as tx:
        assert await tx.connection.fetchval("SELECT post_id FROM posts") == left
    await contents.drop_version()


async def test_an_edited_post_is_near_to_what_it_says_now(services, people, running, monkeypatch):
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    contents, ada = services.vectors.contents, await people.join("Ada")
    (wanted,) = await services.embedder.embed(["Rowing"])
    async with running():
        post = (await ada.api.done("createPost", "post { id }", content="Sleeping"))["post"]
        (key,) = await until_there_are(contents, 1)
        await ada.api.done("editPost", postId=post["id"], content="Rowing")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                ((found, score),) = await contents.search(ContentKind.POST, wanted, limit=1)
                if score > 0.99:
                    break
                await asyncio.sleep(0.02)
    assert found == key
    await contents.drop_version()

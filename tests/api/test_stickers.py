"""Stickers through the API, and the files that say what there is."""

import json
from uuid import UUID

import pytest

from domain.refusals import NotFound
from domain.stickers import BUILT_IN, Catalogue, CatalogueUnreadable
from tests.support.contents import unchanged

STICKERS = "{ stickers { name stickers { id description imageUrl } } }"
SENT = "sentMessage { id text sticker { id description } }"
NODE = "query($id: ID!) { node(id: $id) { ... on Message { text sticker { id } } } }"
CAT = {"key": "cat", "description": "A cat", "image_url": "https://example.com/cat.webp"}
PACK = {"key": "animals", "name": "Animals", "stickers": [CAT]}


async def test_a_sticker_of_the_list_is_sent_without_a_text(pair):
    ada, bob, key = pair
    (pack,) = (await ada.api.ask(STICKERS))["stickers"]
    chosen = pack["stickers"][0]
    assert chosen["imageUrl"].startswith("data:image/svg+xml,")
    sent = await ada.api.done("sendMessage", SENT, conversationId=key, stickerId=chosen["id"])
    message = sent["sentMessage"]
    assert message["sticker"] == {"id": chosen["id"], "description": chosen["description"]}
    found = await bob.api.ask(NODE, id=message["id"])
    assert found["node"] == {"text": None, "sticker": {"id": chosen["id"]}}
    await ada.api.done("deleteMessage", messageId=message["id"])
    found = await bob.api.ask(NODE, id=message["id"])
    assert found["node"] == {"text": None, "sticker": None}


async def test_a_message_of_nothing_or_with_an_unknown_sticker_is_refused(pair, database):
    ada, _, key = pair
    async with unchanged(database):
        answer = await ada.api.do("sendMessage", conversationId=key)
        assert [field["path"] for field in answer["fields"]] == ["text"]
        for wrong in ("", "feelings", "feelings/none", key):
            answer = await ada.api.do("sendMessage", conversationId=key, stickerId=wrong)
            assert (answer["__typename"], answer["code"]) == ("NotFound", "STICKER_NOT_FOUND")


def test_a_file_adds_packs_to_the_built_in_one(tmp_path):
    path = tmp_path / "stickers.json"
    path.write_text(json.dumps({"packs": [PACK]}))
    catalogue = Catalogue.read(path)
    assert [pack.name for pack in catalogue.packs] == [BUILT_IN.name, "Animals"]
    assert catalogue.get("animals/cat").image_url == "https://example.com/cat.webp"
    assert catalogue.get("animals/dog") is None
    with pytest.raises(NotFound):
        catalogue.key_of(UUID(int=1))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        json.dumps({"packs": [{**PACK, "stickers": []}]}),
        json.dumps({"packs": [{**PACK, "surprise": 1}]}),
        json.dumps({"packs": [{**PACK, "key": "Animals/"}]}),
        json.dumps(
            {"packs": [{**PACK, "stickers": [{**CAT, "image_url": "javascript:alert(1)"}]}]}
        ),
        json.dumps({"packs": [PACK, PACK]}),
    ],
)
def test_a_file_that_is_no_catalogue_is_told_in_a_sentence(tmp_path, content):
    path = tmp_path / "stickers.json"
    path.write_text(content)
    with pytest.raises(CatalogueUnreadable, match=r"\.$"):
        Catalogue.read(path)
    with pytest.raises(CatalogueUnreadable, match="cannot be read"):
        Catalogue.read(tmp_path / "missing.json")

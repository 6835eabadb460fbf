"""How large an answer can be: what is cheap to ask for is not therefore sent without end."""

from domain.posts import CONTENT_LENGTH
from execution.limits import ANSWER_CHARACTERS


def asked(aliases):
    """A query of the text of each of some nodes, so many times."""
    texts = " ".join(f"t{n}: content" for n in range(aliases))
    return f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Post {{ {texts} }} }} }}"


async def test_an_answer_that_is_too_long_is_refused_before_it_is_written(people):
    ada = await people.join()
    text = "x" * CONTENT_LENGTH
    made = await ada.api.done("createPost", "post { id }", content=text)
    ids = [made["post"]["id"]] * 100
    most = ANSWER_CHARACTERS // (len(text) * len(ids))
    whole = await ada.api.send(asked(most - 1), ids=ids)
    assert [len(node) for node in whole.data["nodes"]] == [most - 1] * 100
    refused = await ada.api.send(asked(most + 1), ids=ids)
    assert (refused.status, refused.data, refused.codes) == (200, None, ["ANSWER_TOO_LARGE"])
    assert refused.errors[0]["extensions"]["most"] == ANSWER_CHARACTERS
    assert refused.extensions["cost"]["requested"] == whole.extensions["cost"]["requested"]

"""Public keys: other services of a deployment verify our tokens with what we publish."""

from jose import jwt

from tests.support.client import Api
from tests.support.people import PASSWORD

ROUTE = "/.well-known/jwks.json"
SIGN_UP = {"email": "ada@example.com", "password": PASSWORD, "displayName": "Ada"}


async def test_tokens_are_verified_with_the_published_key(serve, services, settings):
    async with serve(jwt_algorithm="RS256") as http:
        published = (await http.get(ROUTE)).json()
        answer = await Api(http).done("signUp", "accessToken viewer { account { id } }", **SIGN_UP)
        signed_in = await Api(http, answer["accessToken"]).ask("{ viewer { account { id } } }")
    assert signed_in["viewer"] == answer["viewer"]
    (key,) = published["keys"]
    assert not {"d", "p", "q"} & key.keys()
    claims = jwt.decode(
        answer["accessToken"], published, "RS256",
        audience=settings.token_audience, issuer=settings.token_issuer,
    )  # fmt: skip
    assert claims["sub"]


async def test_where_a_secret_signs_nothing_is_published(http):
    response = await http.get(ROUTE)
    assert (response.status_code, response.json()) == (200, {"keys": []})

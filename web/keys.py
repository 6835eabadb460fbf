"""Public keys: how other services of a deployment verify our tokens."""

from typing import Any

from fastapi import APIRouter

from domain.tokens import Tokens


def routes(tokens: Tokens) -> APIRouter:
    """Make the route `/.well-known/jwks.json` (RFC 7517), empty where a secret signs."""
    router = APIRouter(include_in_schema=False)

    @router.get("/.well-known/jwks.json")
    async def keys() -> dict[str, list[dict[str, Any]]]:
        return {"keys": tokens.public_keys()}

    return router

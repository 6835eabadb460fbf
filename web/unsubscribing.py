"""Unsubscribing by one click of a mail program (RFC 8058)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from domain import unsubscribing
from domain.refusals import NotAllowed
from resolvers.services import Services


def routes(services: Services) -> APIRouter:
    """Make the route `POST /unsubscribe`; a GET changes nothing, for scanners follow links."""
    router = APIRouter(include_in_schema=False)

    @router.post("/unsubscribe")
    async def unsubscribe(token: Annotated[str, Query(max_length=100)]) -> Response:
        try:
            async with services.database.write() as tx:
                await unsubscribing.unsubscribe(tx, token=token, secret=services.secrets.codes)
        except NotAllowed as refusal:
            return Response(refusal.message, 403, media_type="text/plain")
        return Response(status_code=200)

    return router

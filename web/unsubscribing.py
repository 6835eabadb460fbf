"""Unsubscribing by one click of a mail program (RFC 8058)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from domain import unsubscribing
from domain.refusals import NotAllowed
from execution.requests import RequestRefused
from resolvers.services import Services
from web.gate import CountingGate


def routes(services: Services, gate: CountingGate) -> APIRouter:
    """Make the route `POST /unsubscribe`; a GET changes nothing, for scanners follow links."""
    router = APIRouter(include_in_schema=False)

    @router.post("/unsubscribe")
    async def unsubscribe(
        request: Request, token: Annotated[str, Query(max_length=100)]
    ) -> Response:
        try:
            gate.request_from(gate.address_of(request))
            # Who guesses takes no connection.
            unsubscribing.reader_of(token, services.secrets.codes)
            async with services.database.write() as tx:
                await unsubscribing.unsubscribe(tx, token=token, secret=services.secrets.codes)
        except RequestRefused as refusal:
            return Response(refusal.message, refusal.status, refusal.headers, "text/plain")
        except NotAllowed as refusal:
            return Response(refusal.message, 403, media_type="text/plain")
        return Response(status_code=200)

    return router

"""Sessions: the signed-in devices, and the tokens by which they act."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import accounts
from domain.refusals import NotAllowed, NotFound
from persistence import models
from persistence.rows import Row
from resolvers import guards
from resolvers import sessions as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.viewer import Viewer

ViewerView = Annotated["Viewer", strawberry.lazy("schema.viewer")]


@view_of(models.Session)
class Session(Node):
    """A device on which you are signed in."""

    device_name: str = strawberry.field(description="What the device called itself.")
    created_at: datetime = strawberry.field(description="When you signed in on it.")
    refreshed_at: datetime = strawberry.field(description="When it last took new tokens.")
    expires_at: datetime = strawberry.field(description="When it ends unless it takes new ones.")

    @strawberry.field(description="Whether it is the one that asks.")
    def is_current(root: strawberry.Parent[Any], info: strawberry.Info) -> bool:
        viewer = info.context.viewer
        return viewer is not None and root.session_id == viewer.session_id


@strawberry.type
class SignedIn:
    """What every way of signing in answers."""

    session: strawberry.Private[Row]
    use_cookies: strawberry.Private[bool]

    @strawberry.field(description="You.")
    def viewer(root: strawberry.Parent[Any], info: strawberry.Info) -> ViewerView:
        return info.context.viewer  # type: ignore[no-any-return]

    @strawberry.field(
        description="For the `Authorization: Bearer` header; null when a cookie holds it."
    )
    def access_token(root: strawberry.Parent[Any], info: strawberry.Info) -> str | None:
        tokens = info.context.services.tokens
        return None if root.use_cookies else tokens.access_token(root.session)

    @strawberry.field(
        description="Good once, for `refreshToken`; null when a cookie holds it. Keep it secret."
    )
    def refresh_token(root: strawberry.Parent[Any], info: strawberry.Info) -> str | None:
        tokens = info.context.services.tokens
        return None if root.use_cookies else tokens.refresh_token(root.session)

    @strawberry.field(description="When the access token ends.")
    def access_token_expires_at(root: strawberry.Parent[Any], info: strawberry.Info) -> datetime:
        return info.context.services.tokens.access_expires_at(root.session)  # type: ignore[no-any-return]

    @strawberry.field(description="When the session ends unless it is refreshed before.")
    def refresh_token_expires_at(root: strawberry.Parent[Any]) -> datetime:
        return root.session.expires_at  # type: ignore[no-any-return]


@strawberry.input
class SigningIn:
    """What every way of signing in takes."""

    device_name: str = strawberry.field(
        default="", description="How you will recognise the device; cut after 200 characters."
    )
    use_cookies: bool = strawberry.field(
        default=False,
        description="For browsers: set the tokens as httpOnly cookies and do not answer them.",
    )


@strawberry.input
class RefreshTokenInput(MutationInput):
    """What `refreshToken` takes."""

    refresh_token: str | None = strawberry.field(
        default=strawberry.UNSET, description="The token; left out by those who use cookies."
    )


@strawberry.type
class RefreshTokenSuccess(SignedIn):
    """A new pair of tokens; the old refresh token is used up."""


@strawberry.input
class LogOutInput(MutationInput):
    """What `logOut` takes."""


@strawberry.type
class LogOutSuccess:
    """The session is over."""

    is_logged_out: bool = strawberry.field(description="Always true.")


@strawberry.input
class RevokeSessionInput(MutationInput):
    """What `revokeSession` needs."""

    session_id: strawberry.ID = strawberry.field(description="One of your sessions.")


@strawberry.type
class RevokeSessionSuccess:
    """The session is over."""

    ended_session_id: strawberry.ID = strawberry.field(description="Which.")


@strawberry.input
class RevokeOtherSessionsInput(MutationInput):
    """What `revokeOtherSessions` takes."""


@strawberry.type
class RevokeOtherSessionsSuccess:
    """Only this session is left."""

    ended_count: int = strawberry.field(description="How many were ended.")


@strawberry.type
class SessionMutations:
    """What can be done with sessions."""

    refresh_token = mutation(
        resolvers.refresh_token,
        input=RefreshTokenInput,
        returns=RefreshTokenSuccess,
        refuses=(NotAllowed,),
        guard=guards.public,
        then=resolvers.refreshed,
    )
    log_out = mutation(
        resolvers.log_out, input=LogOutInput, returns=LogOutSuccess, then=resolvers.sign_out
    )
    revoke_session = mutation(
        resolvers.revoke_session,
        input=RevokeSessionInput,
        returns=RevokeSessionSuccess,
        refuses=(NotFound,),
    )
    revoke_other_sessions = mutation(
        resolvers.revoke_other_sessions,
        input=RevokeOtherSessionsInput,
        returns=RevokeOtherSessionsSuccess,
    )


@strawberry.type
class SessionsOfViewer:
    """Where the viewer is signed in."""

    sessions: Connection[Session] = loaded(
        accounts.sessions_of, key="account_id", description="Where you are signed in, newest first."
    )

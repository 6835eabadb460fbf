"""Accounts: signing up and in, passwords, codes, and leaving."""

from datetime import datetime

import strawberry

from dataloaders import accounts
from domain.refusals import Conflict, InvalidInput, NotAllowed, RateLimited
from persistence import models
from resolvers import accounts as resolvers
from resolvers import guards, sessions
from schema.building import MutationInput, loaded, mutation, view_of
from schema.nodes import Node
from schema.sessions import SignedIn, SigningIn

_PASSWORD = "10 to 128 characters, not easy to guess."  # noqa: S105 - a description


@view_of(models.Account)
class Account(Node):
    """Your account; nobody else sees it."""

    email: str = strawberry.field(description="Your e-mail address.")
    username: str = strawberry.field(description="Your name for signing in.")
    first_name: str | None = strawberry.field(description="Your first name; shown to nobody.")
    last_name: str | None = strawberry.field(description="Your last name; shown to nobody.")
    is_verified: bool = strawberry.field(description="Whether the address is known to be yours.")
    created_at: datetime = strawberry.field(description="When you signed up.")
    last_login_at: datetime | None = strawberry.field(description="When you last signed in.")


@strawberry.input
class SignUpInput(SigningIn, MutationInput):
    """What `signUp` needs."""

    email: str = strawberry.field(description="Your e-mail address.")
    password: str = strawberry.field(description=_PASSWORD)
    display_name: str = strawberry.field(description="What others see, 1 to 50 characters.")
    username: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="3 to 50 letters, digits, dots, _ or -; made from the address if unsaid.",
    )


@strawberry.type
class SignUpSuccess(SignedIn):
    """You have an account and are signed in."""


@strawberry.input
class LogInInput(SigningIn, MutationInput):
    """What `logIn` needs."""

    login: str = strawberry.field(description="Your e-mail address or username.")
    password: str = strawberry.field(description="Your password.")


@strawberry.type
class LogInSuccess(SignedIn):
    """You are signed in."""


@strawberry.input
class RequestEmailVerificationInput(MutationInput):
    """What `requestEmailVerification` takes."""


@strawberry.type
class RequestEmailVerificationSuccess:
    """A mail is on its way."""

    is_requested: bool = strawberry.field(description="Always true.")


@strawberry.input
class VerifyEmailInput(MutationInput):
    """What `verifyEmail` needs."""

    code: str = strawberry.field(description="The code from the mail.")


@strawberry.type
class VerifyEmailSuccess:
    """The address is known to be yours."""

    is_verified: bool = strawberry.field(description="Always true.")


@strawberry.input
class RequestPasswordResetInput(MutationInput):
    """What `requestPasswordReset` needs."""

    email: str = strawberry.field(description="The address of the account.")


@strawberry.type
class RequestPasswordResetSuccess:
    """If there is such an account, a mail is on its way."""

    is_requested: bool = strawberry.field(description="Always true.")


@strawberry.input
class ResetPasswordInput(MutationInput):
    """What `resetPassword` needs."""

    code: str = strawberry.field(description="The code from the mail.")
    new_password: str = strawberry.field(description=_PASSWORD)


@strawberry.type
class ResetPasswordSuccess:
    """The new password is good, and all sessions are over: log in with it."""

    is_reset: bool = strawberry.field(description="Always true.")


@strawberry.input
class ChangePasswordInput(MutationInput):
    """What `changePassword` needs."""

    current_password: str = strawberry.field(description="Your present password.")
    new_password: str = strawberry.field(description=_PASSWORD)


@strawberry.type
class ChangePasswordSuccess:
    """The new password is good, and your other sessions are over."""

    is_changed: bool = strawberry.field(description="Always true.")


@strawberry.input
class UpdateAccountInput(MutationInput):
    """What `updateAccount` takes; what is left out stays."""

    first_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 50 characters; empty takes it back."
    )
    last_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 50 characters; empty takes it back."
    )


@strawberry.type
class UpdateAccountSuccess:
    """Your account is changed."""

    account: Account = strawberry.field(description="Your account as it is now.")


@strawberry.input
class DeleteAccountInput(MutationInput):
    """What `deleteAccount` needs."""

    password: str = strawberry.field(description="Your password.")


@strawberry.type
class DeleteAccountSuccess:
    """Your account and everything that belonged to it is gone."""

    is_deleted: bool = strawberry.field(description="Always true.")


@strawberry.type
class AccountMutations:
    """What can be done with accounts."""

    sign_up = mutation(
        resolvers.sign_up,
        input=SignUpInput,
        returns=SignUpSuccess,
        refuses=(InvalidInput, Conflict, NotAllowed, RateLimited),
        guard=guards.public,
        then=sessions.sign_in,
    )
    log_in = mutation(
        resolvers.log_in,
        input=LogInInput,
        returns=LogInSuccess,
        refuses=(NotAllowed, RateLimited),
        guard=guards.public,
        then=sessions.sign_in,
    )
    request_email_verification = mutation(
        resolvers.request_email_verification,
        input=RequestEmailVerificationInput,
        returns=RequestEmailVerificationSuccess,
        refuses=(RateLimited,),
    )
    verify_email = mutation(
        resolvers.verify_email,
        input=VerifyEmailInput,
        returns=VerifyEmailSuccess,
        refuses=(NotAllowed,),
        guard=guards.public,
    )
    request_password_reset = mutation(
        resolvers.request_password_reset,
        input=RequestPasswordResetInput,
        returns=RequestPasswordResetSuccess,
        refuses=(RateLimited,),
        guard=guards.public,
    )
    reset_password = mutation(
        resolvers.reset_password,
        input=ResetPasswordInput,
        returns=ResetPasswordSuccess,
        refuses=(InvalidInput, NotAllowed, RateLimited),
        guard=guards.public,
        then=sessions.sign_out,
    )
    change_password = mutation(
        resolvers.change_password,
        input=ChangePasswordInput,
        returns=ChangePasswordSuccess,
        refuses=(InvalidInput, RateLimited),
    )
    update_account = mutation(
        resolvers.update_account,
        input=UpdateAccountInput,
        returns=UpdateAccountSuccess,
        refuses=(InvalidInput,),
    )
    delete_account = mutation(
        resolvers.delete_account,
        input=DeleteAccountInput,
        returns=DeleteAccountSuccess,
        refuses=(InvalidInput, RateLimited),
        then=sessions.sign_out,
    )


@strawberry.type
class AccountOfViewer:
    """The viewer's account."""

    account: Account | None = loaded(
        accounts.by_ids, key="account_id", description="Your account; null once it is deleted."
    )

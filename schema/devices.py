"""Devices: where you get pushes."""

from datetime import datetime
from typing import Any

import strawberry

from dataloaders import accounts, devices
from domain.devices import Platform, PushProvider
from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import devices as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection
from schema.nodes import Node
from schema.scalars import shown_enum
from schema.sessions import Session

shown_enum(
    Platform,
    ANDROID="A phone or tablet with Android.",
    IOS="A phone or tablet of Apple's.",
    WEB="A browser.",
)
shown_enum(
    PushProvider,
    APNS="The Apple Push Notification service.",
    FCM="Firebase Cloud Messaging.",
)


@view_of(models.Device)
class Device(Node):
    """A device of yours that gets pushes."""

    platform: Platform = strawberry.field(description="What kind of device it is.")
    provider: PushProvider = strawberry.field(description="Whose token it has.")
    registered_at: datetime = strawberry.field(description="When the app last registered it.")
    session: Session | None = loaded(
        accounts.sessions_by_ids,
        key="session_id",
        description="By which session it is signed in; null once that has ended.",
    )

    @strawberry.field(description="Whether it is the one that asks.")
    def is_current(root: strawberry.Parent[Any], info: strawberry.Info) -> bool:
        viewer = info.context.viewer
        return viewer is not None and root.session_id == viewer.session_id


@strawberry.input
class RegisterDeviceInput(MutationInput):
    """What `registerDevice` needs."""

    token: str = strawberry.field(
        description="As the provider gave it to the app, at most 1,000 characters."
    )
    platform: Platform = strawberry.field(description="What kind of device it is.")
    provider: PushProvider | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whose token it is; APNS on iOS and FCM elsewhere if unsaid.",
    )


@strawberry.type
class RegisterDeviceSuccess:
    """The device gets pushes."""

    device: Device = strawberry.field(description="The device.")


@strawberry.input
class UnregisterDeviceInput(MutationInput):
    """What `unregisterDevice` needs."""

    device_id: strawberry.ID = strawberry.field(description="One of your devices.")


@strawberry.type
class UnregisterDeviceSuccess:
    """The device gets no more pushes."""

    removed_device_id: strawberry.ID = strawberry.field(description="Which.")


@strawberry.type
class DeviceMutations:
    """What can be done with devices."""

    register_device = mutation(
        resolvers.register_device,
        input=RegisterDeviceInput,
        returns=RegisterDeviceSuccess,
        refuses=(InvalidInput, NotFound),
    )
    unregister_device = mutation(
        resolvers.unregister_device,
        input=UnregisterDeviceInput,
        returns=UnregisterDeviceSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class DevicesOfViewer:
    """The viewer's devices."""

    devices: Connection[Device] = loaded(
        devices.of_person, key="account_id", description="Your devices, newest first."
    )

"""Questions about the population as a whole, asked by who fills or indexes it."""

import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement, parameter

hold_accounts = Statement(sa.text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
"""Let nobody sign up until the transaction ends; readers do not wait."""

population = Statement(
    sa.select(
        sa.exists().select_from(models.Account).label("has_people"),
        sa.exists()
        .where(models.Account.email == parameter("email", models.Account.email))
        .label("has_person"),
    )
)
"""Whether there is anybody, and whether there is somebody with this `email`."""

shown_count = Statement(
    sa.select(sa.func.count())
    .select_from(models.Profile)
    .join(models.Account, models.Account.account_id == models.Profile.profile_id)
    .outerjoin(models.Preferences, models.Preferences.profile_id == models.Profile.profile_id)
    .where(
        models.Account.is_active,
        models.Profile.onboarded_at.is_not(None),
        sa.func.coalesce(models.Preferences.is_discoverable, True),
    )
)
"""How many people decks may show, so that the index of people has to hold them."""

profile_count = Statement(sa.select(sa.func.count()).select_from(models.Profile))
"""How many profiles there are, shown or not."""

"""Experiments: versions of the weights compared on people, who are assigned by lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import texts
from domain.facts import Fact
from domain.refusals import Conflict, InvalidField, InvalidFieldCode, InvalidInput, NotFound
from persistence.queries import experiments as queries
from persistence.rows import Row
from persistence.transaction import Transaction

NAME_LENGTH = 100
ARM_LENGTH = 40
FEWEST_ARMS = 2
MOST_ARMS = 5


@dataclass(frozen=True, kw_only=True)
class ExperimentStarted(Fact):
    """From now on, decks are ranked by the arm that each person falls into."""

    experiment_id: UUID


@dataclass(frozen=True, kw_only=True)
class ExperimentStopped(Fact):
    """From now on, all decks are ranked by the version in use again."""

    experiment_id: UUID


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the things compared; the first arm is what the others are compared with.

    Attributes:
        name: 1 to 40 characters, once in an experiment.
        version: of the weights that rank the decks of its people.
    """

    name: str
    version: str


def cleaned(name: str, arms: Sequence[Arm]) -> tuple[str, list[Arm]]:
    """Normalise and check what an experiment is made of.

    Raises:
        InvalidInput: a name that is empty or too long, fewer than 2 or more than 5 arms, or two of
            one name.
    """
    name = texts.clean(name)
    arms = [Arm(texts.clean(arm.name), texts.clean(arm.version)) for arm in arms]
    problems = texts.length_problems("name", name, least=1, most=NAME_LENGTH)
    if not FEWEST_ARMS <= len(arms) <= MOST_ARMS:
        sentence = f"arms must have {FEWEST_ARMS} to {MOST_ARMS} entries."
        problems.append(InvalidField("arms", sentence, InvalidFieldCode.OUT_OF_RANGE))
    taken: set[str] = set()
    for n, arm in enumerate(arms[:MOST_ARMS]):
        path = f"arms.{n}.name"
        problems += texts.length_problems(path, arm.name, least=1, most=ARM_LENGTH)
        if arm.name in taken:
            problems.append(
                InvalidField(
                    path, f"{path} is the name of another arm.", InvalidFieldCode.DUPLICATE
                )
            )
        taken.add(arm.name)
    if problems:
        raise InvalidInput(problems)
    return name, arms


async def start_experiment(
    tx: Transaction, *, name: str, arms: Sequence[Arm], prior_version: str
) -> Row:
    """Start an experiment; one runs at a time, which a constraint settles.

    Args:
        tx: the transaction.
        name: 1 to 100 characters.
        arms: 2 to 5, the one to compare with first.
        prior_version: the name of the weights that come with Kith.

    Raises:
        InvalidInput: see `cleaned`; or no refit has kept weights of an arm's version.
        Conflict: another one runs.
    """
    name, arms = cleaned(name, arms)
    rows = await tx.fetch(queries.weights_of, versions=[arm.version for arm in arms])
    known = {prior_version, *(row.version for row in rows)}
    problems = [
        InvalidField(
            f"arms.{n}.version",
            f"arms.{n}.version is no version that was kept.",
            InvalidFieldCode.UNKNOWN,
        )
        for n, arm in enumerate(arms)
        if arm.version not in known
    ]
    if problems:
        raise InvalidInput(problems)
    kept = [{"name": arm.name, "version": arm.version} for arm in arms]
    row = await tx.one(queries.start, name=name, arms=kept)
    if row is None:
        raise Conflict("EXPERIMENT_RUNNING", "Another experiment runs: stop it first.")
    tx.record(ExperimentStarted(experiment_id=row.experiment_id))
    return row


async def stop_experiment(tx: Transaction, *, experiment_id: UUID) -> Row:
    """Stop an experiment; what came of it stays as it is from now on.

    Stopping again changes nothing.

    Raises:
        NotFound: there is no such experiment.
    """
    before = await tx.one(queries.by_ids, ids=[experiment_id])
    row = await tx.one(queries.stop, experiment_id=experiment_id)
    if before is None or row is None:
        raise NotFound("Experiment")
    if before.stopped_at is None:
        tx.record(ExperimentStopped(experiment_id=experiment_id))
    return row

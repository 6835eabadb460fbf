"""`kith explain`: the plan and the price of an operation, without running it; needs no store."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from commands.failures import CommandFailed
from execution.documents import DocumentRefused
from execution.explaining import Explanation, Step, explain
from execution.limits import Limits
from schema import root
from settings import get_settings
from web.observing import Costs, costs_of, limits_of

_STYLES = {"batch": "cyan", "function": "yellow", "graphql-core": "red"}

# Lines are as long as what they tell, and the terminal breaks them.
console = Console(highlight=False, width=400)


def show(path: Path, *, variables: str | None, operation: str | None) -> None:
    """Show how an operation runs.

    Args:
        path: the file with its document.
        variables: their values as a JSON object.
        operation: its name, where the document has several.

    Raises:
        CommandFailed: the variables are no JSON object, or the server would refuse the document.
        OSError: the file cannot be read.
    """
    settings = get_settings()
    limits = limits_of(settings)
    try:
        explanation = explain(
            path.read_text(encoding="utf-8"),
            root.build(),
            limits,
            variables=_read_variables(variables),
            operation_name=operation,
        )
    except DocumentRefused as refused:
        messages = " ".join(error.message for error in refused.errors)
        raise CommandFailed(f"{path}: {messages}") from None
    _print(explanation, limits, costs_of(settings))


def _read_variables(text: str | None) -> dict[str, Any]:
    try:
        variables = json.loads(text or "{}")
    except ValueError as error:
        raise CommandFailed(f"--variables is no JSON: {error}.") from None
    if not isinstance(variables, dict):
        raise CommandFailed("--variables must be a JSON object.")
    return variables


def _print(explanation: Explanation, limits: Limits, costs: Costs) -> None:
    tree = Tree(Text(explanation.title, "bold"))
    for step in explanation.steps:
        _grow(tree, step)
    console.print(tree)
    of_whom = {
        "who is not signed in": costs.signed_out,
        "members": costs.members,
        "staff": costs.staff,
    }
    told = ", ".join(f"{most} for {who}" for who, most in of_whom.items())
    refused = [who for who, most in of_whom.items() if explanation.cost > most]
    more = f" It is refused to {', '.join(refused)}." if refused else ""
    console.print(f"\nCost {explanation.cost} of {told}.{more}")
    console.print(f"Depth {explanation.depth} of {limits.depth}.")
    for name, fields in sorted(explanation.batches().items()):
        console.print(f"Batch function {name}, for {fields} field{'s' * (fields > 1)}.")
    if explanation.unknown:
        console.print(f"graphql-core runs it, because of {', '.join(explanation.unknown)}.")


def _grow(tree: Tree, step: Step) -> None:
    line = Text(step.text)
    if step.way:
        line.append(f"  {step.way} {step.source}".rstrip(), _STYLES.get(step.way, "dim"))
    if step.cost:
        line.append(f"  cost {step.cost}", "bold")
    branch = tree.add(line)
    for each in step.below:
        _grow(branch, each)

"""The terminal that commands write to."""

from rich.console import Console

console = Console(highlight=False)

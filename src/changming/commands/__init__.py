"""The command line's parts: one module a command, imported only when its command runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command of ``changming``.

    ``may`` says who may use it: ``anyone`` needs neither server nor database; ``operator`` is whoever holds the data
    folder's keys on this machine, which the operating system's file modes decide.
    """

    name: str
    may: str

    @property
    def module(self) -> str:
        """The module that has ``configure(parser)`` and ``run(arguments) -> int``."""
        return f"changming.commands.{self.name}"


COMMANDS = (
    Command("serve", "operator"),
    Command("worker", "operator"),
    Command("demo", "operator"),
    Command("ask", "anyone"),
    Command("guide", "anyone"),
    Command("mask", "anyone"),
    Command("packs", "anyone"),
    Command("ledger", "operator"),
    Command("staff", "operator"),
    Command("vault", "operator"),
)

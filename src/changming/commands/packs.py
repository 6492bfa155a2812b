"""``changming packs …``: the policy packs. Each act stands in the module of its kind."""

import argparse

from changming.commands import packs_check, packs_desk, packs_show
from changming.commands.usage import add_act

_ACTS = (*packs_check.ACTS, *packs_show.ACTS, *packs_desk.ACTS)


def configure(parser: argparse.ArgumentParser) -> None:
    """The acts of ``packs`` with their options."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(act.name for act in _ACTS))
    for act in _ACTS:
        act.configure(add_act(acts, "packs", act.name))


def run(arguments: argparse.Namespace) -> int:
    """Do the act that was named; what it may raise stands with it."""
    return next(act for act in _ACTS if act.name == arguments.act).run(arguments)

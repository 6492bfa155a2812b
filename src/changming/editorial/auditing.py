"""The rows of editions against the ledger: whoever rewrote an entry, with whatever rights, is found out."""

import re
from typing import Final

from changming.editorial import store
from changming.guidance.knowledge import digest_of
from changming.infra.postgres import Tx
from changming.trust.ledger import Fault, Leaf, Problem

_EDITION: Final = re.compile(r"edition/(\d+)/([0-9a-f]{64})")


class SignedEditions:
    """The editions that the ledger's entries name, by number, those that wait for their signature too."""

    def __init__(self) -> None:
        self.digests: dict[int, str] = {}

    def look(self, leaf: Leaf) -> None:
        """Take in one entry."""
        for name in (leaf.object, *leaf.approvals):
            if found := _EDITION.fullmatch(name):
                self.digests[int(found[1])] = found[2]


async def find_altered(tx: Tx, signed: SignedEditions, *, named_to: int) -> list[Fault]:
    """What the rows say otherwise than the ledger: an edition, what is in it, the head, a version's words.

    Args:
        tx: a reading connection.
        signed: what the ledger says.
        named_to: up to this number the ledger must name every edition; those after it may have come meanwhile.
    """
    editions = await store.find_all_packs(tx)
    found = [Fault(f"edition {number}", Problem.MISSING) for number in signed.digests if number not in editions]
    for number, (digest, packs) in editions.items():
        if digest_of(packs) != digest or signed.digests.get(number, digest) != digest:
            found.append(Fault(f"edition {number}", Problem.CHANGED))
        elif number <= named_to and number not in signed.digests:
            found.append(Fault(f"edition {number}", Problem.UNEXPECTED))
    head, newest = await store.find_head(tx), max(editions, default=0)
    if head is not None and (head.number, head.digest) != (newest, editions.get(newest, ("", {}))[0]):
        found.append(Fault("edition_head", Problem.CHANGED))
    altered = await store.find_altered_versions(tx)
    return [*found, *(Fault(f"pack_version {place}", Problem.CHANGED) for place in altered)]

"""The edition that this process answers from: it follows the head, one entry at a time, and never goes down with it."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from changming.editorial import store
from changming.editorial.model import Head
from changming.guidance.answers import index_of
from changming.guidance.knowledge import Edition, Pack, digest_of, edition_of, read_stored
from changming.infra.postgres import Tx

_log: Final = structlog.get_logger("changming.editorial")


class Editions:
    """Gives the edition in force, and follows the head of the database when it is asked to.

    Whatever cannot be used is left out or kept as it was, told in the log and in ``fault``: an entry whose row is
    broken stays at the last good version of this process, or is not answered; an edition whose list of entries is
    broken is not taken over at all. An entry that was retracted is gone in both cases but the last.

    Args:
        first: what is served before the first head was read; its packs are not compiled again.
    """

    def __init__(self, first: Edition) -> None:
        self._edition = first
        self._packs: dict[str, Pack] = {pack.digest: pack for pack in first.packs.values()}
        self._head: Head | None = None
        self._turn = asyncio.Lock()
        self.fault = ""

    def __call__(self) -> Edition:
        """The edition of the head that was read last."""
        return self._edition

    @property
    def number(self) -> int:
        """The number of the head that was read last; 0 before the first."""
        return 0 if self._head is None else self._head.number

    async def renew(self, tx: Tx) -> None:
        """Read the head (one row) and take over its edition before the caller answers from it."""
        if await store.find_head(tx) == self._head:
            return
        async with self._turn:
            # Read again: whoever had the turn before may have brought a newer one than ours.
            head = await store.find_head(tx)
            if head is not None and head != self._head:
                await self._take_over(tx, head)

    async def _take_over(self, tx: Tx, head: Head) -> None:
        found = await store.find_packs(tx, head.number)
        self.fault = ""
        packs: Mapping[str, str] | None = found
        if digest_of(found) != head.digest:
            self._complain("edition_broken", number=head.number)
            packs = await self._last_whole(tx, head.number) if self._head is None else None
        if packs is not None:
            documents = await store.find_documents(tx, [d for d in packs.values() if d not in self._packs])
            compiled, broken = await asyncio.to_thread(self._compile, packs, documents)
            self._edition = compiled
            self._packs = {pack.digest: pack for pack in compiled.packs.values()}
            for service in broken:
                self._complain("entry_broken", number=head.number, service=service)
        if self._head is not None:
            _log.info("edition_in_force", number=head.number, digest=self._edition.digest[:12])
        self._head = head

    @staticmethod
    async def _last_whole(tx: Tx, number: int) -> Mapping[str, str] | None:
        """The entries of the newest earlier edition whose list is whole; None when there is none."""
        for earlier in range(number - 1, 0, -1):
            row = await store.find_edition(tx, earlier)
            packs = await store.find_packs(tx, earlier)
            if row is not None and digest_of(packs) == row.digest:
                return packs
        return None

    def _compile(
        self, packs: Mapping[str, str], documents: Mapping[str, tuple[str, str]]
    ) -> tuple[Edition, tuple[str, ...]]:
        """The edition of these versions with its index, and the services whose rows are broken. In a thread."""
        usable: list[Pack] = []
        broken: list[str] = []
        for service, digest in packs.items():
            pack = self._packs.get(digest) or _compiled(service, digest, documents.get(digest))
            if pack is None:
                broken.append(service)
                pack = self._edition.packs.get(service) if self._head is not None else None
            if pack is not None:
                usable.append(pack)
        edition = edition_of(usable)
        index_of(edition)
        return edition, tuple(broken)

    def _complain(self, code: str, **fields: object) -> None:
        self.fault = code
        _log.error(code, **fields)


def _compiled(service: str, digest: str, found: tuple[str, str] | None) -> Pack | None:
    """The pack of a row; None when the row is missing, altered, or no pack that this release can read."""
    if found is None or found[0] != service:
        return None
    try:
        pack = read_stored(service, found[1]).pack
    except (ValueError, TypeError, RecursionError, KeyError):
        return None
    return pack if pack is not None and pack.service == service and pack.digest == digest else None

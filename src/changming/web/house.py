"""What the faces stand on; ``app.py`` builds one and hands it to ``web.build``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from changming.editorial import Consultations, Editions
from changming.infra.completions import Completions
from changming.infra.live import Hub
from changming.infra.postgres import Database
from changming.infra.settings import Settings
from changming.trust.vault import Keyring


@dataclass(frozen=True, slots=True)
class House:
    """The parts that a page may use.

    Attributes:
        database: the one durable place.
        keyring: keys that live outside the database.
        edition: gives the published edition in force; asked anew by every request, after the gate has read the head.
        settings: what the operator chose.
        live: wakes the streams of this process.
        clock: the present instant, aware UTC; the only clock a page may read.
        voice: a language model that may rephrase answers; None where the operator chose none.
        consultations: counts what was consulted, for replay.
    """

    database: Database
    keyring: Keyring
    edition: Editions
    settings: Settings
    live: Hub
    clock: Callable[[], datetime]
    voice: Completions | None = None
    consultations: Consultations = field(default_factory=Consultations)

    @property
    def secure(self) -> bool:
        """Whether people reach the desk over TLS, its own or a proxy's."""
        return self.settings.tls_cert is not None or self.settings.behind_proxy

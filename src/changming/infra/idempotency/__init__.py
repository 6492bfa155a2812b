"""The same request twice is done once; the second time gets the first one's result."""

from changming.infra.idempotency.store import KEEP, Replay, finish, forget, forget_subject, once

__all__ = ["KEEP", "Replay", "finish", "forget", "forget_subject", "once"]

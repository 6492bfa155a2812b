"""Live updates: changed topics are told to every process within milliseconds, without NOTIFY in the act's commit."""

from changming.infra.live.dispatcher import Dispatcher
from changming.infra.live.hub import Hub, Subscription
from changming.infra.live.store import publish, publish_all

__all__ = ["Dispatcher", "Hub", "Subscription", "publish", "publish_all"]

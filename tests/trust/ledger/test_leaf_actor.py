"""A reader of the public log cannot link what one browser did for different subjects."""

import json
from datetime import datetime
from uuid import UUID

import pytest

from changming.kernel.actors import DESK, Actor, ActorKind
from changming.kernel.ids import EventId, Pseudonym, random_id
from changming.trust.ledger import Action, Event
from changming.trust.ledger.leaf import encode_leaf

BROWSER = Actor(ActorKind.VISITOR, random_id())
FIRST, SECOND = Pseudonym(random_id()), Pseudonym(random_id())


def actor_in_log(actor: Actor, subject: Pseudonym | None, now: datetime) -> str:
    event = Event(Action.MESSAGE_RECEIVE, actor, subject, f"message/{random_id()}")
    found: str = json.loads(encode_leaf(event, EventId(random_id()), now=now))["actor"]
    return found


def test_a_browser_has_another_name_for_every_subject(now: datetime) -> None:
    names = {actor_in_log(BROWSER, subject, now) for subject in (FIRST, SECOND, None)}
    assert len(names) == 3
    assert not any(str(BROWSER.id) in name for name in names)


def test_for_one_subject_it_keeps_its_name(now: datetime) -> None:
    name = actor_in_log(BROWSER, FIRST, now)
    assert name == actor_in_log(BROWSER, FIRST, now)
    kind, _, one = name.partition("/")
    assert kind == "visitor"
    assert str(UUID(one)) == one


@pytest.mark.parametrize("actor", [DESK, Actor(ActorKind.STAFF, random_id())])
def test_staff_and_the_desk_are_named_as_they_are(actor: Actor, now: datetime) -> None:
    assert actor_in_log(actor, FIRST, now) == str(actor)

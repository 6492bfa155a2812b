"""The closed vocabulary of the ledger: ``source:subject:action``.

The source is who acts (citizen, staff, desk, operator), the subject is the kind of thing acted on, the action is a
verb. Every feature appends its own lines. A line is never renamed nor removed: old leaves keep it for ever.
"""

from enum import StrEnum


class Action(StrEnum):
    """What can be recorded. Who did it stands in the event's actor; whom it concerns in its subject."""

    # conversations
    CONVERSATION_OPEN = "citizen:conversation:open"
    MESSAGE_RECEIVE = "citizen:message:receive"
    MESSAGE_SEND = "staff:message:send"
    ANSWER_GIVE = "desk:answer:give"

    # visits
    VISIT_BEGIN = "citizen:visit:begin"
    VISIT_SHARE = "citizen:visit:share"
    VISIT_UNSHARE = "citizen:visit:unshare"
    VISIT_HAND_OVER = "citizen:visit:hand-over"

    # cases
    CASE_OPEN = "citizen:case:open"
    CASE_OPEN_BY_STAFF = "staff:case:open"
    CASE_TAKE = "staff:case:take"
    CASE_REPLY = "staff:case:reply"
    CASE_RESOLVE = "staff:case:resolve"
    CASE_REOPEN = "citizen:case:reopen"
    CASE_HANDOVER = "staff:case:handover"
    CASE_RELEVEL = "staff:case:relevel"
    CASE_TAKE_OVER = "staff:case:take-over"
    CASE_ASK = "staff:case:ask"
    CASE_AGREE = "staff:case:agree"
    CASE_REOPEN_BY_STAFF = "staff:case:reopen"
    CASE_ACKNOWLEDGE = "staff:case:acknowledge"
    CASE_WAIT_OVER = "desk:case:wait-over"
    CASE_END = "desk:case:end"

    # clocks
    CLOCK_BREACH = "desk:clock:breach"
    CLOCK_RETIME = "desk:clock:retime"

    # quality
    RATING_GIVE = "citizen:rating:give"

    # editorial
    EDITION_ADOPT = "desk:edition:adopt"
    EDITION_PUBLISH = "staff:edition:publish"
    ENTRY_RETRACT = "staff:entry:retract"
    ENTRY_RETRACT_BY_OPERATOR = "operator:entry:retract"
    RETRACTION_CONFIRM = "staff:retraction:confirm"
    ENTRY_RESTORE = "staff:entry:restore"
    RELEASE_DISMISS = "staff:release:dismiss"
    DRAFT_BEGIN = "staff:draft:begin"
    DRAFT_SAVE = "staff:draft:save"
    DRAFT_SUBMIT = "staff:draft:submit"
    DRAFT_RETURN = "staff:draft:return"
    DRAFT_WITHDRAW = "staff:draft:withdraw"

    # identity
    SECRET_LINK_MAKE = "citizen:secret-link:make"  # noqa: S105 - the name of an act, not a secret
    SECRET_LINK_EXCHANGE = "citizen:secret-link:exchange"  # noqa: S105 - the name of an act, not a secret
    STAFF_ADD = "operator:staff:add"
    STAFF_DISABLE = "operator:staff:disable"
    STAFF_LINK_MAKE = "operator:staff-link:make"
    STAFF_SIGN_IN = "staff:session:start"
    STAFF_SIGN_OUT = "staff:session:end"

    # vault and people
    PERSONAL_DATA_VIEW = "staff:personal-data:view"
    OWN_DATA_VIEW = "citizen:personal-data:view"
    DESK_DATA_VIEW = "desk:personal-data:view"
    OPERATOR_DATA_VIEW = "operator:personal-data:view"
    SUBJECT_LINK = "desk:subject:link"
    SUBJECT_ERASE = "desk:subject:erase"
    CONTACT_ADD = "citizen:contact:add"
    CONTACT_REMOVE = "citizen:contact:remove"
    CONTACT_FIND = "staff:contact:find"
    KEY_ROTATE = "operator:key:rotate"
    KEY_DESTROY = "operator:key:destroy"

    # ledger
    LEDGER_EXPORT = "operator:ledger:export"

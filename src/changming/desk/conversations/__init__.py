"""Threads of sealed messages between a person and the desk."""

from changming.desk.conversations.model import (
    ALL_FIELDS,
    MASKED_FIELDS,
    Author,
    Channel,
    Content,
    Conversation,
    Message,
    SealedMessage,
)
from changming.desk.conversations.rules import LONGEST, decide_body, mask_thread
from changming.desk.conversations.service import (
    add_reply,
    begin,
    get_conversation,
    open_conversation,
    open_with_message,
    receive_message,
)
from changming.desk.conversations.store import find_conversation, find_messages, find_of_subject

__all__ = [
    "ALL_FIELDS",
    "LONGEST",
    "MASKED_FIELDS",
    "Author",
    "Channel",
    "Content",
    "Conversation",
    "Message",
    "SealedMessage",
    "add_reply",
    "begin",
    "decide_body",
    "find_conversation",
    "find_messages",
    "find_of_subject",
    "get_conversation",
    "mask_thread",
    "open_conversation",
    "open_with_message",
    "receive_message",
]

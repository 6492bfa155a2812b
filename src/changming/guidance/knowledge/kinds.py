"""The closed lists of the pack format."""

from enum import StrEnum


class Transition(StrEnum):
    """Which date of a case picks the rules."""

    ACCEPTED_AT = "accepted_at"
    ISSUED_AT = "issued_at"
    TRAVEL_AT = "travel_at"


class InputKind(StrEnum):
    """The types of inputs."""

    INT = "int"
    BOOL = "bool"
    ENUM = "enum"
    REGION = "region"
    DATE = "date"


class Slot(StrEnum):
    """What the desk may already know from a person's words, so that it need not ask."""

    CITY = "city"
    NEED_BY = "need_by"
    URGENT_REASON = "urgent_reason"
    APPLICANT = "applicant"
    MATERIALS = "materials"
    ROUTE = "route"
    STATE = "state"


class ValueKind(StrEnum):
    """The types of dated values."""

    INT = "int"
    TEXT = "text"
    REGIONS = "regions"


class Unit(StrEnum):
    """Units of figures; each has its words in the catalogue (``unit.<name>.one|many``)."""

    YUAN = "yuan"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    MINUTE = "minute"
    PIECE = "piece"
    MM = "mm"
    KB = "kb"


class Bound(StrEnum):
    """Whether a figure is a limit (by law or promise) or only what usually happens."""

    MAX = "max"
    TYPICAL = "typical"


class StepKind(StrEnum):
    """The kinds of steps a route is made of."""

    VISIT = "visit"
    LIMIT = "limit"
    ONLINE = "online"
    POST = "post"
    WAIT = "wait"


class Form(StrEnum):
    """In which form a material is handed in."""

    DIGITAL = "digital"
    ORIGINAL = "original"
    COPY = "copy"


class EntryKind(StrEnum):
    """The kinds of official places."""

    SITE = "site"
    APP = "app"
    HOTLINE = "hotline"
    COUNTER = "counter"


class CheckSpec(StrEnum):
    """Photo and scan checks a material can be put through."""

    RESIDENT_ID_PHOTO = "resident-id-photo"
    EXIT_ENTRY_PHOTO = "exit-entry-photo"
    EXIT_ENTRY_PHOTO_PAPER = "exit-entry-photo-paper"
    DRIVER_LICENCE_PHOTO = "driver-licence-photo"
    SOCIAL_SECURITY_PHOTO = "social-security-photo"
    DOCUMENT_SCAN = "document-scan"


class Standing(StrEnum):
    """Where a route, a statement or a material stands for one case: it fits, it may still fit, it does not."""

    FITS = "fits"
    OPEN = "open"
    OUT = "out"

"""The sections in the order in which they are printed.

A further section (plans, photos, codes, addresses, messages) is a module here with a ``judge`` function, its sets under
``sets/<part>/<name>.jsonl`` and a line below; its floors stand in ``eval/floors.py``.
"""

from typing import Final

from eval.model import Section
from eval.sections.answers import judge_foreign, judge_in_scope, judge_near_miss
from eval.sections.forgery import judge_forgery
from eval.sections.personal import judge_personal_data
from eval.sections.slots import judge_dates, judge_external_dates, judge_places, judge_triage
from eval.sections.turns import judge_multi_turn
from eval.sections.withdrawn import judge_withdrawn

SECTIONS: Final = (
    Section("in scope", ("in_scope",), judge_in_scope),
    Section("near misses", ("near_miss",), judge_near_miss),
    Section("entry withdrawn", ("in_scope",), judge_withdrawn),
    Section("foreign", ("foreign",), judge_foreign),
    Section("forgery", ("forgery", "lookalike", "in_scope"), judge_forgery),
    Section("triage", ("triage",), judge_triage),
    Section("dates", ("dates",), judge_dates),
    Section("places", ("places",), judge_places),
    Section("personal data", ("personal_data",), judge_personal_data),
    Section("conversations", ("multi_turn",), judge_multi_turn),
    Section("dates of other hands", ("zh_dates",), judge_external_dates),
)

"""Names in English sentences: my name is …, I'm …, Name: …, the applicant is …; and names in pinyin."""

import re
from collections.abc import Iterator
from typing import Final

from changming.kernel.catalogue import MaskKind
from changming.kernel.masking.model import Candidate

# Read in the person's own writing: capitals tell a name from a word.
_WORD: Final = r"[A-Z][a-z'’\-]{1,20}(?:[A-Z][a-z]{1,15})?"
_CAPITALISED = re.compile(
    rf"(?:\b(?i:i am|i'm|i’m|im|this is|it is|it's)(?P<weak> )"
    rf"|\b(?i:my name is|my name's|my name’s|i am called|called|named|(?:full )?name(?: is)?\s?[:：]|name is|"
    rf"signed[:,]?|"
    rf"(?:my |the )?(?:applicant|contact(?: person)?|recipient|holder|husband|wife|son|daughter|mother|father|mum|"
    rf"mom|dad|friend|"
    rf"brother|sister|agent|guardian|child|baby|boss)(?: is|'s name is|:|,)?(?: called| named)?)\s?(?:(?i:mr|mrs|ms|"
    rf"miss|dr)\.? )?"
    rf"|\b(?i:dear|regards|sincerely|yours|thanks|signed|from|to)[,:]? (?P<also>)(?={_WORD} {_WORD}(?:[,.\n]|$))"
    rf"|\b(?:Mr|Mrs|Ms|Miss|Dr)\.? (?={_WORD} {_WORD}))"
    rf"(?P<name>{_WORD}(?:[ ·]{_WORD}|[ ][A-Z]\.){{0,3}})"
)
_NOT_NAMES = re.compile(
    r"\b(?:Chinese|American|British|Canadian|Australian|French|German|Japanese|Korean|Russian|Indian|Hong|Kong|"
    r"Macao|Macau|Taiwan|"
    r"China|Beijing|Shanghai|Guangzhou|Shenzhen|Permanent|Resident|Passport|The|Not|From|Here|Very|Looking|Urgent|"
    r"Entry|Exit|Police|"
    r"And|But|My|Is|Our|Your|Was|Has|Lost|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|"
    r"March|April|May|"
    r"June|July|August|September|October|November|December|Changming|What|How|Please|Christmas|Visa|Card|Applying|"
    r"Also|Still|So)\b"
)
# Read in capitals, as the folded text has them: only after words that leave no doubt.
_SURE = re.compile(
    r"(?:MY NAME IS|MY NAME'S|I AM CALLED|FULL NAME:|^NAME:|[,;\n] ?NAME:) ?"
    r"(?P<name>[A-Z][A-Z'\-]{1,20}(?: [A-Z][A-Z'\-]{1,20}){0,3})"
)
_STOP = re.compile(
    r" (?:AND|I|MY|FROM|WITH|IN|BUT|PLEASE|HOW|WANT|LOST|ID|PHONE|PASSPORT|BORN|LIVING|TEL|EMAIL|NUMBER|MOBILE|CAN|"
    r"AT|IS|THE|TO)\b.*"
)
_WORDS: Final = (
    "SPELLED",
    "MISSPELLED",
    "WRONG",
    "NOT",
    "DIFFERENT",
    "INCORRECT",
    "MISSPELT",
    "ON",
    "THE",
    "SPELT",
    "TOO",
    "IN",
)


def find_english_names(text: str) -> Iterator[Candidate]:
    """Names after words that leave no doubt, whatever their letters; ``text`` is folded."""
    for hit in _SURE.finditer(text):
        name = _STOP.sub("", hit["name"])
        if name.partition(" ")[0] not in _WORDS:
            yield Candidate(MaskKind.NAME, hit.start("name"), hit.start("name") + len(name))


def find_capitalised_names(written: str) -> Iterator[Candidate]:
    """Names that their capitals show; ``written`` is the text as it was given. After *I am* two words are needed."""
    for hit in _CAPITALISED.finditer(written):
        name = hit["name"]
        stop = _NOT_NAMES.search(name)
        if stop:
            name = name[: stop.start()].rstrip()
        if name and (" " in name or hit["weak"] is None):
            yield Candidate(MaskKind.NAME, hit.start("name"), hit.start("name") + len(name))

"""May a signed assessment be printed? A number beside a word for a person could point someone out.

Judged by rule, so too much is refused rather than too little. A name cannot be found by rule: the
writer's own «Ingen enkeltperson er omtalt: ja» is asked for before this. Identifiers are looked for
when the sheet is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

MAX_LENGTH: Final = 600
REACH: Final = 3  # words to each side

_NUMBER_WORDS: Final = frozenset(
    "null én ett to tre fire fem seks sju syv åtte ni ti elleve tolv tretten fjorten femten "  # noqa: SIM905
    "seksten sytten atten nitten tjue tyve tretti tredve førti femti seksti sytti åtti nitti "
    "hundre tusen begge ene eneste par dusin halvparten tredjedel tredjedelen fjerdedel "
    "fjerdedelen tvilling tvillinger tvillingene unntatt øvrige".split()
)
_TENS: Final = r"(?:tjue|tretti|førti|femti|seksti|sytti|åtti|nitti)"
_COMPOUND: Final = re.compile(rf"{_TENS}(?:en|én|ett|to|tre|fire|fem|seks|sju|syv|åtte|ni)")
# «en» is an article, but after these it counts.
_ARTICLES: Final = frozenset({"en", "ei", "et"})
_ONLY: Final = frozenset({"bare", "kun", "minst", "nøyaktig", "akkurat", "høyst", "under", "over"})
_PERSONS: Final = re.compile(
    r"(?:.*(?:ungdom(?:men|mer|mene)?|barn(?:et|a|ene)?|gutt(?:en|er|ene)?|jent(?:e|a|en|er|ene)"
    r"|person(?:en|er|ene)?|elev(?:en|er|ene)?|åring(?:en|er|ene)?|plassert(?:e)?"
    r"|plassering(?:en|er|ene)?|siktet|siktede|siktelse(?:n|r|ne)?|mistenkt(?:e)?"
    r"|foresatt(?:e)?|fornærmed(?:e)?|mindreårig(?:e)?|kamerat(?:en|er|ene)?"
    r"|familie(?:n|r|ne)?|klient(?:en|er|ene)?|deltaker(?:en|e|ne)?|beboer(?:en|e|ne)?"
    r"|flyktning(?:en|er|ene)?|innbygger(?:en|e|ne)?)"
    r"|(?!årsak)(?:[a-zæøå]*)sak(?:en|er|ene)?|unge|ung|bror(?:en)?|brødre(?:ne)?|søster(?:en)?"
    r"|søstre(?:ne)?|søsken(?:et|ene)?|mor(?:en)?|mødre(?:ne)?|far(?:en)?|fedre(?:ne)?"
    r"|foreldre(?:ne)?|mann(?:en)?|menn(?:ene)?|kvinne(?:n|r|ne)?|venn(?:en|er|ene)?"
    r"|datter(?:en)?|døtre(?:ne)?|sønn(?:en|er|ene)?)s?"
)
_WORD: Final = re.compile(r"[^\W_]+(?:[.,\u00a0][^\W_]*\d[^\W_]*)*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def problems(text: str, *, page_numbers: Collection[str] = ()) -> list[str]:
    """Why an assessment cannot be printed; an empty list when it can.

    Args:
        text: As it was delivered.
        page_numbers: The numbers the page prints already, as a reader sees them: `27`, `1␣234`.

    Returns:
        One Norwegian sentence for each fault, with its place in words from the start and never the
        word or the number itself.
    """
    found: list[str] = []
    if len(text) > MAX_LENGTH:
        found.append(f"Teksten er på {len(text)} tegn. Den kan ha høyst {MAX_LENGTH}.")
    words = _words(text)
    persons = [place for place, word in enumerate(words) if _PERSONS.fullmatch(word)]
    printed = {_bare(number) for number in page_numbers}
    for place, word in enumerate(words):
        if not _is_number(words, place):
            continue
        near = any(abs(place - other) <= REACH for other in persons)
        if near or _is_person_with_digits(word):
            found.append(
                f"Ord nummer {place + 1} er et tall eller teller noe, og står nær et ord om "
                "personer. Skriv om setningen uten tall."
            )
        elif _has_digit(word) and _bare(word) not in printed:
            found.append(
                f"Ord nummer {place + 1} er et tall som ikke står i rapporten. Skriv om setningen "
                "uten tall."
            )
    return found


def _words(text: str) -> list[str]:
    """The words in small letters; what cannot be seen is dropped, and odd digits become plain."""
    plain = unicodedata.normalize("NFKC", re.sub("[\u00a0\u202f]", "\u2007", text))
    plain = "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")
    plain = re.sub(r"(?<=\d)[ \u2007](?=\d{3}(?!\d))", "", plain)
    return [match[0] for match in _WORD.finditer(unicodedata.normalize("NFC", plain).casefold())]


def _is_number(words: list[str], place: int) -> bool:
    word = words[place]
    if _YEAR.fullmatch(word):
        return False
    if _has_digit(word) or word in _NUMBER_WORDS or _COMPOUND.fullmatch(word):
        return True
    return word in _ARTICLES and place > 0 and words[place - 1] in _ONLY


def _is_person_with_digits(word: str) -> bool:
    return _has_digit(word) and bool(_PERSONS.fullmatch(re.sub(r"[\d.,]", "", word) or "-"))


def _has_digit(word: str) -> bool:
    return any(mark.isnumeric() for mark in word)


def _bare(number: str) -> str:
    """Without spaces and signs: `1␣234` and `1 234` are one number."""
    return re.sub(r"[\s\u2212%+-]", "", unicodedata.normalize("NFKC", number)).rstrip(".,")

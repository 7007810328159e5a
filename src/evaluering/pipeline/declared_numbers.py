"""Numbers that stand on the page and come from no finding: each phrase, with its reason.

A number passes only inside its phrase: «18» in «under 18 år», and nowhere else. A phrase of digits
alone passes only as a whole cell. A test reads the code of `display` and finds each number that
stands in a text there and not here.
"""

from __future__ import annotations

from typing import Final

_AGE: Final = "an age group of the law or of the plan"
_CLASS: Final = "a class of offences per person, from the plan's own wording"
_LEVEL: Final = "the level of every interval"
_PLAN: Final = "a chapter of the plan"
_METHOD: Final = "a fixed choice of method, explained in docs/metode.md"
_SPEECH: Final = "a turn of speech that counts nothing"
_LADDER: Final = "our own estimate of working days, marked so"
_EXAMPLE: Final = "a worked example in the word list or in the chapter on method"

DECLARED: Final[dict[str, str]] = {
    "under 18 år": _AGE,
    "under 18": _AGE,
    "under 15 år": _AGE,
    "under 15": _AGE,
    "på 15–17 år": _AGE,
    "15–17 år": _AGE,
    "på 15 år eller mer": _AGE,
    "med 1–2 forhold": _CLASS,
    "med 3 forhold": _CLASS,
    "3 eller flere forhold": _CLASS,
    "4 eller flere forhold": _CLASS,
    "fire eller flere forhold": _CLASS,
    "fortsatt fire eller flere": _CLASS,
    "ett til tre": _CLASS,
    "fyller 18 år": _AGE,
    "fylt 18 år": _AGE,
    "i alderen 10–17 år": _AGE,
    "tre eller flere registrerte forhold på ett år": _CLASS,
    "95 % usikkerhetsintervall": _LEVEL,
    "90 % usikkerhetsintervall": _LEVEL,
    "planen, kapittel 3.4": _PLAN,
    "planen, kapittel 5": _PLAN,
    "planen tar selv to forbehold": _PLAN,
    "hver indikator har ett hovedtall": _METHOD,
    "minst 19 kommuner": _METHOD,
    "gjennomsnitt av to år": _METHOD,
    "summer av tre år": _METHOD,
    "summen av tre år": _METHOD,
    "tre år samlet": _METHOD,
    "for tre år, fordi de er så få": _METHOD,
    "tallene for ett år er små": _METHOD,
    "begge tallene er 60 eller mer": _METHOD,
    "på fem nivåer": _METHOD,
    "ligger på én side av null": _METHOD,
    "de neste tolv månedene": _METHOD,
    "går ikke jevnt én vei": _SPEECH,
    "fordi ett av tallene": _SPEECH,
    "under ett": _SPEECH,
    "i alle aldre, to perioder": _METHOD,
    "designeffekten er 1 når": _METHOD,
    "designeffekt 1 betyr": _METHOD,
    "vi bruker 11 når vi er forsiktige": _METHOD,
    "den var nesten 8 i de strengeste prøvene, med én skole mye større": _METHOD,
    "samlet først ved 10 saker": _METHOD,
    "færre enn 20 målepunkter": _METHOD,
    "de siste 12 månedene": "the wording of the survey's question",
    "færre enn sju av ti elever svarte": "a border in the survey's own advice on response",
    "kan gi opptil 3 mer enn summen": "Statistics Norway's rounding to the nearest three",
    "viser ikke tall på 4 eller færre": "Statistics Norway's own rule of what it leaves out",
    "per 1\u00a0000 innbyggere": "the unit of a rate",
    "over 0: flere": "the zero line of the figure of changes",
    "kan svare på, fra 0 til": "the first step of the ladder",
    "regelsett v1": "the version of the disclosure rules",
    "1–2": _LADDER,
    "2½–3½": _LADDER,
    "5–7": _LADDER,
    "9–13": _LADDER,
    "8 prosent kan være alt fra 7,5 til 8,5": _EXAMPLE,
    "forskjellen mellom to prosenter": _EXAMPLE,
    "fra 8 til 11 prosent er 3 prosentpoeng": _EXAMPLE,
    "for eksempel den i 2022": _EXAMPLE,
    "det betyr ikke null": _SPEECH,
    "det betyr ikke at det er null": _SPEECH,
    "én gang": _SPEECH,
    "én person": _SPEECH,
    "én ung": _SPEECH,
    "én samtale": _SPEECH,
    "én gjennomføring": _SPEECH,
    "én side til unge": _SPEECH,
    "én tallserie": "the overview's «one», written out because the noun bends",
    "én ungdata-undersøkelse": "the overview's «one», written out because the noun bends",
    "én kommune": "the refusal's «one», written out because the noun bends",
    "én skole": "the refusal's «one», written out because the noun bends",
    "gir bare ett år": "the plan's own figure is of one year",
}

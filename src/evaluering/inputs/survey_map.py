"""The map from a survey file's variables to the plan's questions: a YAML file a person writes.

Variable names and answer codes differ between waves, so each question says per wave which variable
it is, which codes mean yes, which no, and which that the pupil did not answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluering.errors import EvalueringError
from evaluering.inputs.published import COMPARABLE
from evaluering.plan import Plan
from evaluering.schema_check import check_schema
from evaluering.text_file import gathered
from evaluering.yaml_file import read_yaml

_VARIABLE = {
    "type": "string",
    "minLength": 1,
    "maxLength": 80,
    "description": "Skriv navnet på kolonnen i filen.",
}
_CODES = {
    "type": "array",
    "items": {"type": ["string", "integer"]},
    "uniqueItems": True,
    "description": "Skriv kodene i en liste, for eksempel [1, 2].",
}
_CODED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["variabel", "koder"],
    "properties": {
        "variabel": _VARIABLE,
        "koder": {"type": "object", "minProperties": 1, "additionalProperties": _CODES},
        "mangler": _CODES,
    },
}
_ANSWER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["variabel", "ja", "nei"],
    "properties": {
        "variabel": _VARIABLE,
        "ja": {**_CODES, "minItems": 1},
        "nei": {**_CODES, "minItems": 1},
        "mangler": _CODES,
        "rekkefoelge": {**_CODES, "minItems": 2},
        "sammenlignbar": {"enum": list(COMPARABLE)},
    },
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["skjema", "aar", "skole", "spoersmaal"],
    "properties": {
        "skjema": {"const": 1, "description": "Skriv skjema: 1 øverst i filen."},
        "aar": _VARIABLE,
        "skole": _VARIABLE,
        "kjoenn": _CODED,
        "trinn": _CODED,
        "vekt": _VARIABLE,
        "spoersmaal": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": _ANSWER,
            },
        },
    },
}
_SEXES = ("gutt", "jente")
_GRADES = ("8", "9", "10", "vg1", "vg2", "vg3")


@dataclass(frozen=True, slots=True)
class Answer:
    """How one question is read in one wave: code → 1 (yes), 0 (no) or None (missing).

    `order` holds the codes from least to most yes, where the map declares it; else empty.
    """

    variable: str
    codes: Mapping[str, int | None]
    comparable: str
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A background variable: code → our code, or None where it is missing."""

    variable: str
    codes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SurveyMap:
    """A checked map; `answers` by question and wave."""

    year: str
    school: str
    answers: Mapping[str, Mapping[int, Answer]]
    sex: Coded | None = None
    grade: Coded | None = None
    weight: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable the file must have, each once."""
        coded = [item.variable for item in (self.sex, self.grade) if item]
        asked = [one.variable for waves in self.answers.values() for one in waves.values()]
        weight = [self.weight] if self.weight else []
        return tuple(dict.fromkeys([self.year, self.school, *coded, *weight, *asked]))

    def is_ordered(self, item: str) -> bool:
        """The last wave of the question declares the order of its answers."""
        waves = self.answers[item]
        return bool(waves[max(waves)].order)

    @property
    def waves(self) -> tuple[int, ...]:
        """Every wave a question is mapped in, in order of time."""
        return tuple(sorted({year for waves in self.answers.values() for year in waves}))


def read_survey_map(path: Path, plan: Plan) -> SurveyMap:
    """Read and check a map.

    A wave without `sammenlignbar` is comparable with the wave before it only when it counts the
    same codes as yes and no; otherwise the definition has changed, and the pair is not comparable.

    Args:
        path: The YAML file.
        plan: Says which questions exist.

    Raises:
        EvalueringError: The file cannot be read or breaks the form, names an unknown question,
            wave, sex or grade, or gives one code two meanings.
    """
    content = read_yaml(path)
    problems = check_schema(content, _SCHEMA, path.name)
    if not problems:
        problems = [
            *_check_questions(content["spoersmaal"], plan, path.name),
            *_check_coded(content, "kjoenn", _SEXES, path.name),
            *_check_coded(content, "trinn", _GRADES, path.name),
        ]
    if problems:
        raise gathered(problems, path.name)
    return SurveyMap(
        year=content["aar"],
        school=content["skole"],
        answers={item: _answers(waves) for item, waves in content["spoersmaal"].items()},
        sex=_coded(content.get("kjoenn")),
        grade=_coded(content.get("trinn")),
        weight=content.get("vekt", ""),
    )


def _check_questions(
    questions: Mapping[str, Mapping[str, Mapping[str, Any]]], plan: Plan, name: str
) -> Iterator[EvalueringError]:
    for item, waves in questions.items():
        if item not in plan.question_ids:
            yield EvalueringError(
                f"Spørsmålet «{item}» finnes ikke i planen.",
                where=f"{name}, spoersmaal",
                remedy=f"Lov: {', '.join(plan.question_ids)}.",
            )
        for wave, entry in waves.items():
            place = f"{name}, spoersmaal «{item}», {wave}"
            if not (wave.isascii() and wave.isdigit() and len(wave) == 4):  # noqa: PLR2004 - digits of a year
                yield EvalueringError(
                    "Dette er ikke et årstall.", place, "Skriv årstallet med fire sifre."
                )
            meanings = {key: _texts(entry.get(key, ())) for key in ("ja", "nei", "mangler")}
            yield from _check_disjoint(meanings, place)
            order = _texts(entry.get("rekkefoelge", ()))
            if order and order != meanings["ja"] | meanings["nei"]:
                yield EvalueringError(
                    "Rekkefølgen har ikke de samme kodene som «ja» og «nei» til sammen.",
                    where=f"{place}, rekkefoelge",
                    remedy="Skriv hver kode én gang, fra det svakeste ja til det sterkeste.",
                )


def _check_coded(
    content: Mapping[str, Any], key: str, allowed: Iterable[str], name: str
) -> Iterator[EvalueringError]:
    if key not in content:
        return
    entry = content[key]
    for code in entry["koder"]:
        if code not in allowed:
            yield EvalueringError(
                f"«{code}» er ikke et gyldig valg.",
                where=f"{name}, {key}, koder",
                remedy=f"Lov: {', '.join(allowed)}.",
            )
    meanings = {code: _texts(values) for code, values in entry["koder"].items()}
    meanings["mangler"] = _texts(entry.get("mangler", ()))
    yield from _check_disjoint(meanings, f"{name}, {key}")


def _check_disjoint(meanings: Mapping[str, set[str]], place: str) -> Iterator[EvalueringError]:
    for (one, first), (two, second) in itertools.combinations(meanings.items(), 2):
        for code in sorted(first & second):
            yield EvalueringError(
                f"Koden «{code}» står både i «{one}» og «{two}».", place, "La den stå ett sted."
            )


def _texts(codes: Iterable[str | int]) -> set[str]:
    return {str(code) for code in codes}


def _answers(waves: Mapping[str, Mapping[str, Any]]) -> dict[int, Answer]:
    found: dict[int, Answer] = {}
    before: tuple[set[str], set[str]] | None = None
    for wave in sorted(waves, key=int):
        entry = waves[wave]
        counted = _texts(entry["ja"]), _texts(entry["nei"])
        if before is None:
            comparable = "foerste"
        else:
            comparable = entry.get("sammenlignbar", "ja" if counted == before else "nei_ordlyd")
        codes: dict[str, int | None] = dict.fromkeys(_texts(entry.get("mangler", ())) | {""})
        codes |= dict.fromkeys(counted[0], 1) | dict.fromkeys(counted[1], 0)
        order = tuple(str(code) for code in entry.get("rekkefoelge", ()))
        found[int(wave)] = Answer(entry["variabel"], codes, comparable, order)
        before = counted
    return found


def _coded(entry: Mapping[str, Any] | None) -> Coded | None:
    if entry is None:
        return None
    codes: dict[str, str | None] = dict.fromkeys(_texts(entry.get("mangler", ())) | {""})
    for code, values in entry["koder"].items():
        codes |= dict.fromkeys(_texts(values), code)
    return Coded(entry["variabel"], codes)

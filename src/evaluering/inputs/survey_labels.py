"""Survey files with labels: `.sav`, `.dta`, `.csv` and `.parquet` of one wave give the same frame.

Labels become ordered categories, and what a pupil chose not to answer is kept apart from what was
never asked. What a code means for a question of the plan is not known here (`survey_map` is).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.separated import OWN, Layout, text_lines
from evaluering.inputs.survey_files import KINDS, MAX_BYTES, RawSurvey, check_file, read_raw
from evaluering.inputs.survey_rows import read_variables
from evaluering.text_file import gathered, read_text

MAX_CODEBOOK_BYTES: Final = 4 * 2**20
CODEBOOK_COLUMNS: Final = (
    "variabel",
    "spoersmaal",
    "kode",
    "etikett",
    "mangler",
    "undersoekelse",
)
_SHORT_CODE: Final = re.compile("[A-Za-z0-9-]{1,12}")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:[.,][0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class LabelledSurvey:
    """One wave as it was answered.

    Attributes:
        frame: One column per variable, one row per pupil in file order: an ordered category of
            labels, a number where codes have no labels, or a short text code. Missing is missing.
        user_missing: Same shape, text: the label of the reason («Vil ikke svare») where the pupil
            gave one of the codes for not answering, else "".
        codebook: `variabel`, `spoersmaal` (the question's words), `kode` (text), `etikett`,
            `mangler` (true where the code means no answer), `undersoekelse` (the wave). One row a
            code; one with empty `kode` for a variable without codes.
    """

    frame: pd.DataFrame
    user_missing: pd.DataFrame
    codebook: pd.DataFrame


def read_labelled(
    path: Path, *, undersoekelse: int | None, codebook: Path | None = None, layout: Layout = OWN
) -> LabelledSurvey:
    """One wave with its labels.

    Args:
        path: `.sav` and `.dta` say themselves what their codes mean; `.csv` and `.parquet` need a
            codebook.
        undersoekelse: The year of the wave; None for a file with several, which needs a codebook.
        codebook: A table with the columns of `LabelledSurvey.codebook` (`mangler` is `ja` or
            empty). Overrules the file's own labels.
        layout: How a `.csv` file, and the codebook, is written.

    Raises:
        EvalueringError: The file or codebook cannot be read, the file has a variable the codebook
            does not declare or lacks one it does, a variable is free text or a date, or a code has
            two labels.
    """
    kind = path.suffix.lower()
    if kind not in (*KINDS, ".csv", ".parquet"):
        raise EvalueringError(
            f"Filtypen «{path.suffix}» kan ikke leses.",
            where=path.name,
            remedy="Bruk en fil som slutter på .sav, .dta, .csv eller .parquet.",
        )
    declared = None
    if codebook is not None:
        declared = _of_wave(read_codebook(codebook, layout), undersoekelse, codebook.name)
    if kind in KINDS:
        raw = read_raw(path)
        answers = raw.answers
    else:
        raw, answers = None, _as_text(path, layout)
    if declared is not None:
        book = declared
    elif raw is not None and undersoekelse is not None:
        book = _codebook_of(raw, undersoekelse)
    else:
        raise EvalueringError(
            "Filen sier ikke selv hva kodene betyr i hver undersøkelse.",
            where=path.name,
            remedy="Oppgi en kodebok, eller bruk en .sav- eller .dta-fil med én undersøkelse.",
        )
    _check_declared(answers, book, path.name)
    return _labelled(answers, book, path.name)


def read_codebook(path: Path, layout: Layout = OWN) -> pd.DataFrame:
    """A codebook from a table of separated text.

    Args:
        path: The file; columns as `CODEBOOK_COLUMNS`, in any order.
        layout: How it is written.

    Raises:
        EvalueringError: The file cannot be read, a column is missing or unknown, a year is none,
            `mangler` is neither `ja` nor empty, or a code stands twice.
    """
    text = read_text(path, max_bytes=MAX_CODEBOOK_BYTES, encoding=layout.encoding)
    lines = text_lines(text, path.name, layout)
    _, header = next(lines, (1, [""]))
    if sorted(header) != sorted(CODEBOOK_COLUMNS):
        raise EvalueringError(
            "Kolonnene i kodeboken er ikke de riktige.",
            where=f"{path.name}, linje 1",
            remedy=f"Skriv: {', '.join(CODEBOOK_COLUMNS)}.",
        )
    problems: list[EvalueringError] = []
    rows: list[list[str]] = []
    for number, cells in lines:
        row = dict(zip(header, cells, strict=False))
        if (
            len(cells) != len(header)
            or not re.fullmatch("[12][0-9]{3}", row["undersoekelse"])
            or row["mangler"] not in ("", "ja")
            or not row["variabel"]
        ):
            remedy = "Skriv variabelen, årstallet, og ja eller ingenting i «mangler»."
            where = f"{path.name}, linje {number}"
            problems.append(EvalueringError("Linjen kan ikke leses.", where, remedy))
        else:
            rows.append([row[name] for name in CODEBOOK_COLUMNS])
    if problems:
        raise gathered(problems, path.name)
    frame = pd.DataFrame(rows, columns=pd.Index(CODEBOOK_COLUMNS), dtype="str")
    frame["mangler"] = frame["mangler"] == "ja"
    frame["undersoekelse"] = frame["undersoekelse"].astype("int64")
    if frame.duplicated(["variabel", "kode", "undersoekelse"]).any():
        raise EvalueringError("En kode står to ganger.", path.name, "La hver kode stå én gang.")
    return frame


def _of_wave(codebook: pd.DataFrame, wave: int | None, name: str) -> pd.DataFrame:
    """The rows of one wave; of all of them, each code once, when the file holds several."""
    if wave is not None:
        return codebook[codebook["undersoekelse"] == wave].reset_index(drop=True)
    meanings = codebook.drop_duplicates(["variabel", "kode", "etikett", "mangler"])
    if meanings.duplicated(["variabel", "kode"]).any():
        raise EvalueringError(
            "En kode betyr ulike ting i ulike undersøkelser.",
            where=name,
            remedy="Les én undersøkelse om gangen, eller gi variablene hver sitt navn.",
        )
    return meanings.reset_index(drop=True)


def changed_definitions(codebook: pd.DataFrame) -> pd.DataFrame:
    """Variables that are not the same question in two waves that follow each other.

    Args:
        codebook: Codebooks of several waves, one after the other.

    Returns:
        `variabel`, `aar_fra`, `aar_til`, `kode`: `nei_ordlyd` where the words of the question
        differ, `nei_annet` where a code means something else. A variable that is not in this table
        has the same words and codes; one that is must be declared before two waves are compared.
    """
    rows: list[tuple[str, int, int, str]] = []
    for variable, entries in codebook.groupby("variabel", sort=False):
        waves = sorted(set(entries["undersoekelse"]))
        for first, last in pairwise(waves):
            one, other = (_definition(entries, wave) for wave in (first, last))
            if one != other:
                what = "nei_ordlyd" if one[0] != other[0] else "nei_annet"
                rows.append((str(variable), int(first), int(last), what))
    frame = pd.DataFrame(rows, columns=pd.Index(["variabel", "aar_fra", "aar_til", "kode"]))
    return frame.astype({"aar_fra": "int64", "aar_til": "int64"})


def _definition(entries: pd.DataFrame, wave: int) -> tuple[str, frozenset[tuple[str, str, bool]]]:
    there = entries[entries["undersoekelse"] == wave]
    codes = zip(there["kode"], there["etikett"], there["mangler"], strict=True)
    return _plain(str(there["spoersmaal"].iloc[0])), frozenset(
        (str(code), _plain(str(label)), bool(mark)) for code, label, mark in codes
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _as_text(path: Path, layout: Layout) -> pd.DataFrame:
    """All variables of a file without labels of its own."""
    check_file(path)
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as parquet_file  # noqa: PLC0415 - heavy, and seldom needed

        try:
            names = cast("list[str]", cast("Any", parquet_file).read_schema(path).names)
        except (OSError, ValueError) as error:
            raise EvalueringError(
                "Filen kan ikke leses som parquet.", path.name, "Lagre filen på nytt."
            ) from error
    else:
        text = read_text(path, max_bytes=MAX_BYTES, encoding=layout.encoding)
        _, names = next(text_lines(text, path.name, layout), (1, [""]))
    return read_variables(path, names, path.name, layout).reset_index(drop=True)


def _codebook_of(raw: RawSurvey, wave: int) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str, bool, int]] = []
    for variable in raw.answers.columns:
        labels = dict(raw.labels.get(variable, ()))
        spans = raw.missing.get(variable, ())
        unlabelled = {
            code
            for code in raw.answers[variable].unique()
            if code not in labels and _is_within(str(code), spans)
        }
        codes = sorted({*labels, *unlabelled}, key=_code_order)
        question = raw.questions[variable]
        rows += [
            (variable, question, code, labels.get(code, ""), _is_within(code, spans), wave)
            for code in codes or [""]
        ]
    frame = pd.DataFrame(rows, columns=pd.Index(CODEBOOK_COLUMNS))
    return frame.astype(dict.fromkeys(CODEBOOK_COLUMNS[:4], "str"))


def _is_within(code: str, spans: Sequence[tuple[float | str, float | str]]) -> bool:
    """Whether a code is one of those, or in one of those ranges, that mean no answer."""
    number = float(code) if _NUMBER.fullmatch(code) else math.nan
    return any(
        code == lowest if isinstance(lowest, str) else lowest <= number <= float(highest)
        for lowest, highest in spans
    )


def _code_order(code: str) -> tuple[int, float, str]:
    is_number = bool(_NUMBER.fullmatch(code))
    return (0, float(code), "") if is_number else (1, 0.0, code)


def _check_declared(answers: pd.DataFrame, codebook: pd.DataFrame, name: str) -> None:
    declared = set(codebook["variabel"])
    problems = [
        EvalueringError(
            "En variabel i filen står ikke i kodeboken (navnet vises ikke her)."
            if not re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,30}", variable)
            else f"Variabelen «{variable}» står ikke i kodeboken.",
            where=f"{name}, kolonne {place}",
            remedy="Slett variabelen fra filen, eller skriv den inn i kodeboken.",
        )
        for place, variable in enumerate(answers.columns, start=1)
        if variable not in declared
    ]
    problems += [
        EvalueringError(
            f"Variabelen «{variable}» finnes ikke i filen.", name, "Rett kodeboken eller filen."
        )
        for variable in _variables(codebook)
        if variable not in answers.columns
    ]
    if problems:
        raise gathered(problems, name)


def _labelled(answers: pd.DataFrame, codebook: pd.DataFrame, name: str) -> LabelledSurvey:
    columns: dict[str, pd.Series] = {}
    reasons: dict[str, pd.Series] = {}
    problems: list[EvalueringError] = []
    for variable in _variables(codebook):
        entries = codebook[(codebook["variabel"] == variable) & (codebook["kode"] != "")]
        texts = answers[variable]
        why = {code: label or code for code, label in _labels(entries[entries["mangler"]]).items()}
        reasons[variable] = texts.where(texts.isin(list(why)), "").replace(why).astype("str")
        given = texts.mask(texts.isin(list(why)), "")
        labels = _labels(entries[~entries["mangler"]])
        if labels and given[given != ""].isin(list(labels)).all():
            columns[variable] = _category(given, labels)
        elif given[given != ""].str.fullmatch(_NUMBER.pattern).all():
            columns[variable] = _numbers(given)
        elif not labels and given[given != ""].str.fullmatch(_SHORT_CODE.pattern).all():
            columns[variable] = given.mask(given == "", np.nan).astype("str")
        else:
            problems.append(
                EvalueringError(
                    "Variabelen har svar som verken er tall eller står i kodeboken "
                    "(svarene vises ikke her).",
                    where=f"{name}, «{variable}»",
                    remedy="Slett variabelen fra filen hvis den er fritekst, ellers rett kodene.",
                )
            )
    if problems:
        raise gathered(problems, name)
    return LabelledSurvey(
        pd.DataFrame(columns), pd.DataFrame(reasons), codebook.reset_index(drop=True)
    )


def _variables(codebook: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(cast("list[str]", codebook["variabel"].tolist())))


def _labels(entries: pd.DataFrame) -> dict[str, str]:
    codes, labels = entries["kode"].tolist(), entries["etikett"].tolist()
    return dict(zip(cast("list[str]", codes), cast("list[str]", labels), strict=True))


def _category(given: pd.Series, labels: Mapping[str, str]) -> pd.Series:
    """Labels in the order of their codes; two equal labels are told apart by the code."""
    shown = {
        code: f"{label} ({code})" if list(labels.values()).count(label) > 1 or not label else label
        for code, label in labels.items()
    }
    order = [shown[code] for code in sorted(shown, key=_code_order)]
    return given.map(shown).astype(pd.CategoricalDtype(order, ordered=True))


def _numbers(given: pd.Series) -> pd.Series:
    texts = given.str.replace(",", ".", regex=False)
    return pd.to_numeric(texts.mask(texts == "", None)).astype("float64")

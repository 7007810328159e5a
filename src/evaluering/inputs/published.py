"""Readers of published figures: a committed table in, a checked frame and its sources out.

Every row names its source; the file `kilder.yml` in the same folder says what that source is. A
sign instead of a number (`:` may not be shown, `..` not delivered, `.` not applicable) stands in a
column of its own, apart from zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.inputs.separated import (
    OWN,
    Column,
    Fault,
    Layout,
    Parser,
    Row,
    Shape,
    choice,
    count,
    decimal_number,
    frame_of,
    pattern,
    percent,
    read_rows,
    year,
)
from evaluering.inputs.sources import SOURCES_FILE, sources_of
from evaluering.model import Source
from evaluering.plan import Plan
from evaluering.text_file import gathered

LEVELS = ("ungdomsskole", "vgs", "8", "9", "10", "vg1", "vg2", "vg3", "ikke_oppgitt")
SEXES = ("alle", "gutt", "jente")
COMPARABLE = ("ja", "foerste", "nei_ordlyd", "nei_tidspunkt", "nei_annet")
OFFENCE_GROUPS = (
    "alle",
    "eiendomstyveri",
    "vold",
    "rusmiddel",
    "orden_integritet",
    "trafikk",
    "annet_samlet",
)
UNDER_18_GROUPS = (
    "alle",
    "vinning",
    "vold",
    "trafikk",
    "skadeverk",
    "narkotika",
    "seksuallovbrudd",
    "oekonomi",
    "andre",
)
_PLACES = r"kommune|fylke|landet|[0-9]{4}"
_SOURCE_ID = pattern(r"[a-z][a-z0-9_]*", f"en kilde som står i {SOURCES_FILE}")


def read_ungdata(
    path: Path, plan: Plan, layout: Layout = OWN
) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Published survey percentages (tier 0).

    Args:
        path: Columns of the sheet «Ungdata» and `kilde`.
        plan: Says which questions exist.
        layout: How the file is written.

    Returns:
        The rows in file order, and their sources. `prosent`, `antall_ja`, `antall_svar` and
        `antall_invitert` are float64 with NaN, each with a `_tegn` column; `prosent_desimaler` is
        the number of decimals printed, NaN where there is no percentage. `skole_kode` is empty for
        the whole municipality, `sammenlignbar` where the source does not say.

    Raises:
        EvalueringError: See `separated.read_rows`; and a percentage no count out of the answers can
            give, more yes than answers, more answers than invited, both or none of `prosent` and
            `antall_ja`, or an unknown source.
    """
    shape = survey_shape(plan, with_source=True)
    rows = read_rows(path, shape, layout)
    frame = frame_of(rows, shape)
    frame["prosent_desimaler"] = [decimals(row.number("prosent")) for row in rows]
    return frame, sources_of(frame, path)


def read_municipal_offences(
    path: Path, layout: Layout = OWN
) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Offences reported to the police by municipality: averages of two years that overlap.

    Args:
        path: `kommune_nr` (today's number; `0` is the whole country), `kommune`,
            `kommune_nr_kilde` (the number the period was published under), `periode_fra`,
            `periode_til`, `lovbruddsgruppe`, `antall` (average of the two years), `per_1000`,
            `kilde`.
        layout: How the file is written.

    Returns:
        The rows and their sources; `antall` and `per_1000` as float64 with a `_tegn` column each.
        Place of offence, all ages: never youth crime.

    Raises:
        EvalueringError: See `separated.read_rows`; and a period that is not two years running, or
            groups that differ from their total by more than rounding.
    """
    number = pattern(r"0|[0-9]{4}", "et kommunenummer med fire sifre, eller 0 for hele landet")
    shape = Shape(
        columns=(
            Column("kommune_nr", number),
            Column("kommune", pattern(r".{1,60}", "navnet på kommunen")),
            Column("kommune_nr_kilde", number),
            Column("periode_fra", year),
            Column("periode_til", year),
            Column("lovbruddsgruppe", choice(*OFFENCE_GROUPS)),
            Column("antall", count, is_signed=True, is_number=True),
            Column("per_1000", decimal_number, is_signed=True, is_number=True),
            Column("kilde", _SOURCE_ID),
        ),
        key=("kommune_nr", "periode_fra", "lovbruddsgruppe"),
        checks=(_check_period,),
    )
    frame = frame_of(read_rows(path, shape, layout), shape)
    _check_sums(frame, ["kommune_nr", "periode_fra"], "lovbruddsgruppe", path.name, is_rounded=True)
    return frame, sources_of(frame, path)


def read_national_under18(
    path: Path, layout: Layout = OWN
) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Offences in the whole country with an offender under 18, by year and category.

    Args:
        path: `aar`, `kategori`, `antall`, `kilde`.
        layout: How the file is written.

    Returns:
        The rows and their sources; `antall` as float64 with `antall_tegn`.

    Raises:
        EvalueringError: See `separated.read_rows`; and categories that do not sum to the total.
    """
    shape = Shape(
        columns=(
            Column("aar", year),
            Column("kategori", choice(*UNDER_18_GROUPS)),
            Column("antall", count, is_signed=True, is_number=True),
            Column("kilde", _SOURCE_ID),
        ),
        key=("aar", "kategori"),
    )
    frame = frame_of(read_rows(path, shape, layout), shape)
    _check_sums(frame, ["aar"], "kategori", path.name, is_rounded=False)
    return frame, sources_of(frame, path)


def read_repeat_offending(
    path: Path, layout: Layout = OWN
) -> tuple[pd.DataFrame, tuple[Source, ...]]:
    """Published figures on few persons behind a share of the offences.

    Args:
        path: `aar`, `minst_forhold`, `personer`, `andel_prosent`, `personer_i_alt`,
            `forhold_i_alt`, `kilde`.
        layout: How the file is written.

    Returns:
        The rows and their sources; the two totals and the share as float64 with a `_tegn` column,
        and `andel_desimaler`, the decimals printed.

    Raises:
        EvalueringError: See `separated.read_rows`; and more persons with many offences than
            persons, or fewer offences than these persons must have.
    """
    shape = Shape(
        columns=(
            Column("aar", year),
            Column("minst_forhold", count),
            Column("personer", count),
            Column("andel_prosent", percent, is_signed=True, is_number=True),
            Column("personer_i_alt", count, is_signed=True, is_number=True),
            Column("forhold_i_alt", count, is_signed=True, is_number=True),
            Column("kilde", _SOURCE_ID),
        ),
        key=("aar", "minst_forhold"),
        checks=(_check_repeat,),
    )
    rows = read_rows(path, shape, layout)
    frame = frame_of(rows, shape)
    frame["andel_desimaler"] = [decimals(row.number("andel_prosent")) for row in rows]
    return frame, sources_of(frame, path)


def survey_shape(plan: Plan, *, with_source: bool) -> Shape:
    """The columns of the sheet «Ungdata», with `kilde` where every row names its source."""
    columns = (
        Column("aar", year),
        Column("sted", pattern(_PLACES, "kommune, fylke, landet eller et kommunenummer")),
        Column("spoersmaal", choice(*plan.question_ids)),
        Column("trinn", choice(*LEVELS)),
        Column("kjoenn", choice(*SEXES)),
        Column("skole_kode", pattern(r"(?:U-[0-9]{1,3})?", "en kode som U-1, eller tomt")),
        _number("prosent", percent),
        _number("antall_ja", count),
        _number("antall_svar", count),
        _number("antall_invitert", count),
        Column("sammenlignbar", choice(*COMPARABLE), is_signed=True),
    )
    return Shape(
        columns=(*columns, Column("kilde", _SOURCE_ID)) if with_source else columns,
        key=("aar", "sted", "spoersmaal", "trinn", "kjoenn", "skole_kode"),
        checks=(_check_one_of_two, _check_order, _check_possible),
    )


def _number(name: str, parse: Parser) -> Column:
    return Column(name, parse, is_signed=True, is_optional=True, is_number=True)


def decimals(value: Decimal | None) -> float:
    """The number of decimals a percentage was printed with; NaN without one."""
    return float("nan") if value is None else float(-int(value.as_tuple().exponent))


def possible_counts(value: Decimal, total: int) -> tuple[int, int]:
    """The fewest and the most of a total that are printed as this percentage.

    Exact arithmetic: rounding half up and half to even are both allowed for. The first number is
    above the second when no count can give the percentage.

    Args:
        value: The percentage with the decimals it was printed with.
        total: The number of answers.
    """
    half = Fraction(1, 2 * 10 ** int(decimals(value)))
    lowest = math.ceil(total * (Fraction(value) - half) / 100)
    highest = math.floor(total * (Fraction(value) + half) / 100)
    return max(lowest, 0), min(highest, total)


def _check_one_of_two(row: Row) -> Iterator[Fault]:
    has_percent, has_count = row.values["prosent"] is not None, row.values["antall_ja"] is not None
    if has_percent and has_count:
        yield Fault("prosent", "Både prosent og antall_ja er fylt ut.", "Fyll ut bare én av dem.")
    if {"prosent", "antall_ja"} <= row.empty:
        yield Fault("prosent", "Prosent og antall_ja er tomme.", "Skriv tallet, eller «..».")


def _check_order(row: Row) -> Iterator[Fault]:
    for part, whole in (("antall_ja", "antall_svar"), ("antall_svar", "antall_invitert")):
        smaller, larger = row.number(part), row.number(whole)
        if smaller is not None and larger is not None and smaller > larger:
            yield Fault(
                part,
                f"{part} er {smaller}, men {whole} er bare {larger}.",
                f"Rett tallene. {part} kan ikke være større enn {whole}.",
            )


def _check_possible(row: Row) -> Iterator[Fault]:
    value, total = row.number("prosent"), row.number("antall_svar")
    if value is None or total is None:
        return
    lowest, highest = possible_counts(value, int(total))
    if lowest > highest or total == 0:
        yield Fault(
            "prosent",
            f"{value} prosent kan ikke komme av {total} svar.",
            "Rett prosenten eller antall_svar.",
        )


def _check_period(row: Row) -> Iterator[Fault]:
    first, last = row.number("periode_fra"), row.number("periode_til")
    if first is not None and last != first + 1:
        yield Fault(
            "periode_til",
            f"Perioden {first}–{last} er ikke to år på rad.",
            "Skriv året etter periode_fra.",
        )


def _check_repeat(row: Row) -> Iterator[Fault]:
    least = int(row.values["minst_forhold"] or 0) * int(row.values["personer"] or 0)
    persons, offences = row.number("personer_i_alt"), row.number("forhold_i_alt")
    if persons is not None and persons < int(row.values["personer"] or 0):
        yield Fault("personer_i_alt", "Det er flere personer enn i alt.", "Rett tallene.")
    if offences is not None and offences < least:
        yield Fault(
            "forhold_i_alt",
            f"Personene må ha minst {least} forhold, men i alt er bare {offences}.",
            "Rett tallene.",
        )


def _check_sums(
    frame: pd.DataFrame, within: Sequence[str], part: str, name: str, *, is_rounded: bool
) -> None:
    """Parts sum to their total, where the total and every part are there.

    Rounded one by one, k parts and a total can differ from each other by (k + 1) / 2 and no more.
    """
    problems: list[EvalueringError] = []
    for key, group in frame.groupby(list(within), sort=False):
        total = group.loc[group[part] == "alle", "antall"]
        parts = group.loc[group[part] != "alle", "antall"]
        if len(total) != 1 or parts.empty or group["antall"].isna().any():
            continue
        allowed = (len(parts) + 1) / 2 if is_rounded else 0
        difference = float(parts.sum() - total.iloc[0])
        if abs(difference) > allowed:
            labels = ", ".join(str(label) for label in key)
            problems.append(
                EvalueringError(
                    f"Gruppene summerer til {difference:+.0f} i forhold til «alle».",
                    where=f"{name}, {labels}",
                    remedy="Rett tallene, eller skriv «:» der et tall ikke vises.",
                )
            )
    if problems:
        raise gathered(problems, name)

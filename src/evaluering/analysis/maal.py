"""Do young people reach their goals? All cases with consent together, never one case.

The case, not the goal, is the unit: goals of one case go together. Nothing here is an effect: goals
are set at a low point, and there is nothing to compare with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

from evaluering.analysis.count_cells import CASE, parts_table
from evaluering.analysis.count_cells import cell as cell_of
from evaluering.analysis.goal_rows import Group, rows
from evaluering.analysis.goal_scores import (
    ALL,
    GAS,
    GBO,
    LEVELS,
    NOT_ASSESSED,
    NOT_REACHED,
    OUTCOMES,
    REACHED,
    UNIT,
    cell,
    crossed,
    due_in,
    goal_table,
    scored_goals,
)
from evaluering.inputs.material import Material
from evaluering.inputs.workbook import codes
from evaluering.model import Cell, CountTable, Finding, Relation, Rest, Source, Value, Verdict
from evaluering.statistics import goals as estimators

SECTION: Final = "maal"
WITH_YOUTH: Final = ("ungdom", "sammen")
YEARS_TOGETHER: Final = 3
FEWEST_A_YEAR: Final = 5  # cases with a goal in each of the years that are summed
_CASES: Final = "saker_med_maal"
_NOT_DUE: Final = "maal_ikke_forfalt"
_SCALES: Final = {GAS: "Skala −2 til 2", GBO: "Skala 0 til 10"}


def goal_attainment(
    material: Material | None, *, year: int, is_synthetic: bool = False, seed: int = 0
) -> list[Finding]:
    """Goals that were to be measured in the year: reached or not, at which level, by whose word.

    Args:
        material: What has been delivered; None is nothing.
        year: The year evaluated.
        is_synthetic: Invented numbers.
        seed: Of the bootstrap over cases.

    Returns:
        Kinds `goal_attainment`, `goal_voices`, `goal_levels` and `goal_groups`. One that says so
        where nothing was delivered, and only the first where there are fewer than ten cases.
    """
    scored = scored_goals(material) if material else None
    if material is None or scored is None:
        return [_missing(is_synthetic=is_synthetic)]
    told = Told(material, scored, year, is_synthetic, seed)
    first = reached(told)
    if first.refusal:
        return [first]
    return [first, voices(told), *(together(told) if has_three_years(told) else ())]


@dataclass(frozen=True, slots=True)
class Told:
    """What every finding about goals is made from.

    Attributes:
        material: What has been delivered.
        scored: From `scored_goals`.
        year: The year evaluated.
        is_synthetic: Invented numbers.
        seed: Of the bootstrap over cases.
    """

    material: Material
    scored: pd.DataFrame
    year: int
    is_synthetic: bool
    seed: int

    @property
    def due(self) -> pd.DataFrame:
        """Goals that were to be measured in the year."""
        return due_in(self.scored, self.year)

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are summed."""
        return tuple(range(self.year - YEARS_TOGETHER + 1, self.year + 1))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sheets about goals."""
        sheets = [name for name in ("maal", "maalinger") if name in self.material.frames]
        return tuple(self.material.source(name) for name in (*sheets, "samtykke"))


def reached(told: Told) -> Finding:
    """Reached, not reached, not assessed: the year's goals on both scales.

    Args:
        told: The goals.
    """
    goals, year = told.due, told.year
    every = Group("Alle mål", goals, {"aar": str(year)})
    share = every.attainment(told.seed)
    inside = frozenset(goals["sak_id"])
    followed = frozenset(every.assessed["sak_id"])
    tables = _case_tables(told, inside, followed)
    if share.refusal == "few_cases":
        few = cell_of(CASE, _CASES, aar=str(year), oppfulgt="ja")
        return _finding(
            told,
            "naadd",
            "goal_attainment",
            "Nådde mål",
            verdict=Verdict.NOT_ASSESSED,
            refusal="few_cases",
            values={"n": share.cases, "order": 0},
            next_datum="neste_aar",
            tables=tables,
            rests=(Rest("values", ("n",), (few,)), Rest("verdict", (), (few,))),
        )
    groups = [every] + [
        Group(name, goals[goals["skala"] == scale], {"aar": str(year), "skala": scale})
        for scale, name in _SCALES.items()
    ]
    frame, rests = rows(groups, told.seed)
    not_due = told.scored[~told.scored["is_due"]]
    whole, yes = every.cell(), every.cell(REACHED)
    no, unknown = every.cell(NOT_REACHED), every.cell(NOT_ASSESSED)
    later = Cell(UNIT, _NOT_DUE, "", (("aar", str(year)),))
    written = cell(aar=str(year), nivaa_beskrevet="ja")
    with_, without = (cell_of(CASE, _CASES, aar=str(year), samtykke=x) for x in ("ja", "nei"))
    spread: dict[str, Value] = {
        name: value
        for name, value in (("lower", share.lower), ("upper", share.upper))
        if not math.isnan(value)
    }
    return _finding(
        told,
        "naadd",
        "goal_attainment",
        "Nådde mål",
        frame=frame,
        values={
            "reached": share.reached,
            "goals": share.goals,
            "missing": share.missing,
            "share": share.share,
            **spread,
            "share_worst": share.share_worst,
            "share_best": share.share_best,
            "cases": len(inside),
            "without_consent": len(_with_goals(told) - inside),
            "not_due": len(not_due),
            "described": int((goals["nivaa_beskrevet"] == "ja").sum()),
            "order": 0,
        },
        tables=(
            *tables,
            goal_table("maal_skala", crossed(goals, "skala", (GAS, GBO), year=year)),
            _yes_no(told, "nivaa_beskrevet", goals["nivaa_beskrevet"] == "ja"),
            goal_table("maal_ikke_forfalt", [({"aar": str(year)}, not_due)], population=_NOT_DUE),
        ),
        rests=(
            *rests,
            Rest("values", ("reached",), (yes,)),
            Rest("values", ("goals",), (whole,)),
            Rest("values", ("missing",), (unknown,)),
            Rest("values", ("share",), (yes, no)),
            Rest("values", ("share_worst",), (yes, whole)),
            Rest("values", ("share_best",), (yes, unknown, whole)),
            every.spread("values", tuple(spread), None),
            Rest("values", ("cases",), (with_,)),
            Rest("values", ("without_consent",), (without,)),
            Rest("values", ("not_due",), (later,)),
            Rest("values", ("described",), (written,)),
        ),
    )


def voices(told: Told) -> Finding:
    """Whose goal it was, and what each one who scored says: the young person's own voice.

    Args:
        told: The goals.
    """
    goals, aar = told.due, {"aar": str(told.year)}
    is_own = goals["satt_av"].isin(WITH_YOUTH)
    own = goals.assign(satt_med_ungdom=is_own.map({True: "ja", False: "nei"}))
    whose = [
        Group(name, own[own["satt_med_ungdom"] == answer], {**aar, "satt_med_ungdom": answer})
        for answer, name in (
            ("ja", "Satt av ungdommen, alene eller sammen med andre"),
            ("nei", "Satt av voksne"),
        )
    ]
    names = {choice.code: choice.label for choice in codes.SATT_AV.choices}
    scorers = [
        Group(names[voice], goals, aar, outcome=f"resultat_{voice}")
        for voice in ("ungdom", "fagperson", "foresatt", "sammen")
    ]
    frame, rests = rows(whose, told.seed)
    scored, more = rows(scorers, told.seed, place="vurdert_av")
    both = goals.assign(forskjell=_against(goals))
    differs = [
        (answer, cell(**aar, ungdom_mot_fagperson=answer))
        for answer in ("hoeyere", "likt", "lavere")
    ]
    with_youth = whose[0].cell()
    by_youth = [scorers[0].cell(answer) for answer in (REACHED, NOT_REACHED)]
    compared = {answer: int((both["forskjell"] == answer).sum()) for answer, _ in differs}
    enough = goals.loc[both["forskjell"].isin(list(compared)), "sak_id"].nunique()
    shown = compared if enough >= estimators.FEWEST_CASES else {}
    return _finding(
        told,
        "stemmer",
        "goal_voices",
        "Ungdommens egen stemme",
        frame=frame,
        details={"vurdert_av": scored},
        values={
            "goals": len(goals),
            "with_youth": int(is_own.sum()),
            "by_youth": int((goals["resultat_ungdom"] != NOT_ASSESSED).sum()),
            **shown,
            "order": 1,
        },
        tables=(
            goal_table(
                "maal_satt_av", crossed(own, "satt_med_ungdom", ("ja", "nei"), year=told.year)
            ),
            *(
                goal_table(
                    f"maal_{group.outcome}",
                    [
                        (
                            {**aar, group.outcome: answer},
                            goals if answer == ALL else goals[goals[group.outcome] == answer],
                        )
                        for answer in (ALL, *OUTCOMES)
                    ],
                )
                for group in scorers
            ),
            goal_table(
                "maal_ungdom_mot_fagperson",
                [
                    (
                        {**aar, "ungdom_mot_fagperson": answer},
                        goals if answer == ALL else goals[both["forskjell"] == answer],
                    )
                    for answer in (ALL, *compared, "ikke_begge")
                ],
            ),
        ),
        rests=(
            *rests,
            *more,
            Rest("values", ("goals",), (cell(**aar),)),
            Rest("values", ("with_youth",), (with_youth,)),
            Rest("values", ("by_youth",), tuple(by_youth)),
            *(Rest("values", (answer,), (of,)) for answer, of in differs if answer in shown),
        ),
    )


def has_three_years(told: Told) -> bool:
    """Whether each of the years has enough cases; else a sum would be one year in disguise.

    Args:
        told: The goals.
    """
    return all(
        due_in(told.scored, year)["sak_id"].nunique() >= FEWEST_A_YEAR for year in told.years
    )


def together(told: Told) -> list[Finding]:
    """Levels −2 to 2, and goals by what they are about: three years summed.

    Args:
        told: The goals.
    """
    goals = pd.concat([due_in(told.scored, year) for year in told.years])
    return [_levels(told, goals), _domains(told, goals)]


def _levels(told: Told, goals: pd.DataFrame) -> Finding:
    period, gas = _period(told), goals[goals["skala"] == GAS]
    names = {level: str(level) for level in LEVELS}
    cells = {level: cell(period, skala=GAS, nivaa=name) for level, name in names.items()}
    parts = [
        ({"skala": GAS, "nivaa": name}, gas[gas["level"] == level]) for level, name in names.items()
    ]
    few = gas.loc[gas["level"].notna(), "sak_id"].nunique() < estimators.FEWEST_CASES
    frame = pd.DataFrame(
        {
            "nivaa": list(names.values()),
            "antall": [math.nan if few else float(len(part)) for _, part in parts],
            "antall_tegn": ["skjult" if few else ""] * len(parts),
        }
    )
    # The same goals stand as reached and not reached in the report of each year.
    relations = tuple(
        Relation(
            (
                *((1, cells[level]) for level in LEVELS if (level >= 0) == (outcome == REACHED)),
                *((-1, cell(aar=str(year), skala=GAS, resultat=outcome)) for year in told.years),
            )
        )
        for outcome in (REACHED, NOT_REACHED)
    )
    return _finding(
        told,
        "nivaaer",
        "goal_levels",
        "Hvor langt målene kom",
        frame=frame,
        values={"year_first": told.years[0], "order": 2},
        tables=(goal_table("maal_nivaa", parts, period=period, relations=relations),),
        rests=tuple(
            Rest("frame", ("antall",), (one,), (row,)) for row, one in enumerate(cells.values())
        ),
    )


def _domains(told: Told, goals: pd.DataFrame) -> Finding:
    period = _period(told)
    groups = [
        Group(
            choice.label,
            goals[goals["omraade"] == choice.code],
            {"omraade": choice.code},
            period=period,
        )
        for choice in codes.MAALOMRAADE.choices
    ]
    frame, rests = rows(groups, told.seed)
    return _finding(
        told,
        "omraader",
        "goal_groups",
        "Mål etter område",
        frame=frame,
        values={"year_first": told.years[0], "order": 3},
        tables=(
            goal_table(
                "maal_omraade",
                crossed(goals, "omraade", codes.MAALOMRAADE.codes),
                period=period,
            ),
        ),
        rests=rests,
    )


def _period(told: Told) -> str:
    return f"{told.years[0]}-{told.years[-1]}"


def _against(goals: pd.DataFrame) -> pd.Series[str]:
    """The young person's last level against the worker's, goal by goal: never averaged."""
    gap = goals["level_ungdom"] - goals["level_fagperson"]
    told = pd.Series("likt", index=goals.index, dtype="str")
    told = told.mask(gap > 0, "hoeyere").mask(gap < 0, "lavere")
    return told.mask(gap.isna(), "ikke_begge")


def _yes_no(told: Told, dimension: str, is_yes: pd.Series[bool]) -> CountTable:
    goals, aar = told.due, {"aar": str(told.year)}
    return goal_table(
        f"maal_{dimension}",
        [
            ({**aar, dimension: ALL}, goals),
            ({**aar, dimension: "ja"}, goals[is_yes]),
            ({**aar, dimension: "nei"}, goals[~is_yes]),
        ],
    )


def _with_goals(told: Told) -> frozenset[str]:
    """Cases with a goal to be measured in the year, with consent or without."""
    given = told.material.frames["maal"]
    due = given["planlagt_maaling"]
    chosen = (due.dt.year == told.year) & (due <= pd.Timestamp(told.material.day))
    return frozenset(given.loc[chosen, "sak_id"].astype(str))


def _case_tables(
    told: Told, inside: frozenset[str], followed: frozenset[str]
) -> tuple[CountTable, ...]:
    total = len(_with_goals(told))
    with_consent = {told.year: (float(len(inside)), float(total))}
    has_level = pd.DataFrame(
        {
            "aar": [str(told.year)],
            "oppfulgt": ["ja"],
            "antall": pd.Series([len(followed)], dtype="Int64"),
            "personer": pd.Series([len(followed)], dtype="Int64"),
        }
    )
    return (
        parts_table("maal_saker", with_consent, unit=CASE, population=_CASES, dimension="samtykke"),
        CountTable(
            name="maal_saker_oppfulgt",
            frame=has_level,
            dimensions=("aar", "oppfulgt"),
            unit=CASE,
            population=_CASES,
            relations=(
                Relation(
                    (
                        (1, cell_of(CASE, _CASES, aar=str(told.year), oppfulgt="ja")),
                        (-1, cell_of(CASE, _CASES, aar=str(told.year), samtykke="ja")),
                    ),
                    "<=",
                ),
            ),
        ),
    )


def _finding(
    told: Told,
    id: str,
    kind: str,
    topic: str,
    *,
    frame: pd.DataFrame | None = None,
    details: dict[str, pd.DataFrame] | None = None,
    values: dict[str, Value],
    verdict: Verdict | None = None,
    refusal: str = "",
    next_datum: str = "",
    tables: tuple[CountTable, ...],
    rests: tuple[Rest, ...],
) -> Finding:
    return Finding(
        id=f"{SECTION}.{id}",
        section=SECTION,
        kind=kind,
        topic=topic,
        frame=pd.DataFrame() if frame is None else frame,
        sources=told.sources,
        is_synthetic=told.is_synthetic,
        verdict=verdict,
        refusal=refusal,
        values={"year": told.year, **values},
        details=details or {},
        unit="mål",
        method="goal_attainment",
        next_datum=next_datum,
        tables=tables,
        rests=rests,
    )


def _missing(*, is_synthetic: bool) -> Finding:
    return Finding(
        id=f"{SECTION}.naadd",
        section=SECTION,
        kind="goal_attainment",
        topic="Nådde mål",
        frame=pd.DataFrame(),
        sources=(),
        is_synthetic=is_synthetic,
        verdict=Verdict.MISSING,
        values={"holder": "tjenestene", "order": 0},
        unit="mål",
        method="goal_attainment",
        next_datum="maal_i_saker",
        subject="work",
    )

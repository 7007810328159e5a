"""The change for girls and boys and for each grade: shown under «Vis flere», never declared.

Every group of every question is one exploratory family (Benjamini and Hochberg), so nothing here
is stronger than `PROBABLE`. Where a question was changed, the groups are compared after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import pandas as pd

from evaluering.analysis import verdict
from evaluering.analysis.survey_cells import GroupAnswers, LevelAnswers
from evaluering.analysis.survey_ground import Ground, exact, spread
from evaluering.model import Rest
from evaluering.statistics import design, multiplicity

PLACE: Final = "grupper"
WHOLE: Final = "alle"
NAMES: Final = {
    WHOLE: "Alle elever",
    "gutt": "Gutter",
    "jente": "Jenter",
    "8": "8. trinn",
    "9": "9. trinn",
    "10": "10. trinn",
    "vg1": "Vg1",
    "vg2": "Vg2",
    "vg3": "Vg3",
}
_SHOWN: Final = ["gruppe", "aar_fra", "aar_til", "share_from", "share_to", "difference"]
_UNCERTAIN: Final = ["lower", "upper", "verdict", "direction"]
_BEHIND: Final = ["kolonne", "verdi", "schools", "largest", "refusal"]


def changes(
    answers: LevelAnswers,
    pairs: Mapping[str, tuple[int, int]],
    *,
    changed: Collection[str] = (),
    seed: int,
) -> pd.DataFrame:
    """The change of every group, for every question.

    Args:
        answers: One level of school.
        pairs: The two surveys to compare, by question.
        changed: Questions that were changed on the way; all pupils are a row of their own there.
        seed: Of the drawn sign patterns.

    Returns:
        A row per question and group: `item`, `gruppe`, `aar_fra`, `aar_til`, `share_from`,
        `share_to`, `difference`, `lower`, `upper`, `verdict`, `direction`, and what they rest on:
        `kolonne`, `verdi`, `schools`, `largest`, `refusal`.
    """
    everyone = GroupAnswers("", WHOLE, answers.cells)
    rows = [
        _tested(group, item, pair, seed)
        for item, pair in pairs.items()
        for group in (*([everyone] if item in changed else []), *answers.groups)
        if _is_asked(group, item, pair)
    ]
    columns = ["item", *_SHOWN, *_UNCERTAIN, *_BEHIND]
    if not rows:
        return pd.DataFrame(columns=pd.Index(columns))
    table = pd.concat(rows, ignore_index=True)
    # Where a few schools dominate, the strictest of the three tests counts.
    every = table[["p_value", "p_cr2", "p_exact"]].max(axis=1)
    is_dominated = table["note"].str.contains("dominated")
    adjusted = multiplicity.adjust(every.where(is_dominated, table["p_value"]), method="bh")
    rulings = [
        verdict.exploratory(float(change), p_adjusted=float(p), refusal=str(refusal))
        for change, p, refusal in zip(table["difference"], adjusted, table["refusal"], strict=True)
    ]
    return table.assign(
        verdict=[str(ruling.verdict) for ruling in rulings],
        direction=[ruling.direction for ruling in rulings],
    )[columns]


def shown(table: pd.DataFrame, item: str) -> pd.DataFrame:
    """The rows of one question, as they are shown.

    Args:
        table: From `changes`.
        item: The question.
    """
    return table.loc[table["item"] == item, [*_SHOWN, *_UNCERTAIN]].reset_index(drop=True)


def rests(table: pd.DataFrame, item: str, base: Ground) -> list[Rest]:
    """What the rows of one question rest on.

    Args:
        table: From `changes`.
        item: The question.
        base: Its counts.
    """
    found: list[Rest] = []
    own = table[table["item"] == item].to_dict("records")
    for row, values in enumerate(own):
        years = (int(values["aar_fra"]), int(values["aar_til"]))
        part = {str(values["kolonne"]): str(values["verdi"])} if values["kolonne"] else {}
        cells = base.cells(*years, **part)
        found.append(exact(PLACE, ("share_from", "share_to", "difference"), cells, [row]))
        if values["refusal"]:
            found.append(exact(PLACE, _UNCERTAIN, cells, [row]))
            continue
        found.append(
            spread(
                PLACE,
                _UNCERTAIN,
                cells,
                schools=int(values["schools"]),
                largest=float(values["largest"]),
                rows=[row],
            )
        )
    return found


def _is_asked(group: GroupAnswers, item: str, pair: tuple[int, int]) -> bool:
    if item not in group.cells.items:
        return False
    at = group.cells.items.index(item)
    waves = [int(wave) for wave in group.cells.waves]
    return all(
        year in waves and group.cells.count[group.cells.wave == waves.index(year), at].sum() > 0
        for year in pair
    )


def _tested(group: GroupAnswers, item: str, pair: tuple[int, int], seed: int) -> pd.DataFrame:
    row = design.change(group.cells, [item], pairs=[pair], seed=seed)
    return row.assign(
        gruppe=NAMES[group.value],
        aar_fra=pair[0],
        aar_til=pair[1],
        kolonne=group.column,
        verdi=group.value,
        schools=int(row["clusters_both"].iloc[0]),
        largest=_largest(group.cells, item, pair),
    )


def _largest(cells: design.Cells, item: str, pair: Sequence[int]) -> float:
    """The largest school's share of the group's answers, in the survey where it is larger."""
    at = cells.items.index(item)
    counted = pd.DataFrame(
        {
            "wave": [int(cells.waves[code]) for code in cells.wave],
            "school": cells.cluster,
            "n": cells.count[:, at],
        }
    )
    sums = counted[counted["wave"].isin(list(pair))].groupby(["wave", "school"])["n"].sum()
    shares = sums / sums.groupby("wave").transform("sum")
    return float(shares.max())

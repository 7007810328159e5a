"""Items with ordered categories: a declared cut, the distribution, and θ = P(later > earlier).

Never a mean of category codes: the distance between two words is not a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.statistics import student_t
from evaluering.statistics.association import table_test
from evaluering.statistics.cells import Cells, FloatArray, IntArray, collapse
from evaluering.statistics.changes import Pair, pair_codes
from evaluering.statistics.contrasts import Influence, evaluate, influence
from evaluering.statistics.estimates import estimate
from evaluering.statistics.panel import Panel, make_panel

_MINUS_PLUS = np.array([-1.0, 1.0])
_HALF = 0.5


def cut(answers: pd.Series, *, categories: Sequence[Any], yes: Sequence[Any]) -> pd.Series:
    """1 where the answer is among the declared ones, 0 where it is another, missing where none.

    Args:
        answers: One answer per pupil.
        categories: Every allowed answer, in order.
        yes: Those that count as yes («svært trygt»). Declared before the data are read.

    Returns:
        Floats with the index of `answers`.

    Raises:
        EvalueringError: An answer is outside the categories, or `yes` is not among them.
    """
    code = _category_codes(answers, categories)
    unknown = [value for value in yes if value not in list(categories)]
    if unknown or not len(yes):
        raise EvalueringError("Snittet nevner en kategori som ikke finnes.", where="yes")
    is_yes = np.isin(code, [list(categories).index(value) for value in yes])
    return pd.Series(np.where(code < 0, np.nan, is_yes), index=answers.index, name=answers.name)


def distribution(
    frame: pd.DataFrame,
    item: str,
    *,
    categories: Sequence[Any],
    wave: str,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of each category per wave, with the school as the unit of noise.

    Args:
        frame: One row per pupil.
        item: Column with the answer.
        categories: Every allowed answer, in order.
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        level: Coverage.

    Returns:
        item, category, and the columns of `estimate`.

    Raises:
        EvalueringError: An answer outside the categories, or impossible input.
    """
    cells = _category_cells(
        frame, item, categories, wave=wave, cluster=cluster, stratum=stratum, weight=weight
    )
    shares = estimate(cells, cells.items, level=level)
    labels = dict(zip(cells.items, categories, strict=True))
    shares.insert(1, "category", shares["item"].map(labels))
    return shares.assign(item=item)


def ordinal_change(
    frame: pd.DataFrame,
    item: str,
    *,
    categories: Sequence[Any],
    wave: str,
    cluster: str,
    stratum: str | None = None,
    weight: str | None = None,
    pairs: Sequence[Pair] | None = None,
    level: float = 0.95,
    exact: bool = True,
    seed: int = 0,
) -> pd.DataFrame:
    """θ = P(Y_to > Y_from) + ½P(=): 0.5 is no change, above it answers moved up the categories.

    With mid-ridits R_w(y) = P(Y_w < y) + ½P(Y_w = y): E_bg = Σ_{bg}(R_a(y) − θ)/N_b,
    E_ag = Σ_{ag}(1 − R_b(y) − θ)/N_a, V = G/(G−1)·Σ(E_ag + E_bg)², t(G−H). The sign-flip runs on
    pooled ridits, whose difference between the waves is θ − ½ exactly.

    Args:
        frame: One row per pupil.
        item: Column with the answer.
        categories: Every allowed answer, from lowest to highest.
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.
        pairs: As in `change`.
        level: Coverage.
        exact: Compute `p_exact`.
        seed: Of the drawn patterns above 16 schools.

    Returns:
        item, wave_from, wave_to, n_from, n_to, theta, standard_error, degrees_of_freedom, lower,
        upper, p_value, p_exact, clusters, clusters_both, refusal, note; codes as in `change`.

    Raises:
        EvalueringError: An answer outside the categories, or impossible input.

    References:
        Brunner and Munzel (2000), Biometrical J. 42, 17–25, for θ and its placements.
    """
    student_t.check_level(level)
    cells = _category_cells(
        frame, item, categories, wave=wave, cluster=cluster, stratum=stratum, weight=weight
    )
    panel = make_panel(cells)
    rows: list[dict[str, Any]] = []
    for at in pair_codes(panel.waves, pairs):
        parts = _theta(panel, at)
        test = evaluate(panel, parts, variance="linearised", level=level, exact=exact, seed=seed)
        values = {
            name: getattr(test, name)[0, 0]
            for name in (
                "standard_error",
                "degrees_of_freedom",
                "lower",
                "upper",
                "p_value",
                "p_exact",
                "clusters",
                "clusters_both",
                "refusal",
                "note",
            )
        }
        rows.append(
            {
                "item": item,
                "wave_from": panel.waves[at[0]],
                "wave_to": panel.waves[at[1]],
                "n_from": int(panel.count[:, at[0], 0].sum()),
                "n_to": int(panel.count[:, at[1], 0].sum()),
                "theta": parts.difference[0, 0] + _HALF,
            }
            | values
            | {"lower": values["lower"] + _HALF, "upper": values["upper"] + _HALF}
        )
    return pd.DataFrame(rows)


def ordinal_rao_scott(
    frame: pd.DataFrame,
    item: str,
    *,
    categories: Sequence[Any],
    wave: str,
    cluster: str,
    stratum: str | None = None,
    weight: str | None = None,
) -> pd.DataFrame:
    """Does the whole distribution vary over the waves? Rao–Scott with every category.

    Args:
        frame: One row per pupil.
        item: Column with the answer.
        categories: Every allowed answer.
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.

    Returns:
        As `rao_scott`, one row. Categories nobody chose are left out.

    Raises:
        EvalueringError: An answer outside the categories, or impossible input.
    """
    cells = _category_cells(
        frame, item, categories, wave=wave, cluster=cluster, stratum=stratum, weight=weight
    )
    panel = make_panel(cells)
    chosen = np.flatnonzero(panel.yes.sum(axis=(0, 1)) > 0)
    one = replace(panel, items=(item,), count=panel.count[:, :, :1])
    return table_test(one, panel.yes[:, :, chosen].transpose(0, 2, 1)[..., None])


def _theta(panel: Panel, at: IntArray) -> Influence:
    """Influence of θ − ½ from school × wave × category sums; the categories are the items."""
    crude = influence(panel, at, _MINUS_PLUS)
    yes = panel.yes[:, at]  # schools, two waves, categories
    total = yes.sum(axis=(0, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = yes.sum(axis=0) / total[:, None]
        pooled = _ridits(yes.sum(axis=(0, 1)) / total.sum())
        ridits = np.stack([_ridits(share) for share in shares])
        theta = float(shares[1] @ ridits[0])
        later = (yes[:, 1] @ (ridits[0] - theta)) / total[1]
        earlier = (yes[:, 0] @ (1 - ridits[1] - theta)) / total[0]
        score = yes[:, 1] @ (pooled - _HALF) / total[1] - yes[:, 0] @ (pooled - _HALF) / total[0]
    one = np.s_[:, :1]
    is_alike = (shares.sum(axis=0) > 0).sum() < 2  # noqa: PLR2004  (one category only)
    return Influence(
        difference=np.array([[theta - _HALF]]),
        linear=(later + earlier)[:, None],
        jackknife=np.full((len(yes), 1), np.nan),
        cr2=np.full((len(yes), 1), np.nan),
        cr2_df=crude.cr2_df[one],
        score=score[:, None],
        used=crude.used[one],
        both=crude.both[one],
        is_emptied=crude.is_emptied[one],
        is_alike=np.array([[is_alike]]),
        answers=crude.answers[one],
    )


def _ridits(share: FloatArray) -> FloatArray:
    return np.cumsum(share) - share / 2


def _category_codes(answers: pd.Series, categories: Sequence[Any]) -> IntArray:
    """Place of each answer among the categories, −1 for missing."""
    listed = list(categories)
    if len(listed) < 2 or len(set(listed)) != len(listed):  # noqa: PLR2004  (a choice)
        raise EvalueringError("Gi minst to ulike kategorier.", where="categories")
    code = cast("IntArray", pd.Index(listed).get_indexer(pd.Index(answers)))
    if bool(((code < 0) & answers.notna().to_numpy()).any()):
        raise EvalueringError(
            "Et svar finnes ikke i listen over kategorier.",
            where=str(answers.name),
            remedy="Rett svaret, eller ta med kategorien. Ikke besvart skal være tomt.",
        )
    return np.where(answers.isna().to_numpy(), -1, code).astype(np.intp)


def _category_cells(
    frame: pd.DataFrame,
    item: str,
    categories: Sequence[Any],
    *,
    wave: str,
    cluster: str | None,
    stratum: str | None,
    weight: str | None,
) -> Cells:
    """Cells whose items are the categories; they share the number of answers."""
    if item not in frame.columns:
        raise EvalueringError(f"Kolonnen «{item}» finnes ikke.", where=item)
    code = _category_codes(frame[item], categories)
    names = [f"{item} {number}" for number in range(len(categories))]
    indicators = {
        name: np.where(code < 0, np.nan, code == number) for number, name in enumerate(names)
    }
    columns = [name for name in (wave, cluster, stratum, weight) if name is not None]
    wide = pd.DataFrame(indicators | {name: frame[name].to_numpy() for name in columns})
    return collapse(wide, names, wave=wave, cluster=cluster, stratum=stratum, weight=weight)

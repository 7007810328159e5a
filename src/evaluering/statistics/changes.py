"""Is the change larger than the drift between schools? Two waves at a time, any number of items."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluering.errors import EvalueringError
from evaluering.statistics import student_t
from evaluering.statistics.cells import Cells, IntArray, as_cells
from evaluering.statistics.contrasts import ContrastTest, Variance, evaluate, influence
from evaluering.statistics.panel import Panel, make_panel
from evaluering.statistics.rounding import weakest

Pair = tuple[Any, Any]  # the labels of two waves, whatever the wave column holds
_MINUS_PLUS = np.array([-1.0, 1.0])


def change(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
    pairs: Sequence[Pair] | None = None,
    variance: Variance = "cv3",
    level: float = 0.95,
    exact: bool = True,
    by: Sequence[str] | str = (),
    seed: int = 0,
) -> pd.DataFrame:
    """Change of the share between waves, `to − from`, tested against the drift between schools.

    The same schools take part in every wave, so the school effect cancels in the change. With
    e_wg = Σ w(y − p_w)/W_w and h_wg = W_wg/W_w:
    `linearised` is G/(G−1)·Σ(e_bg − e_ag)²; `cv3` is the delete-one-school jackknife
    (G−1)/G·Σ[e_bg/(1−h_bg) − e_ag/(1−h_ag)]², both with t(G−H); `cr2` is
    Σ[e_bg/√(1−h_bg) − e_ag/√(1−h_ag)]² with Satterthwaite's degrees of freedom. `p_exact` needs no
    variance: it flips the sign of each school's own change in all 2^(G−1) ways.

    Args:
        frame: One row per pupil, or cells made by `collapse` or `school_table`.
        items: Columns with 0, 1 or missing.
        wave: Column with the survey year. Not given with cells.
        cluster: Column with the school; the same id in every wave.
        stratum: Column with the stratum.
        weight: Column with the weight.
        pairs: (from, to) of each change. None: every wave against the one before, and the last
            against the first.
        variance: `cv3`, `linearised` or `cr2` (equal weights and one stratum only).
        level: Coverage of the interval.
        exact: Compute `p_exact`.
        by: Columns to split by.
        seed: Of the 19,999 drawn sign patterns used above 16 schools.

    Returns:
        item, *by, wave_from, wave_to, share_from, share_to, n_from, n_to, difference,
        standard_error, degrees_of_freedom, lower, upper, p_value, p_exact, smallest_detectable
        (the change that 80 of 100 such surveys would find), p_cr2 and df_cr2 (where defined),
        clusters (schools in either wave), clusters_both, refusal, note. Where `refusal` is not
        empty every inferential column is NaN. `note` is `dominated` (CR2 has fewer than 4 degrees
        of freedom: rest on `p_exact` and `p_cr2`), `few_pairs` (schools in both waves hold less
        than 80 % of the answers), or both joined by a semicolon.

    Raises:
        EvalueringError: Impossible input, one wave only, or a pair that names an unknown wave.

    References:
        Bell and McCaffrey (2002), Survey Methodology 28, 169–181; MacKinnon, Nielsen and Webb
        (2023), J. Econometrics 232, 272–299. Same as clubSandwich `coef_test(lm(y ~ wave), "CR2")`
        and R survey's JK1 and JKn with `mse`.
    """
    student_t.check_level(level)
    groups = (by,) if isinstance(by, str) else tuple(by)
    cells = as_cells(
        frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight, by=groups
    )
    codes = pair_codes(cells.waves, pairs)
    panel = make_panel(cells, groups)

    def run(these: Cells, at: IntArray) -> pd.DataFrame:
        sums = panel if these is cells else make_panel(these, groups)
        return _pair_frame(sums, at, variance=variance, level=level, exact=exact, seed=seed)

    frames = [weakest(cells, at, partial(run, at=at)) for at in codes]
    return _interleave(frames, len(panel.items), len(panel.groups))


def scores(
    frame: pd.DataFrame | Cells,
    items: Sequence[str] | str,
    *,
    pair: Pair,
    wave: str | None = None,
    cluster: str | None = None,
    stratum: str | None = None,
    weight: str | None = None,
) -> pd.DataFrame:
    """School × item scores S_g of one change, for `multiplicity.max_t` and `joint_direction`.

    S_g = Σ_{bg} w(y − p̂)/W_b − Σ_{ag} w(y − p̂)/W_a with p̂ pooled over the two waves; a column sums
    to the change.

    Args:
        frame: One row per pupil, or cells.
        items: The family.
        pair: (from, to).
        wave: Column with the survey year.
        cluster: Column with the school.
        stratum: Column with the stratum.
        weight: Column with the weight.

    Returns:
        One row per school, one column per item. An item whose change is refused is all NaN, so it
        is out of the family.

    Raises:
        EvalueringError: Impossible input (see `change`), or a table of rounded percentages.
    """
    cells = as_cells(frame, items, wave=wave, cluster=cluster, stratum=stratum, weight=weight)
    if cells.yes_low is not None:
        raise EvalueringError(
            "Prosentene er avrundet, så skolenes endringer er ikke kjent.",
            where="design.scores",
            remedy="Bruk family_test eller joint_test, som regner med avrundingen.",
        )
    panel = make_panel(cells)
    (at,) = pair_codes(cells.waves, [pair])
    parts = influence(panel, at, _MINUS_PLUS)
    test = evaluate(panel, parts, variance="linearised", level=0.95, exact=False, seed=0)
    is_out = (test.refusal[0] != "") | (test.clusters_both[0] == 0)
    index = pd.Index(panel.clusters, name="cluster")
    values = student_t.blank(parts.score, np.broadcast_to(is_out, parts.score.shape))
    return pd.DataFrame(values, index=index, columns=list(panel.items))


def pair_codes(waves: NDArray[Any], pairs: Sequence[Pair] | None) -> list[IntArray]:
    """Codes of the two waves of each pair.

    Raises:
        EvalueringError: There is one wave only, a wave is unknown, or a pair repeats its wave.
    """
    last = len(waves) - 1
    if last < 1:
        raise EvalueringError("Det er bare én bølge. En endring trenger minst to.", where="wave")
    if pairs is None:
        steps = [(i, i + 1) for i in range(last)] + ([(0, last)] if last > 1 else [])
        return [np.asarray(step, dtype=np.intp) for step in steps]
    place = {label: i for i, label in enumerate(waves.tolist())}
    codes: list[IntArray] = []
    for pair in pairs:
        if len(pair) != 2 or pair[0] not in place or pair[1] not in place or pair[0] == pair[1]:  # noqa: PLR2004 - a pair
            raise EvalueringError(
                "Et par av bølger nevner en bølge som ikke finnes, eller samme bølge to ganger.",
                where="pairs",
            )
        codes.append(np.array([place[pair[0]], place[pair[1]]], dtype=np.intp))
    return codes


def _pair_frame(
    panel: Panel, at: IntArray, *, variance: Variance, level: float, exact: bool, seed: int
) -> pd.DataFrame:
    parts = influence(panel, at, _MINUS_PLUS)
    test = evaluate(panel, parts, variance=variance, level=level, exact=exact, seed=seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = panel.by_group(panel.yes[:, at]) / panel.by_group(panel.weight[:, at])
    return test_frame(
        panel,
        test,
        {
            "wave_from": np.full(test.difference.shape, panel.waves[at[0]]),
            "wave_to": np.full(test.difference.shape, panel.waves[at[1]]),
            "share_from": share[:, 0],
            "share_to": share[:, 1],
            "n_from": panel.by_group(panel.count[:, at[0]]).astype(np.int64),
            "n_to": panel.by_group(panel.count[:, at[1]]).astype(np.int64),
        },
    )


def test_frame(
    panel: Panel, test: ContrastTest, described: dict[str, NDArray[Any]]
) -> pd.DataFrame:
    """One row per item and group: what is described, then the test."""
    groups, items = test.difference.shape
    index: dict[str, Any] = {"item": np.repeat(np.asarray(panel.items, dtype=object), groups)}
    for name in panel.groups.columns:
        index[str(name)] = np.tile(panel.groups[name].to_numpy(), items)
    columns = described | {
        "difference": test.difference,
        "standard_error": test.standard_error,
        "degrees_of_freedom": test.degrees_of_freedom,
        "lower": test.lower,
        "upper": test.upper,
        "p_value": test.p_value,
        "p_exact": test.p_exact,
        "smallest_detectable": test.smallest_detectable,
        "p_cr2": test.p_cr2,
        "df_cr2": test.cr2_df,
        "clusters": test.clusters,
        "clusters_both": test.clusters_both,
        "refusal": test.refusal,
        "note": test.note,
    }
    return pd.DataFrame(index | {name: values.T.ravel() for name, values in columns.items()})


def _interleave(frames: list[pd.DataFrame], items: int, groups: int) -> pd.DataFrame:
    """Rows ordered by item, then pair, then group."""
    joined = pd.concat(frames, ignore_index=True)
    order = np.arange(len(joined)).reshape(len(frames), items, groups).transpose(1, 0, 2).ravel()
    return joined.iloc[order].reset_index(drop=True)

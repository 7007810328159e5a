"""Try a comparison of the survey by hand: other surveys, groups, variances and thresholds.

For the researcher's own notebooks. What comes out is exploratory by definition: whoever chooses
after having seen the data has not tested anything. None of it reaches the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from evaluering.analysis import survey_groups, ungdata_change
from evaluering.analysis.survey_cells import LevelAnswers, by_level
from evaluering.analysis.ungdata import Declared
from evaluering.errors import EvalueringError
from evaluering.files import project_root
from evaluering.inputs import survey as survey_files
from evaluering.inputs.survey import Survey, Tier
from evaluering.model import Finding, Source
from evaluering.plan import Plan
from evaluering.statistics import design, published
from evaluering.statistics.contrasts import Variance

WHOLE: Final = survey_groups.WHOLE
_EXACT: Final = 6
_INPUT: Final = ("share_from", "share_to", "n_from", "n_to")
_KEPT: Final = [
    *("item", "wave_from", "wave_to", "share_from", "share_to", "n_from", "n_to", "difference"),
    *("standard_error", "lower", "upper", "p_value", "p_exact", "smallest_detectable"),
    *("clusters_both", "refusal", "note"),
]


def read_answers(plan: Plan, fil: str, kobling: str = "") -> Survey:
    """Survey answers per pupil or per school, ready for `verdicts` and `design`.

    Args:
        plan: From `read_plan`; says which questions exist.
        fil: A file with a row per pupil (`.sav`, `.dta`, `.csv`, `.parquet`), or a `.csv` with a
            row per school and question. From the project folder, or a whole path.
        kobling: The map from variable to question (`.yml`); empty for answers per school.

    Returns:
        `.frame` holds the answers: 1 yes, 0 no, missing is missing. `.tier` says what they allow.

    Raises:
        EvalueringError: The file or the map must be mended; all faults are told at once.

    Example:
        >>> import evaluering as ev
        >>> plan = ev.read_plan()
        >>> svar = ev.read_answers(plan, "data/eksempel/eksempel_skoletabell.csv")
        >>> svar.tier.value
        'T1'
    """
    root = project_root()
    if not kobling:
        return survey_files.read_school_table(root / Path(fil), plan)
    return survey_files.read_microdata(root / Path(fil), root / Path(kobling), plan)


def verdicts(
    svar: Survey,
    plan: Plan,
    primaere: Sequence[str] = (),
    *,
    margin: Mapping[str, float] | None = None,
    froe: int = 2026,
    syntetisk: bool = False,
) -> tuple[Finding, ...]:
    """One finding per question, judged as in the report: first survey against last.

    Args:
        svar: From `read_answers`.
        plan: From `read_plan`.
        primaere: The questions chosen beforehand; none given is every question in the file. They
            are one family (step-down max-T); the rest is exploratory.
        margin: Question → the largest change that may be called stable, as a share.
        froe: Start of every random part.
        syntetisk: Invented numbers.

    Returns:
        Findings for `verdict_table`, `plot_changes` and `show_tests`. Internal: they have not
        passed disclosure control.
    """
    declared = Declared(tuple(primaere) or svar.items, dict(margin or {}), seed=froe)
    title = "Svar per elev" if svar.tier is Tier.PUPILS else "Svar per skole"
    source = Source(title=title, is_published=False)
    return tuple(ungdata_change.changes(svar, plan, (source,), declared, is_synthetic=syntetisk))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Answers to try comparisons on; made by `trial`."""

    level: LevelAnswers

    @property
    def choices(self) -> dict[str, list[str]]:
        """What there is to choose between: `spoersmaal`, `undersoekelse`, `gruppe`."""
        return {
            "spoersmaal": list(self.level.cells.items),
            "undersoekelse": [str(int(wave)) for wave in self.level.cells.waves],
            "gruppe": [WHOLE, *(group.value for group in self.level.groups)],
        }

    def change(
        self,
        spoersmaal: str,
        fra: int,
        til: int,
        *,
        gruppe: str = WHOLE,
        varians: Variance = "cv3",
        terskel: float = 0.05,
        design_effekt: float = 1.0,
    ) -> pd.DataFrame:
        """One comparison, with schools as the unit of noise and, beside it, with pupils.

        Args:
            spoersmaal: The question.
            fra: The earlier survey.
            til: The later one.
            gruppe: `alle`, `gutt`, `jente`, or a grade.
            varians: `cv3`, `cr2` or `linearised`; what each is, stands in `design.change`.
            terskel: The p-value a change must be at or under; between 0 and 1.
            design_effekt: Assumed for the test that takes pupils as the unit.

        Returns:
            One row: the columns of `design.change`, `gruppe`, `is_beyond` (both school tests at or
            under the threshold; missing where refused), `p_pupils` and `is_beyond_pupils` (the
            same change with the assumed design effect), and `terskel`.

        Raises:
            EvalueringError: No such question, survey or group, or a threshold outside 0–1.
        """
        if not 0 < terskel < 1:
            raise EvalueringError("Terskelen ligger ikke mellom 0 og 1.", where="terskel")
        cells = _cells_of(self.level, gruppe)
        row = design.change(cells, [spoersmaal], pairs=[(fra, til)], variance=varians)[_KEPT]
        first = {name: float(row[name].iloc[0]) for name in _INPUT}
        naive = published.change(
            100 * first["share_from"],
            100 * first["share_to"],
            n_from=first["n_from"],
            n_to=first["n_to"],
            design_effect=design_effekt,
            decimals=_EXACT,
        )
        is_refused = bool(row["refusal"].iloc[0])
        tests = [float(row[name].iloc[0]) for name in ("p_value", "p_exact")]
        return row.assign(
            gruppe=gruppe,
            is_beyond=pd.array([pd.NA if is_refused else max(tests) <= terskel], dtype="boolean"),
            p_pupils=naive.p_value,
            is_beyond_pupils=naive.p_value <= terskel,
            terskel=terskel,
        ).reset_index(drop=True)


def trial(svar: Survey) -> Trial:
    """Answers to turn the knobs on: `trial(svar).change(...)`, or `explore(trial(svar))`.

    The lowest level of school in the file is used. Nothing that is tried reaches the report.

    Args:
        svar: From `read_answers`.

    Raises:
        EvalueringError: There are no answers.
    """
    levels = by_level(svar)
    if not levels:
        raise EvalueringError("Det er ingen svar i filen.", where="svar")
    return Trial(levels[0])


def _cells_of(level: LevelAnswers, group: str) -> design.Cells:
    if group == WHOLE:
        return level.cells
    found = next((part.cells for part in level.groups if part.value == group), None)
    if found is None:
        known = ", ".join([WHOLE, *(part.value for part in level.groups)])
        raise EvalueringError(
            f"Gruppen «{group}» finnes ikke.", where="gruppe", remedy=f"Lov: {known}."
        )
    return found

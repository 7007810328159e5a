"""What notebook 10 calls for the police's own figures: everything but the declared indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evaluering.analysis import count_change, forhold, gjentatt, months
from evaluering.analysis.count_findings import Measured, finding
from evaluering.analysis.verdict import Ruling
from evaluering.inputs.material import Material
from evaluering.model import Finding, Verdict
from evaluering.plan import Plan
from evaluering.statistics.spc import RuleSet


def police_picture(
    plan: Plan,
    materiale: Material,
    *,
    aar: int,
    kommune_nr: str,
    gjentatt_fra: int = 3,
    regelsett: RuleSet = "mdc",
    registreringsendringer: Sequence[Mapping[str, str]] = (),
    froe: int = 0,
) -> tuple[Finding, ...]:
    """Offences and repeat offending in detail, as one exploratory family.

    Args:
        plan: From `read_plan`.
        materiale: From `read_material`.
        aar: The year evaluated.
        kommune_nr: The municipality, for its population.
        gjentatt_fra: How many offences are called repeated.
        regelsett: Rules of the monthly chart.
        registreringsendringer: Declared changes in how something is recorded.
        froe: Start of random parts.

    Returns:
        Findings of the sections `forhold` and `gjentatt`; none without the police's figures.
    """
    measured = [
        *forhold.measured(
            plan, materiale, year=aar, changes=registreringsendringer, kommune_nr=kommune_nr
        ),
        *gjentatt.measured(materiale, year=aar, least=gjentatt_fra, changes=registreringsendringer),
    ]
    rulings = count_change.rulings([one.change for one in measured], is_exploratory=True)
    tested = [
        finding(one, ruling, is_synthetic=materiale.is_synthetic, is_exploratory=True)
        for one, ruling in zip(measured, rulings, strict=True)
    ]
    shown = [
        forhold.groups(materiale, year=aar),
        months.monthly(materiale, year=aar, rules=regelsett),
        gjentatt.share_of_offences(materiale, year=aar, seed=froe),
        gjentatt.one_and_no_more(plan, materiale, year=aar),
        gjentatt.transitions(materiale, year=aar),
        _described(gjentatt.known_in_a_case(materiale, year=aar), materiale),
    ]
    return (*tested, *(one for one in shown if one is not None))


def _described(measured: Measured | None, material: Material) -> Finding | None:
    """A figure that is shown and not judged."""
    if measured is None:
        return None
    made = finding(measured, Ruling(Verdict.UNCLEAR), is_synthetic=material.is_synthetic)
    rests = tuple(rest for rest in made.rests if rest.place != "verdict")
    return replace(made, verdict=None, reason="", next_datum="", rests=rests)

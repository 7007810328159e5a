"""What the researcher's own notebooks show: a verdict table, two plots, and widgets.

For internal use only: the findings here have not passed disclosure control. Plots take numbers and
give matplotlib's `Axes`; nothing is drawn without a call.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's and ipywidgets' stubs leave parts untyped.

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.markup import Html, lead, paragraph
from evaluering.display.numbers import fmt_interval, fmt_p, fmt_points, fmt_year
from evaluering.errors import explain
from evaluering.model import Finding, Value, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOUR: Final = "#12436D"
_NUMBERS: Final = ("share_from", "share_to", "difference", "lower", "upper", "p_family", "p_exact")
_MARK: Final = "Utforskende: valgt etter at tallene var sett. Vises aldri i rapporten."
_CHOICES: Final = {"gutt": "Gutter", "jente": "Jenter", "alle": "Alle elever"}


class Trial(Protocol):
    """What `analysis.try_out.trial` makes."""

    @property
    def choices(self) -> dict[str, list[str]]:
        """What there is to choose between."""
        ...

    @property
    def change(self) -> Callable[..., pd.DataFrame]:
        """One comparison."""
        ...


def verdict_table(funn: Sequence[Finding]) -> pd.DataFrame:
    """The verdict of each question in one row.

    Args:
        funn: From `verdicts`.

    Returns:
        `spoersmaal`, `wave_from`, `wave_to`, `share_from`, `share_to`, `difference`, `lower`,
        `upper` (fractions of one), `p_family`, `p_exact`, `verdict` (code) and `vurdering` (the
        words of the report). Missing where there is no comparison.
    """
    rows = [
        {
            "spoersmaal": str(finding.values["question"]),
            "wave_from": finding.values.get("year_from"),
            "wave_to": finding.values.get("year_to"),
            **{name: _number(finding, name) for name in _NUMBERS},
            "verdict": str(finding.verdict),
            "vurdering": say.label(finding),
        }
        for finding in funn
        if finding.kind == "survey_change"
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, "float64"))


def _number(finding: Finding, name: str) -> Value:
    """A number of the finding; no p-value where the two surveys may not be compared."""
    is_refused = finding.verdict is Verdict.NOT_ASSESSED and name.startswith("p_")
    return None if is_refused else finding.values.get(name)


def plot_changes(tabell: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Change in percentage points with its interval; a filled dot is beyond noise.

    A question that was not assessed is left out.

    Args:
        tabell: From `verdict_table`.
        ax: Where to draw; a new one when not given.
    """
    is_known = tabell["difference"].notna() & tabell["verdict"].ne(Verdict.NOT_ASSESSED)
    known = tabell[is_known].reset_index(drop=True)
    ax = _axes(ax, height=0.6 * len(known) + 1.2)
    for place, row in enumerate(known.to_dict("records")):
        ax.plot([100 * row["lower"], 100 * row["upper"]], [place, place], color=_COLOUR)
        is_clear = row["verdict"] == Verdict.CLEAR
        face = _COLOUR if is_clear else "white"
        ax.plot(100 * row["difference"], place, "o", color=_COLOUR, markerfacecolor=face)
    ax.axvline(0, color="#3D3D3D", linewidth=1)
    ax.set_yticks(range(len(known)), [str(name) for name in known["spoersmaal"]])
    ax.invert_yaxis()
    ax.set_xlabel("Endring i prosentpoeng, med 95 % usikkerhetsintervall")
    return ax


def plot_shares(funn: Finding, ax: Axes | None = None) -> Axes:
    """The share of one question in every survey, with its interval; the axis starts at 0.

    Args:
        funn: One of `verdicts`.
        ax: Where to draw; a new one when not given.
    """
    known = funn.frame[funn.frame["share"].notna()]
    ax = _axes(ax, height=3.2)
    for row in known.to_dict("records"):
        year = int(row["aar"])
        ax.plot([year, year], [100 * row["lower"], 100 * row["upper"]], color=_COLOUR)
        ax.plot(year, 100 * row["share"], "o", color=_COLOUR)
    ax.set_xticks([int(year) for year in known["aar"]])
    ax.set_ylim(bottom=0)
    ax.set_ylabel("Prosent")
    ax.set_title(funn.topic, loc="left")
    return ax


def show_try(rad: pd.DataFrame) -> Html:
    """One comparison in words: the change, and whether it passes the threshold chosen.

    Args:
        rad: One row from `try_change`.
    """
    row = rad.iloc[0]
    years = f"{fmt_year(int(row['wave_from']))} til {fmt_year(int(row['wave_to']))}"
    if row["refusal"]:
        said = explain(str(row["refusal"]), G=int(row["clusters_both"]))
        return Html(lead("Ikke vurdert", said) + paragraph(_MARK))
    change = f"Fra {years} er endringen {fmt_points(float(row['difference']))}"
    limits = fmt_interval(float(row["lower"]), float(row["upper"]))
    school = float(max(row["p_value"], row["p_exact"]))
    with_schools = _against(school, bool(row["is_beyond"]))
    without = _against(float(row["p_pupils"]), bool(row["is_beyond_pupils"]))
    return Html(
        paragraph(f"{change} ({say.interval_words()}: {limits}).")
        + lead("Med skolen som enhet", with_schools)
        + lead("Med eleven som enhet og antatt designeffekt", without)
        + paragraph(_MARK)
    )


def _against(p_value: float, is_beyond: bool) -> str:
    words = "Større enn tilfeldig variasjon" if is_beyond else "Kan ikke skilles fra tilfeldigheter"
    return f"{words} (p {fmt_p(p_value)})."


def explore(forsoek: Trial) -> Any:  # noqa: ANN401 - the library has no hints
    """Menus and sliders around `Trial.change`: the answer moves as you turn them.

    Args:
        forsoek: From `trial`.

    Returns:
        A widget.
    """
    import ipywidgets  # noqa: PLC0415 - only in the researcher's notebooks

    library: Any = ipywidgets
    valg = forsoek.choices
    waves = list(valg["undersoekelse"])
    groups = [(_CHOICES.get(code, f"{code}. trinn"), code) for code in valg["gruppe"]]
    menus = {
        "spoersmaal": library.Dropdown(options=list(valg["spoersmaal"]), description="Spørsmål"),
        "fra": library.Dropdown(options=waves[:-1], description="Fra"),
        "til": library.Dropdown(options=waves[1:], value=waves[-1], description="Til"),
        "gruppe": library.Dropdown(options=groups, description="Gruppe"),
        "varians": library.Dropdown(options=["cv3", "cr2", "linearised"], description="Varians"),
        "terskel": library.FloatSlider(
            value=0.05, min=0.01, max=0.2, step=0.01, description="Terskel"
        ),
        "design_effekt": library.FloatSlider(
            value=1.0, min=1.0, max=11.0, step=0.5, description="Designeffekt"
        ),
    }
    out = library.HTML()

    def refresh(_: object = None) -> None:
        chosen = {name: menu.value for name, menu in menus.items()}
        first, last = int(chosen.pop("fra")), int(chosen.pop("til"))
        if first >= last:
            out.value = paragraph("Velg en undersøkelse som er senere enn den første.")
            return
        item = chosen.pop("spoersmaal")
        out.value = show_try(forsoek.change(item, first, last, **chosen)).content

    for menu in menus.values():
        menu.observe(refresh, names="value")
    refresh()
    return library.VBox([*menus.values(), out])


def _axes(ax: Axes | None, *, height: float) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt  # noqa: PLC0415 - nothing is drawn without a call

    return plt.subplots(figsize=(5.6, height), layout="constrained")[1]

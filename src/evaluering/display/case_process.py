"""Where cases stop and how long help takes: described in numbers, never judged.

Any number may be hidden; a sentence that would need it is left out, and a figure becomes a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from evaluering.display import sentences as say
from evaluering.display.columns import Column
from evaluering.display.counts import described, influences
from evaluering.display.figures import figure_steps
from evaluering.display.markup import (
    Numbering,
    anchor,
    heading,
    items,
    paragraph,
    verdict,
)
from evaluering.display.numbers import (
    fmt_count,
    fmt_interval,
    fmt_number,
    fmt_percent,
    fmt_quantity,
    fmt_year,
)
from evaluering.display.source_line import source_line
from evaluering.display.tables import table
from evaluering.model import Finding, Value, Verdict

# Step → its name on a bar and in a table.
STEPS: Final = {
    "nye": "Nye saker",
    "spurt": "Spurt om samtykke",
    "samtykke": "Samtykke er gitt",
    "andre_tjenester": "Andre tjenester er med",
    "maal": "Mål er satt",
    "maalt": "Mål er målt",
    "naadd": "Minst halvparten av målene er nådd",
    "trukket": "Samtykke er trukket",
}
# «I 42 av 47 nye saker …»
_SAID: Final = {
    "spurt": "er det spurt om samtykke",
    "samtykke": "er det gitt samtykke til samarbeid",
    "andre_tjenester": "er andre tjenester med",
    "maal": "er det satt mål",
    "maalt": "er mål målt",
    "naadd": "er minst halvparten av de målte målene nådd",
}
# Which cases the share is of.
_AMONG: Final = {
    "nye": ("ny sak", "nye saker"),
    "spurt": ("sak der det er spurt,", "saker der det er spurt,"),
    "samtykke": ("sak med samtykke", "saker med samtykke"),
    "andre_tjenester": ("sak med andre tjenester", "saker med andre tjenester"),
    "maal": ("sak med mål", "saker med mål"),
    "maalt": ("sak med målte mål", "saker med målte mål"),
}
_SHARES: Final = {
    "uten_koordinator": ("nye", "er det ikke avklart hvem som koordinerer"),
    "felles_skjema": ("samtykke", "er det brukt felles skjema"),
}
_COLUMNS: Final[Mapping[str, str | Column]] = {
    "steg": Column("Steg", "text"),
    "antall": Column("Saker", "count"),
    "nevner": Column("Av", "count"),
    "share": Column("Andel, prosent", "percent"),
    "lower": "",
    "upper": "",
}
_TOPIC: Final = "Hvor stopper sakene"


def funnel(finding: Finding, numbering: Numbering) -> str:
    """Where cases stop: each step in a sentence, bars when all are shown, else a table."""
    if finding.verdict is Verdict.MISSING:
        return _missing(finding)
    frame = finding.frame
    year = fmt_year(_whole(finding.values["year"]))
    return "".join(
        [
            heading(f"{finding.topic}: {_funnel_answer(frame, year)}", id=finding.id),
            paragraph(f"Vi følger de nye sakene i {year} fra steg til steg."),
            items(_step_sentences(frame)),
            _funnel_figure(finding, numbering, year),
            _withdrawn(finding, numbering),
            influences(finding),
            source_line(finding),
        ]
    )


def wait(finding: Finding, _: Numbering) -> str:
    """Days from a case was opened until the first other service came in."""
    return "".join(
        [
            heading(f"{finding.topic}: {_wait_answer(finding)}", id=finding.id),
            paragraph(*wait_sentences(finding)) or described(finding),
            influences(finding),
            source_line(finding),
        ]
    )


def share(finding: Finding, _: Numbering) -> str:
    """A share of cases that is described: nobody coordinates, the common form."""
    said = share_sentence(finding)
    values = finding.values
    answer = (
        f"{fmt_count(_number(values['teller']))} av {fmt_count(_number(values['nevner']))} saker"
        if said
        else "kan ikke vises"
    )
    return "".join(
        [
            heading(f"{finding.topic}: {answer}", id=finding.id),
            paragraph(said) or described(finding),
            source_line(finding),
        ]
    )


def wait_sentences(finding: Finding) -> list[str]:
    """The median with its interval, and how many still wait; nothing where it may not be shown."""
    values = finding.values
    if "cases" not in values:
        return []
    cases = fmt_quantity(_number(values["cases"]), "sak", "saker")
    if "median" not in values and "median_open" not in values:
        return [
            f"Det er {cases} med samtykke. Tiden vises først når det er {say.in_words(10)} saker."
        ]
    said: list[str] = []
    if "median" in values:
        days = fmt_quantity(_number(values["median"]), "dag", "dager")
        said.append(f"Halvparten av sakene fikk med en annen tjeneste innen {days}.")
        if interval := _days_interval(values):
            said[-1] = f"{said[-1].rstrip('.')} ({interval})."
    else:
        said.append("Over halvparten av sakene venter fortsatt på en annen tjeneste.")
    if "waiting" in values:
        said.append(_still_waiting(_whole(values["waiting"]), cases))
    return said


def share_sentence(finding: Finding) -> str:
    """«I 5 av 47 nye saker er det ikke avklart …», with share and interval."""
    values = finding.values
    if not {"teller", "nevner", "share", "lower", "upper"} <= set(values):
        return ""
    among, said = _SHARES[str(values["code"])]
    return _in_cases(
        _number(values["teller"]),
        _number(values["nevner"]),
        among,
        said,
        (_number(values["share"]), _number(values["lower"]), _number(values["upper"])),
    )


def _step_sentences(frame: pd.DataFrame) -> list[str]:
    """A sentence for each step whose numbers are all shown."""
    needed = ["antall", "nevner", "share", "lower", "upper"]
    is_told = (
        frame["steg"].isin(list(_SAID)) & (frame["av"] != "") & frame[needed].notna().all(axis=1)
    )
    told = frame.loc[is_told]
    numbers = told[needed].to_numpy(dtype=float)
    return [
        _in_cases(row[0], row[1], base, _SAID[step], (row[2], row[3], row[4]))
        for step, base, row in zip(
            told["steg"].tolist(), told["av"].tolist(), numbers.tolist(), strict=True
        )
    ]


def _in_cases(
    part: float, total: float, among: str, said: str, told: tuple[float, float, float]
) -> str:
    one, many = _AMONG[among]
    of = f"{fmt_count(part)} av {fmt_quantity(total, one, many)}"
    limits = fmt_interval(told[1], told[2], kind="percent")
    percent = fmt_percent(told[0], text=True)
    return f"I {of} {said}: {percent} ({say.interval_words()}: {limits})."


def _funnel_answer(frame: pd.DataFrame, year: str) -> str:
    """The last step that is known, of the first."""
    first, last = frame.iloc[0], frame.iloc[-1]
    if pd.isna(first["antall"]) or pd.isna(last["antall"]) or str(last["steg"]) not in _SAID:
        return "ikke alle tall kan vises"
    new = fmt_quantity(float(first["antall"]), *_AMONG["nye"])
    part = fmt_count(float(last["antall"]))
    return f"{part} av {new} i {year} kom til «{STEPS[str(last['steg'])].lower()}»"


def _funnel_figure(finding: Finding, numbering: Numbering, year: str) -> str:
    frame = finding.frame
    shown = frame.assign(steg=frame["steg"].map(STEPS))
    if frame["antall"].isna().any() or frame["nevner"].iloc[1:].isna().any():
        return table(
            _signed(shown),
            id=f"tab-{anchor(finding.id)}",
            caption=numbering.table(f"{_TOPIC}, {year}"),
            columns=_COLUMNS,
        )
    ends = [fmt_count(float(frame["antall"].iloc[place])) for place in (0, -1)]
    return figure_steps(
        _signed(shown),
        [str(name) for name in shown["steg"]],
        id=f"fig-{anchor(finding.id)}",
        number=numbering.figure(),
        title=f"{_TOPIC}, {year}",
        alt=f"Liggende søyler. {_TOPIC}: fra {ends[0]} nye saker til {ends[1]} på siste steg.",
        caption="Antall saker på hvert steg. Tabellen viser andelen av et tidligere steg, "
        f"med {say.interval_words()}.",
        columns=_COLUMNS,
    )


def _signed(frame: pd.DataFrame) -> pd.DataFrame:
    """An interval has the sign of its share."""
    return frame.assign(lower_tegn=frame["share_tegn"]) if "share_tegn" in frame else frame


def _withdrawn(finding: Finding, numbering: Numbering) -> str:
    rows = finding.details.get("trukket")
    if rows is None or rows.empty:
        return ""
    return table(
        rows.assign(steg=rows["steg"].map(STEPS)),
        id=f"tab-{anchor(finding.id)}-trukket",
        caption=numbering.table("Samtykke som er trukket"),
        columns={"steg": Column("Hva", "text"), "antall": Column("Saker", "count")},
        note="Saker der samtykket er trukket, er tatt ut av alle senere steg.",
    )


def _wait_answer(finding: Finding) -> str:
    values = finding.values
    if "median" in values:
        return f"halvparten innen {fmt_quantity(_number(values['median']), 'dag', 'dager')}"
    if "median_open" in values:
        return "over halvparten venter fortsatt"
    return "for få saker" if "cases" in values else "kan ikke vises"


def _days_interval(values: Mapping[str, Value]) -> str:
    if "lower" in values and "upper" in values:
        limits = fmt_interval(_number(values["lower"]), _number(values["upper"]), kind="count")
        return f"{say.interval_words()}: {limits}"
    if "lower" in values and "upper_open" in values:
        return f"{say.interval_words()}: {fmt_number(_number(values['lower']))} eller mer"
    return ""


def _still_waiting(number: int, cases: str) -> str:
    if number == 0:
        return f"Alle {cases} har fått med en annen tjeneste."
    return f"I {fmt_count(number)} av {cases} er ingen annen tjeneste kommet inn ennå."


def _missing(finding: Finding) -> str:
    title = heading(f"{finding.topic}: {say.verdict_words(finding)}", id=finding.id)
    return (
        title + verdict(say.paragraph(finding)) + paragraph(say.next_datum(finding), kind="neste")
    )


def _number(value: Value) -> float:
    return float(value) if value is not None else 0.0


def _whole(value: Value) -> int:
    return int(_number(value))

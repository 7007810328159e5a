"""The tables of error rates in `docs/metode.md`, made from `benchmarks/error_rates.csv`.

Nothing is typed by hand: the text between the two marks is replaced, and a test holds the page to
what this makes.

    python benchmarks/error_tables.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
RESULT = HERE / "error_rates.csv"
PAGE = HERE.parent / "docs" / "metode.md"
START = "<!-- feilrater start -->"
END = "<!-- feilrater slutt -->"

WORLD = ["skoler", "utbredelse", "icc"]
WORLD_HEADINGS = ["Skoler", "Andel (%)", "ICC"]
# Wrong methods first, then each of our two tests alone, then the rules that are in use.
NULL_COLUMNS = {
    "elev_z": "Elever som enhet (feil)",
    "uten_familie": "Minst én av seks, uten familie (feil)",
    "p_value": "CV3 eller CR2 alene",
    "p_exact": "Fortegnstest alene",
    "begge": "Begge (vår regel)",
    "CLEAR_familie": "Minst én av seks, med familie (vår regel)",
}
MANY_COLUMNS = {
    "uten_familie": "Minst én, uten familie (feil)",
    "CLEAR_familie": "Minst én, med familie (vår regel)",
    "utforskende_PROBABLE": "Utforskende, per spørsmål",
}
POWER_COLUMNS = {
    "begge": "Begge tester, ett spørsmål",
    "CLEAR": "Med familie på seks (vår regel)",
}
OFFENCE_COLUMNS = {
    "poisson": "Forhold som Poisson (feil)",
    "nedre_grense": "Nedre grense (feil)",
    "personrader": "Personrader",
    "ovre_grense": "Øvre grense",
    "ovre_grense_stoerste": "Øvre grense, største kjent",
    "personer": "Antall personer",
}


def main() -> None:
    """Rewrite the tables in the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rewrite(page, pd.read_csv(RESULT)), encoding="utf-8", newline="\n")
    print(f"Tables of {RESULT.name} in {PAGE.name}")


def rewrite(page: str, results: pd.DataFrame) -> str:
    """The page with new tables between the two marks."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{tables(results)}\n{END}{after}"


def tables(results: pd.DataFrame) -> str:
    """Every table as Markdown, in per cent of the simulated surveys or pairs of years."""
    null = results[results["studie"] == "uendret"]
    six = null[null["spoersmaal"] == null["spoersmaal"].min()]
    is_rounded = six["avrundet"].astype(bool)
    offences = _rates(results[results["studie"] == "forhold"], ["personer"])
    parts = [
        ("Ingenting har skjedd, antall ja er kjent", _null(six[~is_rounded])),
        ("Ingenting har skjedd, bare hele prosent per skole er kjent", _null(six[is_rounded])),
        ("Ingenting har skjedd, seks eller hundre spørsmål", _many(null)),
        ("«Stabil»: endringen er akkurat så stor som marginen", _margin(results)),
        ("Noe har skjedd: hvor ofte ser vi det?", _power(results)),
        (
            "Antall forhold: to år fra samme verden",
            _markdown(offences, ["Personer i året"], OFFENCE_COLUMNS),
        ),
    ]
    return "\n".join(f"### {title}\n\n{table}" for title, table in parts)


def _null(rows: pd.DataFrame) -> str:
    return _markdown(_rates(rows, WORLD), WORLD_HEADINGS, NULL_COLUMNS)


def _many(null: pd.DataFrame) -> str:
    """The worlds that were drawn with few and with many questions."""
    exact = null[~null["avrundet"].astype(bool)]
    by_items = _rates(exact, [*WORLD, "spoersmaal"])
    is_both = by_items.groupby(level=WORLD).transform("size") > 1
    return _markdown(by_items[is_both], [*WORLD_HEADINGS, "Spørsmål"], MANY_COLUMNS)


def _margin(results: pd.DataFrame) -> str:
    """STABLE at the margin beside the wrong rule, and where nothing changed."""
    at_margin = _rates(results[results["studie"] == "grense"], WORLD)
    null = results[results["studie"] == "uendret"]
    is_plain = ~null["avrundet"].astype(bool) & (null["spoersmaal"] == null["spoersmaal"].min())
    table = pd.DataFrame(
        {
            "feil": 1 - at_margin["p_value"],
            "grense": at_margin["STABLE"],
            "null": _rates(null[is_plain], WORLD)["STABLE"].reindex(at_margin.index),
        }
    )
    headings = {
        "feil": "Testen slo ikke ut, «altså stabil» (feil)",
        "grense": "STABLE, sann endring 3 prosentpoeng (vår regel)",
        "null": "STABLE, sann endring 0 (så ofte ser vi det)",
    }
    return _markdown(table, WORLD_HEADINGS, headings)


def _power(results: pd.DataFrame) -> str:
    rows = _rates(results[results["studie"] == "styrke"], [*WORLD, "endring"])
    rows = rows.reorder_levels(["skoler", "utbredelse", "endring", "icc"]).sort_index()
    return _markdown(rows, ["Skoler", "Andel (%)", "Endring (pp)", "ICC"], POWER_COLUMNS)


def _rates(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return rows.pivot_table(index=keys, columns="regel", values="andel")


def _markdown(rates: pd.DataFrame, keys: Sequence[str], headings: dict[str, str]) -> str:
    """One row per world; a rule that was not studied there is «–»."""
    columns = rates.reindex(columns=list(headings))
    lines = [[*keys, *headings.values()], ["---:"] * (len(keys) + len(headings))]
    for index, row in zip(columns.index, columns.to_numpy(), strict=True):
        labels = index if isinstance(index, tuple) else (index,)
        named = zip(columns.index.names, labels, strict=True)
        lines.append(
            [*(_label(str(name), value) for name, value in named), *(_percent(x) for x in row)]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _label(name: str, value: float) -> str:
    """A key as a reader writes it: shares in per cent, an ICC with its decimals, counts whole."""
    if name in ("utbredelse", "endring"):
        return f"{100 * value:.0f}"
    return f"{value:.3f}".replace(".", ",") if name == "icc" else f"{value:.0f}"


def _percent(rate: float) -> str:
    return "–" if pd.isna(rate) else f"{100 * rate:.1f}".replace(".", ",")


if __name__ == "__main__":
    main()

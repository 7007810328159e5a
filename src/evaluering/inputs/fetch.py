"""Fetch public figures as dated snapshots; the only work in the project that needs the network.

A snapshot is the publisher's own reply and, beside it, who, what and when. A run reads snapshots
and never fetches. Nothing about persons is read here: this module imports no reader of a workbook,
and nothing but table ids and public codes leaves the house.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.files import canonical_json, write_file
from evaluering.inputs.municipality_codes import MunicipalityCodes, read_municipality_codes
from evaluering.inputs.official import read_json_stat, read_object
from evaluering.model import Source

POPULATION_TABLE: Final = "07459"
OLDEST_AGE: Final = 25
_LOOPBACK: Final = ("127.0.0.1", "localhost")
_SIDECAR: Final = ".kilde.json"
_TABLE: Final = re.compile("[A-Za-z0-9]{2,20}(/[0-9]{1,6})?")
_NAME: Final = re.compile("[a-z0-9_]{2,40}")
_CODE: Final = re.compile(r"[\w*?+().\- ]{1,60}")

Selection = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody whose public figures may be fetched. An empty licence: look it up at the source."""

    id: str
    name: str
    address: str
    table_page: str
    licence: str = ""


PUBLISHERS: Final[Mapping[str, Publisher]] = {
    "ssb": Publisher(
        "ssb",
        "Statistisk sentralbyrå",
        "https://data.ssb.no/api/pxwebapi/v2",
        "https://www.ssb.no/statbank/table/{table}",
        "CC BY 4.0",
    ),
    "fhi": Publisher(
        "fhi",
        "Folkehelseinstituttet",
        "https://statistikk-data.fhi.no/api/open/v1",
        "https://statistikk.fhi.no/",
    ),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A fetched table: its cells, where they come from, and the question that was asked."""

    frame: pd.DataFrame
    source: Source
    table: str
    selection: Mapping[str, tuple[str, ...]]


def fetch(
    publisher: Publisher,
    table: str,
    selection: Selection,
    *,
    folder: Path,
    today: date,
    name: str = "",
) -> Path:
    """Ask for a table and keep the reply: `<kilde>_<tabell>_<navn>_<dato>.json` and a sidecar.

    Args:
        publisher: One of `PUBLISHERS`.
        table: The publisher's table id: `07459`, or `nokkel/173` at FHI.
        selection: Codes per variable; `*` means all.
        folder: `data/publisert` of the project.
        today: The date in the file name and in the report's list of sources.
        name: Tells two snapshots of one table apart; a–z, digits and underscore.

    Returns:
        The snapshot. One from the same day with the same content is left as it is.

    Raises:
        EvalueringError: An undeclared host, a table id or code that is none, no contact, a reply
            that is not JSON-stat, or another snapshot already has the name.
    """
    from evaluering.inputs import pxweb  # noqa: PLC0415 - a second of imports; a run needs none

    _check_question(publisher, table, selection, name)
    if publisher.id == "fhi":
        reply = pxweb.fhi_reply(publisher.address, table, selection)
    else:
        reply = pxweb.pxweb_reply(publisher.address, table, selection, language="no")
    content = canonical_json(_without_contacts(reply)).encode()
    frame = read_json_stat(content)  # a reply we could not read later is refused now
    parts = [publisher.id, table.replace("/", "_"), name, today.isoformat()]
    path = folder / ("_".join(part for part in parts if part).lower() + ".json")
    if path.exists() and path.read_bytes() != content:
        raise EvalueringError(
            "Det ligger alt andre tall med dette filnavnet.",
            where=path.name,
            remedy="Velg et navn i tillegg (--navn), eller flytt den gamle filen.",
        )
    about = {
        "kilde": publisher.id,
        "utgiver": publisher.name,
        "tittel": frame.attrs["kilde"]["tittel"],
        "tabell": table,
        "spoerring": {variable: list(codes) for variable, codes in selection.items()},
        "adresse": publisher.table_page.format(table=table),
        "lisens": publisher.licence,
        "oppdatert": frame.attrs["kilde"]["oppdatert"],
        "hentet": today.isoformat(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "antall_tall": len(frame),
    }
    write_file(path, content)
    write_file(path.with_suffix(_SIDECAR), canonical_json(about))
    return path


def read_snapshot(path: Path) -> Snapshot:
    """A snapshot that `fetch` wrote, with its source.

    Args:
        path: The reply; its sidecar lies beside it.

    Raises:
        EvalueringError: The sidecar is missing or incomplete, or the reply is not the one it
            describes.
    """
    sidecar = path.with_suffix(_SIDECAR)
    about = read_object(sidecar)
    try:
        source = Source(
            title=_text(about["tittel"]),
            is_published=True,
            publisher=_text(about["utgiver"]),
            url=_text(about["adresse"]),
            retrieved=_text(about["hentet"]),
            licence=_text(about["lisens"]),
        )
        asked = cast("dict[str, list[str]]", about["spoerring"])
        selection = {variable: tuple(codes) for variable, codes in asked.items()}
        table, digest = _text(about["tabell"]), _text(about["sha256"])
    except (KeyError, TypeError, AttributeError) as error:
        raise EvalueringError(
            "Opplysningene om kilden er ikke hele.", sidecar.name, "Hent tallene på nytt."
        ) from error
    frame = read_json_stat(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise EvalueringError(
            "Tallene er endret etter at de ble hentet.", path.name, "Hent tallene på nytt."
        )
    return Snapshot(frame, source, table, selection)


def read_selection(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What was typed after `--velg`: `Tid=2024,2025` `Region=3107`.

    Args:
        texts: One per variable.

    Raises:
        EvalueringError: A text is not `variabel=kode,kode`, or a variable stands twice.
    """
    selection: dict[str, tuple[str, ...]] = {}
    for text in texts:
        variable, equals, codes = text.partition("=")
        if not equals or not variable or not codes or variable in selection:
            raise EvalueringError(
                "Et valg er ikke skrevet som variabel=kode.",
                where="--velg",
                remedy="Skriv for eksempel: --velg Region=3107 --velg Tid=2024,2025",
            )
        selection[variable] = tuple(code.strip() for code in codes.split(","))
    return selection


def population_selection(
    code: str, years: Sequence[int], codes: MunicipalityCodes | None = None
) -> dict[str, tuple[str, ...]]:
    """The question that gives one-year ages 0–25 of a municipality, under all its numbers.

    Args:
        code: Municipality number from any year.
        years: The years wanted.
        codes: Declared changes of numbers; the package's own when None.
    """
    codes = codes or read_municipality_codes()
    numbers = {number for year in years for number in codes.in_year(code, year)}
    return {
        "Region": tuple(sorted(numbers)),
        "Alder": tuple(f"{age:03d}" for age in range(OLDEST_AGE + 1)),
        "ContentsCode": ("Personer1",),
        "Tid": tuple(str(year) for year in sorted(set(years))),
    }


def fetch_population(
    code: str,
    years: Sequence[int],
    *,
    folder: Path,
    today: date,
    publisher: Publisher = PUBLISHERS["ssb"],
) -> Path:
    """The snapshot the sheet «Befolkning» is filled from: Statistics Norway's table 07459.

    Args:
        code: Municipality number from any year.
        years: The years wanted.
        folder: `data/publisert` of the project.
        today: The date of the snapshot.
        publisher: Statistics Norway.
    """
    selection = population_selection(code, years)
    return fetch(
        publisher,
        POPULATION_TABLE,
        selection,
        folder=folder,
        today=today,
        name=f"befolkning_{read_municipality_codes().newest(code)}",
    )


def read_population(path: Path, codes: MunicipalityCodes | None = None) -> pd.DataFrame:
    """The rows of the sheet «Befolkning» from a snapshot of table 07459.

    Args:
        path: What `fetch_population` wrote.
        codes: Declared changes of numbers; the package's own when None.

    Returns:
        `kommune_nr` (today's number), `aar`, `alder` 0–25, `antall` (missing where the publisher
        gives no number). Sexes, and municipalities since merged, are summed.

    Raises:
        EvalueringError: The snapshot holds something else.
    """
    codes = codes or read_municipality_codes()
    frame = read_snapshot(path).frame
    if not {"Region", "Alder", "Tid", "ContentsCode"} <= set(frame.columns) or set(
        frame["ContentsCode"]
    ) != {"Personer1"}:
        raise EvalueringError(
            "Filen inneholder ikke folketall.", path.name, "Hent med: evaluering hent befolkning"
        )
    rows = pd.DataFrame(
        {
            "kommune_nr": frame["Region"],
            "aar": frame["Tid"].astype("int64"),
            "alder": frame["Alder"].astype("int64"),
            "antall": frame["verdi"],
        }
    )
    in_use = [
        region in codes.in_year(region, year)
        for region, year in zip(rows["kommune_nr"], rows["aar"], strict=True)
    ]
    rows = codes.with_newest(rows[in_use])
    # One missing part makes the sum missing: else half a municipality would look like all of it.
    rows["mangler"] = rows["antall"].isna()
    keys = ["kommune_nr", "aar", "alder"]
    sums = rows.groupby(keys, as_index=False)[["antall", "mangler"]].sum()
    total = sums["antall"].mask(sums["mangler"] > 0).astype("Int64")
    return sums[keys].assign(antall=total)


def _check_question(publisher: Publisher, table: str, selection: Selection, name: str) -> None:
    host = urlsplit(publisher.address).hostname
    declared = {urlsplit(known.address).hostname for known in PUBLISHERS.values()}
    if host not in declared and host not in _LOOPBACK:
        raise EvalueringError(
            "Kilden er ikke en av dem det er lov å hente fra.",
            where="hent",
            remedy=f"Lov: {', '.join(PUBLISHERS)}.",
        )
    if not _TABLE.fullmatch(table) or (publisher.id == "fhi") != ("/" in table):
        raise EvalueringError(
            "Tabellnummeret er ikke gyldig.",
            where="hent",
            remedy="Skriv for eksempel 07459 hos ssb, eller nokkel/173 hos fhi.",
        )
    if name and not _NAME.fullmatch(name):
        raise EvalueringError(
            "Navnet kan bare ha små bokstaver a–z, tall og understrek.", "--navn", "Velg et annet."
        )
    codes = [code for chosen in selection.values() for code in chosen]
    if not codes or not all(_CODE.fullmatch(text) for text in [*selection, *codes]):
        raise EvalueringError(
            "Spørringen har ingen koder, eller en kode som ikke er gyldig.",
            where="--velg",
            remedy="Skriv for eksempel: --velg Region=3107 --velg Tid=2024,2025",
        )


def _without_contacts(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply without names, phones and e-mail of those who made it: nobody here needs them."""
    extension = reply.get("extension")
    if not isinstance(extension, dict):
        return reply
    kept = {
        key: value for key, value in cast("dict[str, Any]", extension).items() if key != "contact"
    }
    return {**reply, "extension": kept}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

"""Params that are right one by one and cannot be right together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaluering.errors import EvalueringError
from evaluering.inputs.identifiers import refusal
from evaluering.inputs.municipality_names import find_municipality
from evaluering.inputs.text_scan import scan_comments
from evaluering.pipeline.params import Params
from evaluering.text_file import gathered


def check_sense(params: Params, path: Path) -> None:
    """Refuse params that contradict each other, or comments that could name a person.

    Args:
        params: As read.
        path: The file they were read from.

    Raises:
        EvalueringError: With every contradiction found.
    """
    where = f"params/{path.name}"
    if hits := scan_comments(path):
        raise refusal(hits, where)
    problems = list(_dates(params, where))
    if not params.syntetisk:
        problems += _places(params, where)
    if problems:
        raise gathered(problems, where)


def _dates(params: Params, where: str) -> Iterator[EvalueringError]:
    first = f"{params.aar}-01-01"
    if params.moete_dato[:4] < str(params.aar):
        yield EvalueringError(
            f"Politirådet kan ikke møtes før året {params.aar} har begynt.",
            f"{where}, moete_dato",
            "Rett moete_dato eller aar.",
        )
    if params.skjaeringsdato < first:
        yield EvalueringError(
            f"Datoen tallene er talt til, er før året {params.aar}.",
            f"{where}, skjaeringsdato",
            "Rett skjaeringsdato eller aar.",
        )
    if params.skjaeringsdato[: len(params.moete_dato)] > params.moete_dato:
        yield EvalueringError(
            "Datoen tallene er talt til, er etter møtet i politirådet.",
            f"{where}, skjaeringsdato",
            "Rett skjaeringsdato eller moete_dato.",
        )


def _places(params: Params, where: str) -> Iterator[EvalueringError]:
    named = find_municipality(params.kommune)
    if named.kommune_nr != params.kommune_nr:
        yield EvalueringError(
            f"{named.navn} har kommunenummer {named.kommune_nr}, ikke {params.kommune_nr}.",
            f"{where}, kommune_nr",
            "Rett kommune eller kommune_nr.",
        )
    others = [str(number) for number in params.sammenligning.get("kommuner", ())]
    if params.kommune_nr in others:
        yield EvalueringError(
            "Kommunen kan ikke sammenlignes med seg selv.",
            f"{where}, sammenligning",
            f"Ta {params.kommune_nr} ut av listen.",
        )
    for number in others:
        try:
            find_municipality(number)
        except EvalueringError:
            yield EvalueringError(
                f"Ingen kommune har nummeret {number} i dag.",
                f"{where}, sammenligning",
                "Rett nummeret, eller ta det ut av listen.",
            )

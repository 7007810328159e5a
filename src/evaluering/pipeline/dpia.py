"""`dpia.md`: a basis for the assessment of data protection, generated from the code itself.

Columns come from the declarations the reader enforces, rules from the rules that run, purposes and
basis from the params file. What the code does not know stands as an open point, never as a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from evaluering.disclosure import rules
from evaluering.errors import EvalueringError
from evaluering.files import write_file
from evaluering.inputs.workbook.columns import Column, Sheet
from evaluering.inputs.workbook.sheets import Layout, check_personrader, declare_workbook
from evaluering.pipeline.params import Params, read_params
from evaluering.plan import read_plan

ANNEX: Final = "dpia.md"
EVIDENCE: Final = Path("docs") / "bevis.md"
_OPEN: Final = "**Ikke oppgitt. Må fylles ut av kommunen.**"
_DRAFT: Final = re.compile(r"v(\d+)")
_MOST_CODES: Final = 40

_FLOW: Final = (
    ("data/inndata/", "Arbeidsbok og politiskjema, slik de ble levert. Følger aldri med ut."),
    ("data/statistikk/", "Mellomregning med små tall. Bare på maskinen, slettes av kommunen."),
    ("data/utdata/", "Funn etter skjerming: det hvem som helst kan få vite."),
    ("reports/<navn>/vN/", "Kladd av rapporten. Undermappen `_intern` er bare til eget bruk."),
    ("reports/<navn>/utgave-N/", "Det som er gitt ut. Ingen interne filer."),
    (
        "reports/<nr>_utgivelser.jsonl",
        "Regnskap over utgitte tall. Skjulte verdier står aldri der.",
    ),
)
_UNCOVERED: Final = (
    "Om behandlingen er lovlig. Det avgjør kommunen, etter råd fra personvernombudet.",
    "Hva politiet og tjenestene gjør med tallene før de leveres.",
    "Tilgang til maskinen, kryptering, sikkerhetskopi og sletting.",
    "Navn i de signerte vurderingene. En regel kan ikke kjenne igjen et navn.",
    "Hva noen allerede vet om en ungdom, og kan kjenne igjen i en sum.",
    "Tall andre gir ut, som ikke er ført i regnskapet over utgitte tall.",
)


def write_annex(params_file: Path, root: Path) -> Path:
    """Write the annex beside the internal manifest of the newest draft.

    Args:
        params_file: `params/<name>.yml`.
        root: The project folder.

    Returns:
        The file, `reports/<name>/vN/_intern/dpia.md`.

    Raises:
        EvalueringError: The params file is refused, or no draft has been made yet.
    """
    params = read_params(params_file, root)
    plan = read_plan(root / params.plan) if params.plan else read_plan()
    evidence = root / EVIDENCE
    text = annex(
        params,
        declare_workbook(plan),
        evidence.read_text(encoding="utf-8") if evidence.is_file() else "",
    )
    path = _newest_draft(root, params.name) / "_intern" / ANNEX
    write_file(path, text)
    return path


def annex(params: Params, layout: Layout, evidence: str = "") -> str:
    """The whole annex as Markdown.

    Args:
        params: Of the run it belongs to.
        layout: The declared workbook.
        evidence: The content of `docs/bevis.md`; empty when it has not been made.
    """
    opened = check_personrader(params.personrader)
    parts = [
        "# Vedlegg om personvern",
        "Kladd til personvernombudet",
        "**Grunnlag for vurdering, ikke en juridisk vurdering**",
        f"Gjelder: {params.kommune} ({params.kommune_nr}), {params.aar}. "
        f"Laget fra params/{params.name}.yml og fra koden selv.",
        *_purpose(params),
        *_persons(params, layout, opened),
        *_columns(layout, opened),
        *_data_flow(params),
        *_rules(params),
        *_attacks(evidence),
        "## Det som ikke er dekket",
        _items(_UNCOVERED),
    ]
    return "\n\n".join(parts) + "\n"


def _purpose(params: Params) -> list[str]:
    return [
        "## Formål og grunnlag",
        "Formålet er å evaluere kommunens plan mot barne- og ungdomskriminalitet for politirådet. "
        "Resultatet er statistikk, aldri opplysninger om én person.",
        f"Behandlingsgrunnlag: {params.behandlingsgrunnlag or _OPEN}",
        "Samtykke i en sak brukes som fritak fra taushetsplikt. Det er ikke brukt som "
        "behandlingsgrunnlag.",
        f"Hvem som må samtykke: {_consent(params)}",
        f"Lagringstid: {_OPEN}",
    ]


def _consent(params: Params) -> str:
    if not params.samtykke_kreves:
        return "både ungdommen og foresatte, for alle under 18 år (den strengeste regelen)."
    groups = [f"{age}: {', '.join(who)}" for age, who in sorted(params.samtykke_kreves.items())]
    return f"{'; '.join(groups)}."


def _persons(params: Params, layout: Layout, opened: Sequence[str]) -> list[str]:
    """Which sheets about persons are switched on, by whom and when."""
    if not opened:
        said = "Ingen. Et ark med rader om personer blir avvist hvis det er fylt ut."
        return ["## Rader om enkeltpersoner", said]
    rows = [
        f"«{layout.sheet(id).name}»: bestemt av {params.personrader[id]['rolle']}, "
        f"{params.personrader[id]['dato']}"
        for id in opened
    ]
    invented = "Radene er oppdiktet." if params.syntetisk else ""
    return ["## Rader om enkeltpersoner", _items(rows), *([invented] if invented else [])]


def _columns(layout: Layout, opened: Sequence[str]) -> list[str]:
    """Every declared column: what cannot be declared cannot come in."""
    parts = [
        "## Opplysninger som kan komme inn",
        "Listen er den samme som programmet leser etter. Andre kolonner blir avvist.",
    ]
    for sheet in layout.sheets:
        parts += [f"### {sheet.name}", _about(sheet, opened), _table(sheet)]
    lists = [
        f"{codes.title}: {', '.join(codes.labels[:_MOST_CODES])}"
        + (f" og {len(codes.labels) - _MOST_CODES} til" if len(codes.labels) > _MOST_CODES else "")
        for codes in layout.code_lists
    ]
    return [*parts, "### Kodelister", _items(lists)]


def _about(sheet: Sheet, opened: Sequence[str]) -> str:
    if not sheet.is_person_rows:
        return "Ikke rader om personer."
    is_open = sheet.id in opened or sheet.follows in opened
    return f"Rader om personer. {'Slått på' if is_open else 'Ikke slått på'} i denne kjøringen."


def _table(sheet: Sheet) -> str:
    head = "| Kolonne | Innhold | Må fylles ut | Merknad |\n| --- | --- | --- | --- |"
    rows = [
        f"| {column.label} | {_content(column)} | {'ja' if column.is_required else 'nei'} "
        f"| {_remark(column)} |"
        for column in sheet.columns
    ]
    return "\n".join([head, *rows])


def _content(column: Column) -> str:
    if column.codes is not None:
        return f"fra listen «{column.codes.title}»"
    words = {"heltall": "helt tall", "tall": "tall", "dato": "dato", "tekst": "fri tekst"}
    return words.get(column.kind.value, "kode etter fast mønster")


def _remark(column: Column) -> str:
    remarks: list[str] = []
    if column.rekey:
        remarks.append("byttes til et pseudonym når den leses")
    if column.is_opt_in:
        remarks.append("bare når params tillater den")
    if column.is_internal:
        remarks.append("vises aldri")
    if column.max_length:
        remarks.append(f"høyst {column.max_length} tegn")
    return ", ".join(remarks) or "–"


def _data_flow(params: Params) -> list[str]:
    given = [name for name in (params.arbeidsbok, params.politiskjema) if name]
    given += [
        f"{key}: {name}" for key, name in sorted({**params.publisert, **params.ungdata}.items())
    ]
    return [
        "## Hvor opplysningene går",
        f"Filer i denne kjøringen: {', '.join(given) or 'ingen'}.",
        _items(f"`{folder}`: {what}" for folder, what in _FLOW),
        "Alt kjører på egen maskin. Bare kommandoen `hent` bruker nettet, og den leser ingen "
        "opplysninger om personer.",
    ]


def _rules(params: Params) -> list[str]:
    said = (
        f"Et antall vises bare når det er 0, eller minst {params.terskel} personer står bak. "
        f"Grensen kan heves, aldri settes under {rules.LEAST_THRESHOLD}.",
        f"Én person kan stå for høyst {_percent(rules.LARGEST_SHARE)} av et antall hendelser, "
        f"og to for høyst {_percent(rules.TWO_LARGEST_SHARE)}.",
        f"Kjenner vi ikke fordelingen, må minst {rules.PERSONS_WITHOUT_CONTRIBUTORS} personer stå "
        "bak.",
        f"I en gruppe med færre enn {rules.GROUP_PERSONS} personer skjules «alle» og «ingen».",
        "En prosent, en rate og et snitt vises bare når begge tallene bak kan vises.",
        f"Usikkerhet vises bare når minst {rules.SPREAD_SCHOOLS} skoler eller "
        f"{rules.SPREAD_PERSONS} personer står bak. Minste og største verdi vises aldri.",
        f"Mål vises samlet, fra {rules.GOAL_CASES} saker og {rules.GOAL_PERSONS} personer.",
        "Kan et skjult tall regnes ut av andre tall, skjules flere tall, eller hele tabellen.",
        "Alle skjulte tall har samme tegn. Antallet skjulte tall gis ikke ut.",
    )
    return [
        "## Regler for hva som vises",
        f"Regelsett {rules.RULE_SET}.",
        _items(said),
        "Tall som er gitt ut før, huskes. Nye tall kontrolleres sammen med dem.",
    ]


def _attacks(evidence: str) -> list[str]:
    """Who was tried against the report, and what the long test said."""
    return [
        "## Forsøk på å regne seg tilbake",
        _items(
            (
                "En leser som bare har denne rapporten.",
                "En leser som også har alle tidligere rapporter og andres utgivelser.",
                "En person som kjenner sitt eget tall.",
                "En leser som har koden, men ikke nøkkelen. Kan ikke finne et skjult tall helt. "
                "Hvor ofte «under 5» kan sluttes, er målt og ikke lovet.",
            )
        ),
        "En kjøring der et av de tre første forsøkene lykkes, gir ingen rapport. Kontrollen kan "
        "ikke slås av.",
        "## Testtall og gjenstående risiko",
        _quoted(evidence)
        if evidence.strip()
        else f"Ikke målt i denne installasjonen: {EVIDENCE.as_posix()} finnes ikke.",
    ]


def _quoted(evidence: str) -> str:
    """The evidence one heading level down, so that the annex keeps its own outline."""
    return re.sub(r"^(#+ )", r"##\1", evidence.strip(), flags=re.MULTILINE)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} prosent"


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _newest_draft(root: Path, name: str) -> Path:
    folder = root / "reports" / name
    drafts = [path for path in folder.glob("v*") if path.is_dir() and _DRAFT.fullmatch(path.name)]
    if not drafts:
        raise EvalueringError(
            "Det finnes ingen kladd å legge vedlegget ved.",
            where=f"reports/{name}",
            remedy=f"Lag den først: evaluering kjør params/{name}.yml",
        )
    return max(drafts, key=lambda path: int(path.name[1:]))

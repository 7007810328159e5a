"""The commands a coordinator types. Prints; decides nothing.

Exit codes: 0 done, 1 the input needs mending, 2 wrong use, 3 a fault of ours.
"""

from __future__ import annotations

import argparse
import gettext
import os
import subprocess
import sys
import traceback
import webbrowser
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from evaluering.errors import EvalueringError
from evaluering.files import project_root, write_file
from evaluering.inputs.identifiers import find, refusal
from evaluering.inputs.identity_hits import FILE_NAME, Hit

_LONGEST_NAME = 100
DONE, MEND, MISUSE, FAULT = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code.

    Args:
        arguments: What stands after `evaluering`; the process's own when None.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    _speak_norwegian()
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except EvalueringError as refusal:
        print(refusal, file=sys.stderr)
        return MEND
    except KeyboardInterrupt:
        print("Avbrutt. Ingen rapport er endret.", file=sys.stderr)
        return FAULT
    except PermissionError as fault:
        print(f"Får ikke skrive til {_name(fault)}. Lukk filen og prøv igjen.", file=sys.stderr)
        return MEND
    except OSError as fault:
        print(f"Får ikke lest eller skrevet {_name(fault)}: {fault.strerror}.", file=sys.stderr)
        return FAULT
    except Exception:  # the last wall: a coordinator never meets a traceback
        log = project_root() / "data" / "statistikk" / "feil.txt"
        write_file(log, traceback.format_exc())
        print("Noe gikk galt hos oss. Se data/statistikk/feil.txt.", file=sys.stderr)
        return FAULT


def _run(options: argparse.Namespace) -> int:
    # Papermill and nbconvert take a second to load; the other commands do without them.
    from evaluering.pipeline import kernel, runner  # noqa: PLC0415

    kernel.use_selector_loop()
    root = project_root()
    try:
        page = runner.run(
            _params_path(options.params, root),
            root,
            print,
            jobs=options.jobber,
            pdf=options.pdf,
        )
    except runner.RunFailedError as fault:
        print(fault, file=sys.stderr)
        return FAULT
    print(page.relative_to(root).as_posix())
    return DONE


def _publish(options: argparse.Namespace) -> int:
    from evaluering.pipeline import kernel, publish, runner  # noqa: PLC0415

    kernel.use_selector_loop()
    root = project_root()
    name = _params_path(Path(options.navn), root).stem
    today = datetime.now(tz=UTC).date()
    try:
        page = publish.publish(name, root, today, print)
    except runner.RunFailedError as fault:
        print(fault, file=sys.stderr)
        return FAULT
    print("Ta sikkerhetskopi av mappen reports. Regnskapet der må følge med.")
    print(page.relative_to(root).as_posix())
    return DONE


def _check(options: argparse.Namespace) -> int:
    from evaluering.pipeline import inputs_check, params  # noqa: PLC0415

    root = project_root()
    checked = params.read_params(_params_path(options.params, root), root)
    found = inputs_check.check_inputs(checked, root)
    if found.remarks:
        print(found.remarks)
    print(f"Alt i orden: params/{checked.name}.yml og {len(found.files)} filer er lest uten feil.")
    return DONE


def _annex(options: argparse.Namespace) -> int:
    from evaluering.pipeline import dpia  # noqa: PLC0415

    root = project_root()
    path = dpia.write_annex(_params_path(Path(options.navn), root), root)
    print("Kladd til personvernombudet. Grunnlag for vurdering, ikke en juridisk vurdering.")
    print(path.relative_to(root).as_posix())
    return DONE


def _new(options: argparse.Namespace) -> int:
    from evaluering.inputs.new_year import new_year  # noqa: PLC0415

    root = project_root()
    sheets = [name.strip() for name in options.personrader.split(",") if name.strip()]
    made = new_year(root, options.aar, options.kommune, sheets, plan=options.plan)
    for note in made.notes:
        print(note)
    for path in (made.params, made.workbook):
        print(path.relative_to(root).as_posix())
    return DONE


def _single_case(options: argparse.Namespace) -> int:
    from evaluering.pipeline import kernel, runner, single_case  # noqa: PLC0415

    kernel.use_selector_loop()
    root = project_root()
    try:
        page = single_case.run(_params_path(options.params, root), options.sak, root)
    except runner.RunFailedError as fault:
        print(fault, file=sys.stderr)
        return FAULT
    print("Siden er bare for samtalen med ungdommen. Den skal ikke deles eller sendes.")
    print(page.relative_to(root).as_posix())
    return DONE


def _police_form(options: argparse.Namespace) -> int:
    from evaluering.inputs.workbook.police_form import create_police_form  # noqa: PLC0415
    from evaluering.pipeline.params import read_params  # noqa: PLC0415

    root = project_root()
    params = read_params(_params_path(options.params, root), root)
    path = root / "data" / "inndata" / f"{params.name}_politiskjema.xlsx"
    create_police_form(path, kommune=params.kommune, aar=params.aar, first_year=options.fra)
    print("Send skjemaet bare i kanalen kommunen og politiet har avtalt.")
    print(path.relative_to(root).as_posix())
    return DONE


def _fetch(options: argparse.Namespace) -> int:
    from evaluering.inputs import fetch  # noqa: PLC0415

    root = project_root()
    path = fetch.fetch(
        fetch.PUBLISHERS[options.kilde],
        options.tabell,
        fetch.read_selection(options.velg),
        folder=root / "data" / "publisert",
        today=datetime.now(tz=UTC).date(),
        name=options.navn,
    )
    print(path.relative_to(root).as_posix())
    return DONE


def _show(options: argparse.Namespace) -> int:
    root = project_root()
    name = _params_path(Path(options.navn), root).stem
    page = _newest_page(root / "reports" / name)
    if page is None:
        raise EvalueringError(
            "Det finnes ingen rapport med dette navnet.",
            where=f"reports/{name}",
            remedy=f"Lag den først: evaluering kjør params/{name}.yml",
        )
    print(page.relative_to(root).as_posix())
    if not webbrowser.open(page.as_uri()):
        print("Fant ingen nettleser. Åpne filen selv.")
    return DONE


def _newest_page(reports: Path) -> Path | None:
    """The newest edition's page; without any edition, the newest draft's."""
    for prefix in ("utgave-", "v"):
        pages = {
            int(number): page
            for page in reports.glob(f"{prefix}*/evaluering.html")
            if (number := page.parent.name.removeprefix(prefix)).isdecimal()
        }
        if pages:
            return pages[max(pages)]
    return None


def _lab(_: argparse.Namespace) -> int:
    root = project_root()
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(root)]
    return DONE if subprocess.call(command, cwd=root) == 0 else FAULT  # noqa: S603 fixed command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="evaluering",
        description="Evaluerer kommunens plan mot barne- og ungdomskriminalitet.",
    )
    commands = parser.add_subparsers(required=True, metavar="kommando", dest="kommando")
    run = commands.add_parser(
        "kjør", aliases=["kjor"], help="lag en ny rapport", description="Lag en ny rapport."
    )
    example = commands.add_parser(
        "eksempel",
        help="lag rapporten for den oppdiktede Eksempelkommune",
        description="Lag rapporten for den oppdiktede Eksempelkommune.",
    )
    example.set_defaults(command=_run, params=Path("params/eksempel.yml"))
    for command in (run, example):
        command.add_argument(
            "--jobber", type=int, default=0, help="notatbøker på en gang; 0 er én for hver kjerne"
        )
        command.add_argument("--pdf", action="store_true", help="lag også rapporten som PDF")
    check = commands.add_parser(
        "sjekk",
        help="les og sjekk alt, uten å lage en rapport",
        description="Les og sjekk alt, uten å lage en rapport. Er det feil i arbeidsboken, lages "
        "en kopi der feilene er merket.",
    )
    for command, action in ((run, _run), (check, _check)):
        command.add_argument("params", type=Path, help="parameterfilen, params/<navn>.yml")
        command.set_defaults(command=action)
    _add_inputs_commands(commands)
    publish = commands.add_parser(
        "publiser",
        help="gi ut den siste rapporten, så den aldri mer endres",
        description="Gi ut den siste ferdige rapporten som reports/<navn>/utgave-1, utgave-2 og så "
        "videre. Tallene kontrolleres på nytt mot alt kommunen har gitt ut før. Det som er gitt "
        "ut, kan ikke trekkes tilbake. Oppdiktede tall kan ikke gis ut.",
    )
    publish.add_argument("navn", help="navnet på parameterfilen, uten .yml")
    publish.set_defaults(command=_publish)
    annex = commands.add_parser(
        "dpia",
        help="lag vedlegget om personvern",
        description="Lag vedlegget om personvern ved siden av den nyeste kladden. Det er et "
        "grunnlag for vurdering, ikke en juridisk vurdering.",
    )
    annex.add_argument("navn", help="navnet på parameterfilen, uten .yml")
    annex.set_defaults(command=_annex)
    show = commands.add_parser(
        "vis",
        help="åpne den nyeste rapporten",
        description="Åpne den nyeste utgaven. Er ingen gitt ut, åpnes den nyeste kladden.",
    )
    show.add_argument("navn", help="navnet på parameterfilen, uten .yml")
    show.set_defaults(command=_show)
    lab = commands.add_parser(
        "lab",
        help="åpne JupyterLab i prosjektet",
        description="Åpne JupyterLab i prosjektet.",
    )
    lab.set_defaults(command=_lab)
    return parser


def _add_inputs_commands(commands: Any) -> None:  # noqa: ANN401 argparse keeps its type private
    new = commands.add_parser(
        "ny",
        help="begynn på et nytt år: parameterfil og arbeidsbok",
        description="Lag parameterfilen og arbeidsboken for et nytt år. Ingenting skrives over.",
    )
    new.add_argument("aar", type=int, metavar="år", help="året politirådet møtes i januar")
    new.add_argument("--kommune", required=True, help="kommunens navn eller nummer")
    new.add_argument(
        "--personrader", default="", help="ark med rader om personer, for eksempel saker,maal"
    )
    new.add_argument("--plan", default="", help="kommunens egen planfil")
    new.set_defaults(command=_new)
    form = commands.add_parser(
        "politiskjema",
        help="lag skjemaet politiet fyller ut",
        description="Lag skjemaet politiet fyller ut, på én side.",
    )
    form.add_argument("params", type=Path, help="parameterfilen, params/<navn>.yml")
    form.add_argument("--fra", type=int, help="det første året det spørres om")
    form.set_defaults(command=_police_form)
    case = commands.add_parser(
        "enkeltsak",
        help="vis målene i én sak med samtykke, bare til samtalen",
        description="Lag siden om målene i én sak. Samtykket må gjelde i dag. Siden er intern.",
    )
    case.add_argument("params", type=Path, help="parameterfilen, params/<navn>.yml")
    case.add_argument("--sak", required=True, help="saksnummeret, for eksempel S-014")
    case.set_defaults(command=_single_case)
    fetch = commands.add_parser(
        "hent",
        help="hent offentlig statistikk og lagre den med dato",
        description="Hent en tabell fra Statistisk sentralbyrå (ssb) eller Folkehelseinstituttet "
        "(fhi), og lagre den i data/publisert.",
    )
    fetch.add_argument("kilde", choices=("ssb", "fhi"), help="ssb eller fhi")
    fetch.add_argument("tabell", help="tabellens nummer, for eksempel 07459")
    fetch.add_argument(
        "--velg",
        action="append",
        default=[],
        metavar="VARIABEL=KODER",
        help="for eksempel Tid=2025",
    )
    fetch.add_argument("--navn", default="", help="skiller to uttrekk av samme tabell")
    fetch.set_defaults(command=_fetch)


def _params_path(given: Path, root: Path) -> Path:
    """The file in params/, also when only its name was typed, or the name without ending."""
    if not given.name or len(given.name) > _LONGEST_NAME:
        raise EvalueringError(
            "Dette er ikke navnet på en parameterfil.",
            remedy="Skriv for eksempel params/fredrikstad_publisert.yml.",
        )
    if hits := [Hit(kind, part=FILE_NAME) for kind in find(given.name)]:
        raise refusal(hits)
    path = given if given.suffix == ".yml" else given.with_name(f"{given.name}.yml")
    inside = path if path.is_absolute() else Path.cwd() / path
    if inside.is_file() and inside.resolve().parent != (root / "params").resolve():
        raise EvalueringError(
            "Parameterfilen ligger ikke i prosjektets mappe params.",
            where=path.name,
            remedy="Flytt filen til mappen params.",
        )
    return root / "params" / path.name


def _speak_norwegian() -> None:
    """Argparse takes its words from gettext; ours lie in the package."""
    os.environ["LANGUAGE"] = "nb"
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))


def _name(fault: OSError) -> str:
    return Path(str(fault.filename)).name if fault.filename else "en fil"


if __name__ == "__main__":
    sys.exit(main())

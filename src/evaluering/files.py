"""Where the project lies, the only function that writes files, and findings as JSON.

The shell and the kernels meet through these files only. Findings (internal, may hold small numbers)
lie in `data/statistikk/<run>/`, safe findings in `data/utdata/<run>/`.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pandas as pd

from evaluering.errors import EvalueringError
from evaluering.model import (
    Audit,
    Cell,
    CountTable,
    Finding,
    Relation,
    Rest,
    SafeFinding,
    Source,
    Value,
    Verdict,
)

# Set for kernels by the runner; absent in JupyterLab and under plain papermill.
ROOT_VARIABLE = "EVALUERING_ROT"
STATISTIKK_VARIABLE = "EVALUERING_STATISTIKK"
UTDATA_VARIABLE = "EVALUERING_UTDATA"


def project_root(start: Path | None = None) -> Path:
    """The folder that holds `params/_skjema.json`: from the environment, else upwards from `start`.

    Args:
        start: Where to begin looking; the working folder when None.

    Raises:
        EvalueringError: No such folder at or above `start`.
    """
    if start is None and os.environ.get(ROOT_VARIABLE):
        return Path(os.environ[ROOT_VARIABLE])
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params" / "_skjema.json").is_file():
            return folder
    raise EvalueringError(
        "Fant ikke prosjektmappen.",
        where=here.name,
        remedy="Åpne ledeteksten i mappen der README.md og params ligger, og prøv igjen.",
    )


def write_file(path: Path, content: bytes | str) -> None:
    """Write a whole file or nothing: temporary name in the same folder, flush, then replace.

    Args:
        path: The file; folders above it are made.
        content: Bytes, or text that becomes UTF-8 with LF.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    # A rename survives a power cut only when the folder is flushed too; Windows has no such call.
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def canonical_json(content: object) -> str:
    """JSON that is the same for equal content: sorted keys, UTF-8, LF, no NaN."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text + "\n"


def finding_digest(finding: Finding) -> str:
    """SHA-256 of everything in the finding."""
    return hashlib.sha256(canonical_json(finding_to_json(finding)).encode()).hexdigest()


def write_findings(folder: Path, findings: Iterable[Finding | SafeFinding]) -> list[Path]:
    """One JSON file per finding, named by its id. Returns the paths in the order given."""
    paths: list[Path] = []
    for item in findings:
        finding = item.finding if isinstance(item, SafeFinding) else item
        record = finding_to_json(finding)
        if isinstance(item, SafeFinding):
            record = {"audit": _fields(item.audit), "finding": record}
        path = folder / f"{finding.id}.json"
        write_file(path, canonical_json(record))
        paths.append(path)
    return paths


def read_findings(folder: Path) -> list[Finding]:
    """The internal findings of a run, sorted by file name."""
    return [finding_from_json(_load(path)) for path in _json_files(folder)]


def read_safe_findings(folder: Path) -> list[SafeFinding]:
    """The safe findings of a run, sorted by file name."""
    records = [_load(path) for path in _json_files(folder)]
    return [
        SafeFinding(finding_from_json(record["finding"]), Audit(**record["audit"]))
        for record in records
    ]


def _json_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise EvalueringError(
            "Det finnes ingen resultater her ennå.",
            where=f"mappen {folder.name}",
            remedy="Kjør evalueringen først: evaluering kjør params/<navn>.yml",
        )
    return sorted(folder.glob("[!_]*.json"))


def _load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _fields(item: Finding | Source | Audit) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in fields(item)}


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON content; missing becomes null. Refuses an infinite number."""
    record = _fields(finding)
    record["frame"] = _frame_to_json(finding.frame)
    record["details"] = {name: _frame_to_json(frame) for name, frame in finding.details.items()}
    record["sources"] = [_fields(source) for source in finding.sources]
    record["values"] = {key: _plain(value) for key, value in finding.values.items()}
    record["tables"] = [_table_to_json(table) for table in finding.tables]
    record["rests"] = [asdict(rest) for rest in finding.rests]
    return record


def finding_from_json(record: Mapping[str, Any]) -> Finding:
    """The finding that `finding_to_json` wrote."""
    content = dict(record)
    content["frame"] = _frame_from_json(content["frame"])
    content["details"] = MappingProxyType(
        {name: _frame_from_json(frame) for name, frame in content["details"].items()}
    )
    content["sources"] = tuple(Source(**source) for source in content["sources"])
    content["verdict"] = Verdict(content["verdict"]) if content["verdict"] else None
    content["values"] = MappingProxyType(content["values"])
    content["tables"] = tuple(_table_from_json(table) for table in content["tables"])
    content["rests"] = tuple(_rest_from_json(rest) for rest in content["rests"])
    return Finding(**content)


_CELL_SETS = ("never_hidden", "headline", "structural")


def _table_to_json(table: CountTable) -> dict[str, Any]:
    record = {field.name: getattr(table, field.name) for field in fields(table)}
    record["frame"] = _frame_to_json(table.frame)
    record["hierarchies"] = {name: dict(tree) for name, tree in table.hierarchies.items()}
    record["relations"] = [asdict(relation) for relation in table.relations]
    for name in _CELL_SETS:
        record[name] = [asdict(cell) for cell in sorted(record[name])]
    return record


def _table_from_json(record: Mapping[str, Any]) -> CountTable:
    content = dict(record)
    content["frame"] = _frame_from_json(content["frame"])
    for name in ("dimensions", "coarser"):
        content[name] = tuple(content[name])
    for name in _CELL_SETS:
        content[name] = frozenset(_cell_from_json(cell) for cell in content[name])
    content["relations"] = tuple(
        Relation(
            tuple((number, _cell_from_json(cell)) for number, cell in relation["terms"]),
            relation["kind"],
        )
        for relation in content["relations"]
    )
    return CountTable(**content)


def _rest_from_json(record: Mapping[str, Any]) -> Rest:
    content = dict(record)
    content["columns"] = tuple(content["columns"])
    content["cells"] = tuple(_cell_from_json(cell) for cell in content["cells"])
    content["rows"] = None if content["rows"] is None else tuple(content["rows"])
    return Rest(**content)


def _cell_from_json(record: Mapping[str, Any]) -> Cell:
    at = tuple((name, value) for name, value in record["at"])
    return Cell(record["unit"], record["population"], record["period"], at)


def _frame_to_json(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "columns": [
            {
                "name": name,
                "dtype": str(column.dtype),
                "values": [_plain(value) for value in column.tolist()],
            }
            for name, column in frame.items()
        ]
    }


def _frame_from_json(record: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column["name"]: pd.Series(column["values"], dtype=column["dtype"])
            for column in record["columns"]
        }
    )


def _plain(value: object) -> Value:
    """Numpy scalars and missing values become JSON's own."""
    plain: object = (
        cast("np.generic[Any]", value).item() if isinstance(value, np.generic) else value
    )
    if plain is None or plain is pd.NA or plain is pd.NaT:
        return None
    if isinstance(plain, float):
        if math.isinf(plain):
            raise EvalueringError("Et resultat er uendelig og kan ikke lagres.", "write_findings")
        return None if math.isnan(plain) else plain
    if isinstance(plain, str | int):
        return plain
    raise EvalueringError(
        f"Et resultat av typen {type(plain).__name__} kan ikke lagres.", "write_findings"
    )

"""Read one `.sav` or `.dta` file in a process of its own, and hand its answers over as text.

The library behind it is written in C and can crash outright on a damaged file (it did, on files
with a few bytes changed). A crash then ends this process and becomes a refusal in the other; the
report and the notebook live on. Started by `inputs.survey_files` only, as a script:
`python -P survey_process.py <file> [<variable> …]`, Arrow on standard output. It imports nothing of
ours, so that it starts at once.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_MEMORY: Final = 6 * 2**30  # a 2 GB file as text, and the libraries' own reservations
_META: Final = b"evaluering"
REFUSED: Final = 65  # 1 is what Python itself answers with after a fault of ours


def main(arguments: Sequence[str]) -> int:
    """Read the file that is named and write its table; `REFUSED` when it cannot be read."""
    _limit_memory()
    import pyarrow  # noqa: PLC0415 - after the limit
    import pyreadstat  # noqa: PLC0415

    path, variables = Path(arguments[0]), list(arguments[1:])
    arrow: Any = pyarrow  # its hints do not cover the streams
    library: Any = pyreadstat  # has no hints
    read = library.read_sav if path.suffix.lower() == ".sav" else library.read_dta
    options = {"user_missing": True, "disable_datetime_conversion": True, "output_format": "dict"}
    try:
        _, meta = read(path, metadataonly=True, **options)
        # The reader takes names that are not there for an empty wish and reads everything.
        wanted = [name for name in meta.column_names if not variables or name in variables]
        if len(wanted) < len(set(variables)):
            frame: Any = None
        else:
            frame, meta = read(path, usecols=wanted, **options)
    except Exception:  # any fault of the library means the same to a reader
        return REFUSED
    columns = {} if frame is None else {name: map(_text, frame[name]) for name in wanted}
    text = arrow.string()
    table = arrow.table({name: arrow.array(list(values), text) for name, values in columns.items()})
    about = json.dumps(_about(meta)).encode()
    with arrow.ipc.new_stream(
        sys.stdout.buffer, table.schema.with_metadata({_META: about})
    ) as stream:
        stream.write_table(table)
    return 0


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _text(value: object) -> str:
    """An answer as text: whole numbers without decimals, Stata's letters as they are, else ""."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def _about(meta: Any) -> dict[str, Any]:  # noqa: ANN401 - an object of an untyped library
    names = list(meta.column_names)
    notes: list[Any] = [*(meta.notes or []), meta.file_label or ""]
    return {
        "names": names,
        "questions": {name: meta.column_names_to_labels.get(name) or "" for name in names},
        "labels": {
            name: [[_text(_number(code)), str(label)] for code, label in labels.items()]
            for name, labels in meta.variable_value_labels.items()
        },
        "missing": {
            name: [
                [span["lo"], span["hi"]]
                if isinstance(span["lo"], int | float)
                else [str(span["lo"]).strip()] * 2
                for span in spans
            ]
            for name, spans in meta.missing_ranges.items()
        }
        | {
            name: [[letter, letter] for letter in letters]
            for name, letters in meta.missing_user_values.items()
        },
        "notes": [str(note) for note in notes],
        "formats": {name: str(kind) for name, kind in meta.original_variable_types.items()},
    }


def _number(code: object) -> object:
    return float(code) if isinstance(code, int) else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The invented pupils as files: with labels for SPSS, a codebook, and the map to the questions."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from evaluering.inputs.example.police import Record
from evaluering.inputs.example.ungdata import REFUSED, SHARES, WAVES, variable

_REFUSED_LABEL: Final = "Vil ikke svare"
_BACKGROUND: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "aar": ("Året undersøkelsen ble gjort", {}),
    "skole": ("Skolens kode", {}),
    "trinn": ("Trinn", {"8": "8. trinn", "9": "9. trinn", "10": "10. trinn"}),
    "kjoenn": ("Kjønn", {"gutt": "Gutt", "jente": "Jente"}),
}
_HEADER: Final = "variabel,spoersmaal,kode,etikett,mangler,undersoekelse"
_MADE: Final = slice(92, 109)  # the day and time a file was made, in its header
_FIXED_DAY: Final = b"01 Jan 2600:00:00"


def labelled_bytes(pupils: Sequence[Record]) -> bytes:
    """The `.sav` file. Its header says a fixed day, so that equal content is equal bytes.

    Args:
        pupils: What `ungdata.pupils` gave.
    """
    import pyreadstat  # noqa: PLC0415 - only when the example is made

    asked = [variable(question, wave) for wave in WAVES for question in SHARES]
    labels: dict[str, dict[Any, str]] = {
        item.name: {float(code): label for code, label in item.labels.items()}
        | {float(REFUSED): _REFUSED_LABEL}
        for item in asked
    }
    texts: dict[str, dict[Any, str]] = {
        name: dict(codes) for name, (_, codes) in _BACKGROUND.items() if codes
    }
    words = {name: words for name, (words, _) in _BACKGROUND.items()}
    library: Any = pyreadstat  # has no hints
    numbers = dict.fromkeys(("aar", *labels), "float64")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ungdata.sav"  # the library writes to a path only
        library.write_sav(
            pd.DataFrame(pupils).astype(numbers),
            path,
            file_label="Syntetiske tall. Eksempelkommune finnes ikke",
            column_labels=words | {item.name: item.question for item in asked},
            variable_value_labels=labels | texts,
            missing_ranges={name: [float(REFUSED)] for name in labels},
            variable_format=dict.fromkeys(labels, "F1.0") | {"aar": "F4.0"},
            row_compress=True,
        )
        content = path.read_bytes()
    return content[: _MADE.start] + _FIXED_DAY + content[_MADE.stop :]


def codebook_csv() -> str:
    """The codebook, as `survey_labels.read_codebook` reads it: each variable with its own wave."""
    lines = [_HEADER]
    for wave in WAVES:
        for name, (words, codes) in _BACKGROUND.items():
            lines += [
                _line(name, words, code, codes.get(code, ""), wave) for code in codes or ("",)
            ]
        for question in SHARES:
            item = variable(question, wave)
            lines += [
                _line(item.name, item.question, str(code), label, wave)
                for code, label in item.labels.items()
            ]
            lines.append(_line(item.name, item.question, f"{REFUSED}", _REFUSED_LABEL, wave))
    return "\n".join(lines) + "\n"


def _line(name: str, words: str, code: str, label: str, wave: int) -> str:
    missing = "ja" if label == _REFUSED_LABEL else ""
    cells = (name, words, code, label, missing, str(wave))
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)


def map_yaml() -> str:
    """The map from variable to question, as `survey_map.read_survey_map` reads it."""
    lines = [
        "# Syntetiske tall. Hvilken variabel i eksempel_ungdata som er hvilket spørsmål.",
        "skjema: 1",
        "aar: aar",
        "skole: skole",
        'trinn: {variabel: trinn, koder: {"8": [8], "9": [9], "10": [10]}}',
        "kjoenn: {variabel: kjoenn, koder: {gutt: [gutt], jente: [jente]}}",
        "spoersmaal:",
    ]
    for question in SHARES:
        lines.append(f"  {question}:")
        for wave in WAVES:
            item = variable(question, wave)
            yes = ", ".join(str(code) for code in item.yes)
            no = ", ".join(str(code) for code in item.labels if code not in item.yes)
            line = f'    "{wave}": {{variabel: {item.name}, ja: [{yes}], nei: [{no}], '
            line += f"mangler: [{REFUSED}]"
            if question == "trygt_svaert":  # from the least safe to the safest
                order = ", ".join(str(code) for code in reversed(item.labels))
                line += f", rekkefoelge: [{order}]"
            lines.append(line + "}")
    return "\n".join(lines) + "\n"

"""What `evaluering sjekk` prints about a workbook: at most ten lines, with the total."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from evaluering.inputs.workbook.problems import Problem
from evaluering.inputs.workbook.rows import Interpretation

# A heading and a last line stand around them; a problem takes two lines.
MAX_SHOWN: Final = 4


def check_report(
    problems: Sequence[Problem], name: str, *, marked: str = "", params: str = ""
) -> str:
    """The problems of a workbook as text for the one who filled it in.

    Args:
        problems: Errors and remarks, in the order they should be read.
        name: The workbook's file name.
        marked: The marked copy's file name, "" when none was written.
        params: The params file as it is typed: `params/fredrikstad_2027.yml`.

    Returns:
        At most ten lines: a heading with the total, the first problems, and what to do now. Remarks
        are shown only when nothing must be mended.
    """
    errors = [problem for problem in problems if not problem.is_remark]
    remarks = [problem for problem in problems if problem.is_remark]
    if not errors:
        return _remarks(remarks, name)
    lines = [_heading(errors, "feil", "feil")]
    lines += [str(problem) for problem in errors[:MAX_SHOWN]]
    if marked:
        check = f", og kjør: evaluering sjekk {params}" if params else ", og sjekk på nytt"
        lines.append(f"Alle feil er merket i {marked}. Rett der, lagre som {name}{check}")
    return "\n".join(lines)


def _remarks(remarks: Sequence[Problem], name: str) -> str:
    if not remarks:
        return f"Fant ingen feil i {name}."
    heading = _heading(remarks, "merknad", "merknader")
    return "\n".join(
        [
            f"Fant ingen feil i {name}. {heading}",
            *(str(problem) for problem in remarks[:MAX_SHOWN]),
        ]
    )


def _heading(problems: Sequence[Problem], one: str, many: str) -> str:
    sheets = len({problem.sheet for problem in problems})
    word = one if len(problems) == 1 else many
    first = " De første:" if len(problems) > MAX_SHOWN else ""
    return f"Fant {len(problems)} {word} i {sheets} ark.{first}"


def interpretation_lines(notes: Sequence[Interpretation]) -> list[str]:
    """«Dette har vi tolket»: one line a cell."""
    return [str(note) for note in notes]


def marked_name(path: Path) -> str:
    """The name of the marked copy: the user's own, with `_merket`."""
    return f"{path.stem}_merket{path.suffix}"

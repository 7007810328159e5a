"""Refuses anything that could name a person: kinds, places and the message. Never the value.

The public face of the detector: `find` for one text, `scan_…` for whole files, `refusal` for what
the coordinator reads.
"""

from __future__ import annotations

from evaluering.inputs.identity_hits import UNKNOWN_SHEET, Hit, refusal
from evaluering.inputs.identity_text import KINDS, Kind, find, find_cell, is_birth_header
from evaluering.inputs.text_scan import scan_params, scan_survey_metadata, scan_text_file
from evaluering.inputs.workbook_scan import scan_workbook

__all__ = [
    "KINDS",
    "UNKNOWN_SHEET",
    "Hit",
    "Kind",
    "find",
    "find_cell",
    "is_birth_header",
    "refusal",
    "scan_params",
    "scan_survey_metadata",
    "scan_text_file",
    "scan_workbook",
]

"""Refuses anything that could name a person: kinds, places and the message. Never the value.

The public face of the detector: `find` for one text, `scan_…` for whole files, `refusal` for what
the coordinator reads.
"""

from __future__ import annotations

from evaluering.inputs.identity_text import KINDS, Kind, find, find_cell, is_birth_header

__all__ = ["KINDS", "Kind", "find", "find_cell", "is_birth_header"]

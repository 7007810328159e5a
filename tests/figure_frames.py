"""Frames for every sort of figure, invented for the layout: each has a number behind a sign."""

from __future__ import annotations

import pandas as pd


def shares(**columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "aar": [2016, 2019, 2022, 2025],
            "share": [0.17, None, 0.32, None],
            "share_tegn": ["", "mangler", "", "skjult"],
            "lower": [0.154, None, 0.301, None],
            "upper": [0.186, None, 0.339, None],
        }
    )
    return frame.assign(**columns)


def conditions() -> pd.DataFrame:
    # design effect → answers; invented for the layout, not an estimate
    return pd.DataFrame(
        {
            "design_effect": [1.0, 1.5, 3.0, 11.0],
            "smallest_n": [165, 247, None, 1811],
            "smallest_n_tegn": ["", "", "ikke_aktuelt", ""],
        }
    )


def counts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aar": [2021, 2022, 2023, 2024, 2025],
            "antall": [13, 21, None, 1234, 10900],
            "antall_tegn": ["", "", "skjult", "", "foreloepig"],
            "lower": [7, 13, None, 1166, 10696],
            "upper": [22, 32, None, 1305, 11107],
        }
    )


def changes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "topic": ["Skulket skolen", "Sneket på kino eller buss", "Hærverk", "Cannabis"],
            "difference": [0.15, 0.11, None, -0.02],
            "difference_tegn": ["", "", "skjult", ""],
            "lower": [0.12, None, None, -0.05],
            "upper": [0.18, None, None, 0.01],
            "box_lower": [0.14, 0.10, None, None],
            "box_upper": [0.16, 0.12, None, None],
            "verdict": ["clear", "not_assessed", "withheld", "stable"],
        }
    )


def municipalities() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kommune": ["Halden", "Moss", "Fredrikstad", "Indre Østfold"],
            "rate": [55.24, 61.04, 60.9, None],
            "rate_tegn": ["", "", "foreloepig", "skjult"],
            "lower": [50.0, 58.0, 57.9, None],
            "upper": [60.0, 64.0, 64.1, None],
            "own": [False, False, True, False],
        }
    )


def place_changes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sted": ["Kommunen", "Fylket", "Landet"],
            "difference": [0.1223, 0.0206, -0.0049],
            "lower": [0.0921, 0.0092, None],
            "upper": [0.1525, 0.0321, None],
            "own": [True, False, False],
        }
    )


def concentration() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aar": [2023, 2024],
            "share_persons": [0.064, None],
            "share_persons_tegn": ["", "mangler"],
            "share_offences": [0.27, 0.31],
            "share_by_chance": [0.18, None],
            "share_by_chance_tegn": ["", "skjult"],
        }
    )

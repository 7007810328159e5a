"""Public statistics: real replies read exactly, symbols apart from zero, snapshots and numbers."""

import ast
import json
import random
import re
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluering.errors import EvalueringError
from evaluering.inputs import fetch, official, pxweb
from evaluering.inputs.municipality_codes import read_municipality_codes
from evaluering.model import Sign

FASIT = Path(__file__).parent / "fasit" / "official"
TODAY = date(2026, 11, 23)
REAL = ("ssb_crime-rate_08487.json", "ssb_wage.json", "scb_TAB6471_data.json")


def small(**changes: Any) -> dict[str, Any]:
    """A constructed reply: two places, three years."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Konstruert tabell",
        "source": "Konstruert",
        "updated": "2026-01-01",
        "id": ["Region", "Tid"],
        "size": [2, 3],
        "dimension": {
            "Region": {
                "label": "region",
                "category": {
                    "index": {"3107": 0, "3105": 1},
                    "label": {"3107": "Fredrikstad", "3105": "Sarpsborg"},
                },
            },
            "Tid": {"label": "år", "category": {"index": ["2022", "2023", "2024"]}},
        },
        "value": [1, 0, None, None, None, 2.5],
        "status": {"2": ":", "3": "..", "4": "-"},
    } | changes


def as_bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


# ---- real replies -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_a_real_reply_is_read_cell_by_cell(name: str) -> None:
    frame = official.read_json_stat(FASIT / name)
    # Read again without the module: plain Python, the order of the JSON-stat specification.
    raw = json.loads((FASIT / name).read_text(encoding="utf-8"))
    raw = raw.get("dataset", raw)
    ids = raw.get("id") or raw["dimension"]["id"]
    categories = [raw["dimension"][key]["category"] for key in ids]
    codes = [sorted(c["index"], key=c["index"].__getitem__) for c in categories]
    status = raw.get("status", {})
    assert len(frame) == len(raw["value"])
    rows = frame.to_dict("records")
    for place, (keys, value) in enumerate(zip(product(*codes), raw["value"], strict=True)):
        row = rows[place]
        assert tuple(row[key] for key in ids) == keys
        for key, code, category in zip(ids, keys, categories, strict=True):
            assert row[f"{key}_etikett"] == category["label"][code]
        assert row["verdi_symbol"] == status.get(str(place), "")
        assert (value is None and np.isnan(row["verdi"])) or row["verdi"] == value


def test_the_two_totals_of_08487_are_the_printed_ones() -> None:
    # Statistics Norway 08487, 2023-2024: whole country 325,088 (58.6 per 1,000), total 334,753
    # (60.3), as noted where the reply was taken.
    frame = official.read_json_stat(FASIT / "ssb_crime-rate_08487.json")
    all_groups = frame[(frame["LovbruddKrim"] == "1AAAAA-9ZZZZz") & (frame["Tid"] == "2023-2024")]
    found = all_groups.set_index(["Gjerningssted", "ContentsCode"])["verdi"]
    assert found["0", "AnmeldteLovbrudd"] == 325_088
    assert found["0", "AnmLovbrPer1000"] == 58.6
    assert found["Ialt", "AnmeldteLovbrudd"] == 334_753
    assert found["Ialt", "AnmLovbrPer1000"] == 60.3
    assert frame.attrs["enheter"]["AnmLovbrPer1000"] == {"base": "per 1000", "decimals": 1}
    assert frame.attrs["kilde"]["utgiver"] == "Statistics Norway"


def test_the_285_hidden_cells_have_a_sign_and_no_number() -> None:
    frame = official.read_json_stat(FASIT / "ssb_wage.json")
    hidden = frame[frame["verdi_symbol"] == ":"]
    assert len(hidden) == 285
    assert hidden["verdi"].isna().all()
    assert set(hidden["verdi_tegn"]) == {Sign.HIDDEN}
    assert frame["verdi"].isna().sum() == 285


def test_pxweb_metadata_is_a_description_and_not_a_table() -> None:
    path = FASIT / "scb_TAB6471_metadata.json"
    about = official.read_description(path)
    assert [(d.id, len(d.codes)) for d in about.dimensions] == [
        ("Region", 312),
        ("Alder", 134),
        ("Kon", 3),
        ("ContentsCode", 1),
        ("Tid", 16),
    ]
    assert about.cells == 312 * 134 * 3 * 16
    assert about.dimensions[0].labels[0] == "Riket"
    with pytest.raises(EvalueringError, match="bare beskrivelsen"):
        official.read_json_stat(path)


# ---- symbols and shapes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "sign"),
    [
        (":", "skjult"),
        ("..", "mangler"),
        ("...", "mangler"),
        (".", "ikke_aktuelt"),
        ("-", "mangler"),
    ],
)
@pytest.mark.parametrize("filler", [None, 0, 0.0])
def test_a_symbol_is_never_zero(symbol: str, sign: str, filler: float | None) -> None:
    content = small(value=[0, filler, 1, 1, 1, 1], status={"1": symbol})
    frame = official.read_json_stat(as_bytes(content))
    assert frame["verdi"][0] == 0
    assert frame["verdi_tegn"][0] == ""
    assert np.isnan(frame["verdi"][1])
    assert (frame["verdi_tegn"][1], frame["verdi_symbol"][1]) == (sign, symbol)


def test_a_preliminary_number_stays_a_number() -> None:
    frame = official.read_json_stat(as_bytes(small(status={"0": "*"}, value=[7, 0, 1, 1, 1, 1])))
    assert frame["verdi"][0] == 7
    assert frame["verdi_tegn"][0] == Sign.PRELIMINARY


def test_a_hole_without_a_symbol_is_missing() -> None:
    frame = official.read_json_stat(as_bytes(small(status=None)))
    assert list(frame["verdi_tegn"]) == ["", "", "mangler", "mangler", "mangler", ""]
    assert set(frame["verdi_symbol"]) == {""}


def test_lists_and_sparse_objects_mean_the_same() -> None:
    as_lists = small(status=["", None, ":", "..", "-", ""])
    as_objects = small(value={"0": 1, "1": 0, "5": 2.5}, status={"2": ":", "3": "..", "4": "-"})
    first = official.read_json_stat(as_bytes(as_lists))
    pd.testing.assert_frame_equal(first, official.read_json_stat(as_bytes(as_objects)))
    pd.testing.assert_frame_equal(first, official.read_json_stat(as_bytes(small())))


def test_one_category_needs_no_index() -> None:
    content = small(size=[1, 3], value=[1, 2, 3], status=None)
    content["dimension"]["Region"]["category"] = {"label": {"3107": "Fredrikstad"}}
    assert set(official.read_json_stat(as_bytes(content))["Region"]) == {"3107"}


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_what_is_read(sizes: list[int], chance: random.Random) -> None:
    cells = int(np.prod(sizes))
    values = [chance.choice([None, 0, chance.randint(-99, 99), 0.25]) for _ in range(cells)]
    status = {
        str(i): chance.choice([":", "..", ".", "-"]) for i, v in enumerate(values) if v is None
    }
    content = {
        "label": "t",
        "id": [f"d{i}" for i in range(len(sizes))],
        "size": sizes,
        "dimension": {
            f"d{i}": {"label": "x", "category": {"index": [f"k{j}" for j in range(size)]}}
            for i, size in enumerate(sizes)
        },
        "value": values,
        "status": status,
    }
    frame = official.read_json_stat(as_bytes(content))
    assert [None if np.isnan(v) else v for v in frame["verdi"]] == values
    assert list(frame["verdi_symbol"]) == [status.get(str(i), "") for i in range(cells)]


# ---- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": [1, 2, 3, 4, 5]}, "sier 6 tall"),
        ({"value": [1, 2, 3, 4, 5, 6, 7]}, "sier 6 tall"),
        ({"value": {"6": 1}}, "sier 6 tall"),
        ({"value": {"-1": 1}}, "sier 6 tall"),
        ({"value": {"01": 1}}, "sier 6 tall"),
        ({"size": [2, 4]}, "størrelsen er oppgitt til 4"),
        ({"size": [2]}, "ikke en JSON-stat"),
        ({"size": [True, 6]}, "ikke en JSON-stat"),
        ({"value": [1, 2, 3, 4, 5, "6"]}, "ikke et tall"),
        ({"value": [1, 2, 3, 4, 5, True]}, "ikke et tall"),
        ({"value": [1, 2, 3, 4, 5, 2**53 + 1]}, "for stort"),
        ({"value": "ingen"}, "ikke en JSON-stat"),
        ({"value": []}, "bare beskrivelsen"),
        ({"value": [1, 2, 3, 4, 5, 6], "status": {"0": ":"}}, "sammen med et tegn"),
        ({"status": {"0": "e"}}, "ikke kjenner"),
        ({"status": {"6": ":"}}, "passer ikke"),
        ({"status": ["", ":"]}, "passer ikke"),
        ({"id": ["Region", "Region"]}, "størrelsen er oppgitt til 3"),
        ({"id": ["Region", "finnes_ikke"]}, "ikke en JSON-stat"),
        ({"dimension": []}, "ikke en JSON-stat"),
        ({"label": "ødelagt \ud800"}, "ikke tekst"),
    ],
)
def test_a_reply_that_does_not_hold_together_is_refused(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(EvalueringError, match=sentence):
        official.read_json_stat(json.dumps(small(**changes)).encode())


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_none_are_refused(word: str) -> None:
    text = as_bytes(small(status=None)).replace(b"2.5", word.encode())
    with pytest.raises(EvalueringError):
        official.read_json_stat(text)


def test_a_key_that_stands_twice_is_refused() -> None:
    text = as_bytes(small()).replace(b'"label": "Konstruert tabell"', b'"label": "a", "label": "b"')
    with pytest.raises(EvalueringError, match="to ganger"):
        official.read_json_stat(text)


def test_depth_is_refused_at_its_border() -> None:
    def nested(levels: int) -> dict[str, Any]:
        inner: object = 1
        for _ in range(levels - 1):  # the dataset itself is the first level
            inner = [inner]
        return small(note=inner)

    official.read_json_stat(as_bytes(nested(official.MAX_DEPTH)))
    with pytest.raises(EvalueringError, match="dypere enn 20"):
        official.read_json_stat(as_bytes(nested(official.MAX_DEPTH + 1)))
    with pytest.raises(EvalueringError):
        official.read_json_stat(b"[" * 200_000)


def test_size_is_refused_at_its_border(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = as_bytes(small())
    path = tmp_path / "svar.json"
    path.write_bytes(content)
    monkeypatch.setattr(official, "MAX_BYTES", len(content))
    official.read_json_stat(content)
    official.read_json_stat(path)
    monkeypatch.setattr(official, "MAX_BYTES", len(content) - 1)
    for source in (content, path):
        with pytest.raises(EvalueringError, match="for stor"):
            official.read_json_stat(source)


def test_a_small_file_cannot_claim_a_huge_table() -> None:
    codes = {"index": [str(i) for i in range(2000)]}
    content = small(size=[2000, 2000], value={"0": 1}, status=None)
    content["dimension"] = {key: {"label": key, "category": codes} for key in ("Region", "Tid")}
    with pytest.raises(EvalueringError, match="for mange tall"):
        official.read_json_stat(as_bytes(content))


def test_mutated_bytes_are_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(4)  # noqa: S311 - a seeded test
    original = as_bytes(small())
    refused = 0
    for _ in range(400):
        content = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            frame = official.read_json_stat(bytes(content[: chance.choice([len(content), 200])]))
        except EvalueringError:
            refused += 1
        else:
            assert len(frame) == 6
    assert refused > 200


# ---- municipality numbers -----------------------------------------------------------------------


def test_fredrikstad_is_one_municipality_through_three_numbers() -> None:
    codes = read_municipality_codes()
    assert {codes.newest(code) for code in ("0106", "3004", "3107")} == {"3107"}
    assert codes.all_of("0106") == ("0106", "3004", "3107")
    found = [codes.in_year("3107", year) for year in (2019, 2020, 2023, 2024)]
    assert found == [("0106",), ("3004",), ("3004",), ("3107",)]


def test_a_merged_municipality_has_two_numbers_before() -> None:
    codes = read_municipality_codes()
    assert codes.in_year("3103", 2019) == ("0104", "0136")  # Moss and Rygge
    assert codes.in_year("3103", 2021) == ("3002",)


def test_an_unmentioned_municipality_keeps_its_number() -> None:
    codes = read_municipality_codes()
    assert codes.newest("0301") == "0301"
    assert codes.in_year("0301", 2016) == ("0301",)


def test_a_frame_gets_the_newest_numbers() -> None:
    frame = pd.DataFrame({"kommune_nr": ["3004", "0301"], "antall": [1, 2]})
    out = read_municipality_codes().with_newest(frame)
    assert list(out["kommune_nr"]) == ["3107", "0301"]
    assert list(frame["kommune_nr"]) == ["3004", "0301"]


def test_every_declared_chain_ends_in_a_number_in_use() -> None:
    codes = read_municipality_codes()
    ended = {change.fra for change in codes.changes}
    assert len(codes.changes) == 17 + 113
    assert all(codes.newest(change.fra) not in ended for change in codes.changes)
    assert all(codes.in_year(change.fra, 2025) for change in codes.changes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('endringer:\n  - {fra: "3004", til: 3107, aar: 2024, navn: F}', "fire sifre"),
        ('endringer:\n  - {fra: "304", til: "3107", aar: 2024, navn: F}', "fire sifre"),
        ('endringer:\n  - {fra: "3004", til: "3107", aar: 2024}', "andre nøkler"),
        ('endringer:\n  - {fra: "3004", til: "3107", aar: "2024", navn: F}', "Året"),
        (
            'endringer:\n  - {fra: "3004", til: "3107", aar: 2024, navn: F}'
            '\n  - {fra: "3004", til: "3108", aar: 2024, navn: F}',
            "to etterfølgere",
        ),
        (
            'endringer:\n  - {fra: "3004", til: "3107", aar: 2020, navn: F}'
            '\n  - {fra: "3107", til: "3004", aar: 2024, navn: F}',
            "avsluttet",
        ),
        ("endringer: []", "mangler"),
    ],
)
def test_a_faulty_list_of_numbers_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "numre.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalueringError, match=sentence):
        read_municipality_codes(path)


def test_the_list_can_be_extended(tmp_path: Path) -> None:
    path = tmp_path / "numre.yml"
    path.write_text('endringer:\n  - {fra: "1507", til: "1599", aar: 2030, navn: X}', "utf-8")
    assert read_municipality_codes(path).newest("1507") == "1599"


# ---- fetching -----------------------------------------------------------------------------------


class Replay(BaseHTTPRequestHandler):
    """Statistics Sweden's real replies, and a few that fail, on loopback."""

    asked: ClassVar[list[tuple[str, Any]]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/api/v2/config"):
            self._reply((FASIT / "scb_config.json").read_bytes())
        elif self.path == "/annet":
            Replay.asked.append((self.path, None))
            self._reply(as_bytes(small()))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Replay.asked.append((self.path, body))
        if "/tables/TAB6471/data" in self.path:
            self._reply((FASIT / "scb_TAB6471_data.json").read_bytes())
        elif "/tables/07459/data" in self.path:
            self._reply(as_bytes(population_reply()))
        elif "/nokkel/Table/173/data" in self.path:
            self._reply(as_bytes(small(extension={"contact": [{"mail": "x"}], "annet": 1})))
        elif moved := re.search("(?:FLYTTET|nokkel/Table/)(30[127])", self.path):
            self.send_response(int(moved[1]))
            # The same server under another name: it would answer.
            port = self.server.server_address[1]
            self.send_header("Location", f"http://localhost:{port}/annet")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif "/tables/TULL" in self.path or "/nokkel/Table/999" in self.path:
            self._reply(b"<html>ikke json")
        else:
            self.send_error(400)

    def _reply(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def population_reply() -> dict[str, Any]:
    """Constructed after table 07459: Moss before and after the merger, two ages, a hidden cell."""
    regions, ages, years = ["0104", "0136", "3002"], ["000", "001"], ["2019", "2020"]
    in_use = {"0104": "2019", "0136": "2019", "3002": "2020"}
    values = [
        (10 + i if in_use[region] == year else 0)
        for i, (region, _, year) in enumerate(product(regions, ages, years))
    ]
    values[6] = None  # 0136, age 1, 2019
    sizes = {"Region": regions, "Alder": ages, "ContentsCode": ["Personer1"], "Tid": years}
    return {
        "label": "07459: Befolkning, konstruert",
        "id": list(sizes),
        "size": [len(codes) for codes in sizes.values()],
        "dimension": {
            key: {"label": key, "category": {"index": codes}} for key, codes in sizes.items()
        },
        "value": values,
        "status": {"6": ":"},
    }


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), Replay)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()


def publisher(server: str, id_: str = "ssb") -> fetch.Publisher:
    return fetch.Publisher(id_, "Konstruert utgiver", f"{server}/api/v2", "side {table}", "CC0")


def test_a_table_is_fetched_once_with_its_question_and_date(server: str, tmp_path: Path) -> None:
    asked = {"Region": ("*",), "Tid": ("2026M01", "2026M02")}
    path = fetch.fetch(publisher(server), "TAB6471", asked, folder=tmp_path, today=TODAY)
    assert path.name == "ssb_tab6471_2026-11-23.json"
    assert Replay.asked[-1][1] == {
        "selection": [
            {"variableCode": "Region", "valueCodes": ["*"]},
            {"variableCode": "Tid", "valueCodes": ["2026M01", "2026M02"]},
        ]
    }
    assert "lang=no" in Replay.asked[-1][0]
    snapshot = fetch.read_snapshot(path)
    pd.testing.assert_frame_equal(
        snapshot.frame, official.read_json_stat(FASIT / "scb_TAB6471_data.json")
    )
    assert snapshot.table == "TAB6471"
    assert snapshot.selection == asked
    assert snapshot.source.retrieved == "2026-11-23"
    assert snapshot.source.is_published
    assert snapshot.source.licence == "CC0"
    again = fetch.fetch(publisher(server), "TAB6471", asked, folder=tmp_path, today=TODAY)
    assert again == path
    assert len(list(tmp_path.iterdir())) == 2


def test_fhi_is_asked_in_its_own_way_and_contacts_are_left_out(server: str, tmp_path: Path) -> None:
    asked = {"AAR": ("2024_2024",), "GEO": ("31*",), "MEASURE_TYPE": ("RATE",)}
    path = fetch.fetch(publisher(server, "fhi"), "nokkel/173", asked, folder=tmp_path, today=TODAY)
    assert path.name == "fhi_nokkel_173_2026-11-23.json"
    assert [item["filter"] for item in Replay.asked[-1][1]["dimensions"]] == ["item", "all", "item"]
    assert json.loads(path.read_text("utf-8"))["extension"] == {"annet": 1}


def test_nothing_is_overwritten(server: str, tmp_path: Path) -> None:
    (tmp_path / "ssb_tab6471_2026-11-23.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EvalueringError, match="alt andre tall"):
        fetch.fetch(publisher(server), "TAB6471", {"Tid": ("*",)}, folder=tmp_path, today=TODAY)
    assert (tmp_path / "ssb_tab6471_2026-11-23.json").read_text("utf-8") == "{}"


def test_a_changed_snapshot_is_refused(server: str, tmp_path: Path) -> None:
    path = fetch.fetch(publisher(server), "TAB6471", {"Tid": ("*",)}, folder=tmp_path, today=TODAY)
    path.write_text(path.read_text("utf-8").replace("245284", "245285"), encoding="utf-8")
    with pytest.raises(EvalueringError, match="endret"):
        fetch.read_snapshot(path)
    path.with_suffix(".kilde.json").write_text('{"tittel": "x"}', encoding="utf-8")
    with pytest.raises(EvalueringError, match="ikke hele"):
        fetch.read_snapshot(path)


@pytest.mark.parametrize(
    ("id_", "table"),
    [
        ("ssb", "FINNESIKKE"),
        ("ssb", "TULL"),
        ("fhi", "nokkel/404"),
        ("fhi", "nokkel/999"),
    ],
)
def test_a_refused_or_broken_reply_leaves_no_file(
    server: str, tmp_path: Path, id_: str, table: str
) -> None:
    with pytest.raises(EvalueringError):
        fetch.fetch(publisher(server, id_), table, {"A": ("*",)}, folder=tmp_path, today=TODAY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [301, 302, 307])
@pytest.mark.parametrize(("id_", "table"), [("ssb", "FLYTTET{}"), ("fhi", "nokkel/{}")])
def test_a_reply_that_leads_to_another_host_is_not_followed(
    server: str, tmp_path: Path, id_: str, table: str, code: int
) -> None:
    before = len(Replay.asked)
    with pytest.raises(EvalueringError, match=r"viser videre|lov å hente fra"):
        fetch.fetch(
            publisher(server, id_), table.format(code), {"A": ("*",)}, folder=tmp_path, today=TODAY
        )
    assert "/annet" not in [path for path, _ in Replay.asked[before:]]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("id_", "table"), [("ssb", "07459"), ("fhi", "nokkel/173")])
def test_without_network_one_clear_sentence(tmp_path: Path, id_: str, table: str) -> None:
    nobody = publisher("http://127.0.0.1:9", id_)  # nothing answers on the discard port
    with pytest.raises(EvalueringError, match="Får ikke kontakt med") as refusal:
        fetch.fetch(nobody, table, {"A": ("*",)}, folder=tmp_path, today=TODAY)
    assert "uten nett" in refusal.value.remedy
    assert len(str(refusal.value).splitlines()) <= 3


@pytest.mark.parametrize(
    ("table", "selection", "name"),
    [
        ("../07459", {"A": ("*",)}, ""),
        ("nokkel/1", {"A": ("*",)}, ""),
        ("07459", {}, ""),
        ("07459", {"A": ()}, ""),
        ("07459", {"A": ("x/y",)}, ""),
        ("07459", {"A": ("*",)}, "../x"),
    ],
)
def test_a_question_that_is_none_is_refused_before_it_is_sent(
    tmp_path: Path, table: str, selection: dict[str, tuple[str, ...]], name: str
) -> None:
    nobody = publisher("http://127.0.0.1:9")
    with pytest.raises(EvalueringError) as refusal:
        fetch.fetch(nobody, table, selection, folder=tmp_path, today=TODAY, name=name)
    assert "kontakt" not in refusal.value.what


def test_an_undeclared_host_is_never_asked(tmp_path: Path) -> None:
    other = fetch.Publisher("ssb", "X", "https://example.invalid/api", "")
    with pytest.raises(EvalueringError, match="lov å hente fra"):
        fetch.fetch(other, "07459", {"A": ("*",)}, folder=tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://data.ssb.no/api", True),
        ("http://data.ssb.no/api", False),
        ("https://data.ssb.no.example.invalid/api", False),
        ("https://example.invalid/data.ssb.no", False),
    ],
)
def test_only_the_declared_host_and_only_encrypted(url: str, is_allowed: bool) -> None:
    if is_allowed:
        pxweb.check_address(url, "data.ssb.no")
    else:
        with pytest.raises(EvalueringError):
            pxweb.check_address(url, "data.ssb.no")


def test_population_is_asked_under_the_numbers_of_each_year() -> None:
    asked = fetch.population_selection("3107", [2019, 2022, 2025])
    assert asked["Region"] == ("0106", "3004", "3107")
    assert asked["Tid"] == ("2019", "2022", "2025")
    assert (asked["Alder"][0], asked["Alder"][-1], len(asked["Alder"])) == ("000", "025", 26)


def test_population_sums_merged_municipalities_and_never_half_of_them(
    server: str, tmp_path: Path
) -> None:
    path = fetch.fetch_population(
        "3103", [2019, 2020], folder=tmp_path, today=TODAY, publisher=publisher(server)
    )
    assert path.name == "ssb_07459_befolkning_3103_2026-11-23.json"
    rows = fetch.read_population(path)
    found = {(row.kommune_nr, row.aar, row.alder): row.antall for row in rows.itertuples()}
    assert set(found) == {("3103", year, age) for year in (2019, 2020) for age in (0, 1)}
    assert found["3103", 2019, 0] == 10 + 14  # 0104 and 0136; 3002 was not in use
    assert pd.isna(found["3103", 2019, 1])  # one of the two is hidden
    assert found["3103", 2020, 0] == 19
    assert rows["antall"].dtype == "Int64"


def test_other_figures_are_not_taken_for_population(server: str, tmp_path: Path) -> None:
    path = fetch.fetch(publisher(server), "TAB6471", {"Tid": ("*",)}, folder=tmp_path, today=TODAY)
    with pytest.raises(EvalueringError, match="ikke folketall"):
        fetch.read_population(path)


def test_what_was_typed_becomes_a_selection() -> None:
    assert fetch.read_selection(["Tid=2024, 2025", "Region=*"]) == {
        "Tid": ("2024", "2025"),
        "Region": ("*",),
    }
    for wrong in (["Tid"], ["Tid="], ["=2024"], ["Tid=1", "Tid=2"]):
        with pytest.raises(EvalueringError, match="variabel=kode"):
            fetch.read_selection(wrong)


def test_fetching_reads_no_input_about_persons() -> None:
    """Only the readers of public figures may be imported beside it."""
    for module in (fetch, pxweb):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        used = {
            node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evaluering")
        }
        assert used <= {
            "evaluering.errors",
            "evaluering.files",
            "evaluering.inputs",  # pxweb
            "evaluering.inputs.municipality_codes",
            "evaluering.inputs.official",
            "evaluering.model",
        }

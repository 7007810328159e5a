"""What the suppressor leaves is open enough: enumeration, references, and each trap by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from count_material import (
    cell,
    count_table,
    events,
    hidden_cells,
    margin,
    possible,
    shown,
)

from evaluering.disclosure import patterns, system
from evaluering.disclosure import suppress as suppressor
from evaluering.disclosure.audit import attack, weaknesses
from evaluering.disclosure.compact import solve_compact
from evaluering.disclosure.cuts import solve_cuts
from evaluering.disclosure.problem import Demand, Limits, Problem
from evaluering.disclosure.programs import Matrix
from evaluering.disclosure.suppress import protect, suppress
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, Relation

FASIT = Path(__file__).parent / "fasit" / "disclosure.json"
KEY = b"k" * 32


def _oracle(name: str) -> dict[str, object]:
    return next(case for case in json.loads(FASIT.read_text("utf-8")) if case["id"] == name)


# --- Independent enumeration ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(18))
def test_enumeration_finds_no_exact_cell_and_every_reach(seed: int) -> None:
    """All whole-numbered tables that fit what is shown, counted out one by one."""
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (2, 3), (3, 2)][seed % 3]
    values = rng.choice([0, 1, 2, 3, 4, 5, 6], size=shape)
    result = protect([count_table(values, "ab")])
    (safe,) = result.tables
    tables = possible(safe, shape, 11)
    reasons = {c.at: why for c, why in result.primaries.items()}
    for at in hidden_cells(safe):
        seen = margin(tables, at)
        assert seen.min() < seen.max(), (values, at)
        name = tuple((d, v) for d, v in zip("ab", at, strict=True) if v != "alle")
        if "R1" in reasons.get(name, ()):
            assert seen.min() <= 1, (values, at)
            assert seen.max() >= 5, (values, at)


@pytest.mark.parametrize("seed", range(8))
def test_one_alone_computes_no_other_small_cell(seed: int) -> None:
    """Trap 17, by enumeration: with their own cell known, every other primary can be larger."""
    rng = np.random.default_rng(100 + seed)
    values = rng.choice([1, 1, 2, 6], size=(2, 3))
    result = protect([count_table(values, "ab")])
    (safe,) = result.tables
    tables = possible(safe, (2, 3), 9)
    labels = {
        at: tuple((d, v) for d, v in zip("ab", at, strict=True) if v != "alle")
        for at in hidden_cells(safe)
    }
    primaries = [at for at, name in labels.items() if name in {c.at for c in result.primaries}]
    for own in primaries:
        is_inner = "alle" not in own
        if not is_inner or margin(np.array([values]), own)[0] != 1:
            continue
        left = tables[margin(tables, own) == 1]
        for other in primaries:
            if other != own:
                true = margin(np.array([values]), other)[0]
                assert margin(left, other).max() > true, (values, own, other)


# --- References -------------------------------------------------------------------------------


def _inner_problem(values: np.ndarray, weights: np.ndarray, demands: tuple[Demand, ...]) -> Problem:
    """A two-way table with margins, cells row by row, for the inner solver."""
    rows, columns = (n + 1 for n in values.shape)
    full = np.zeros((rows, columns))
    full[:-1, :-1] = values
    full[-1] = full[:-1].sum(axis=0)
    full[:, -1] = full[:, :-1].sum(axis=1)
    place = np.arange(rows * columns).reshape(rows, columns)
    entries = []
    for number, line in enumerate([*place, *place.T]):
        entries += [(number, int(at), 1.0) for at in line[:-1]] + [(number, int(line[-1]), -1.0)]
    always = np.zeros(full.size, dtype=bool)
    always[[demand.cell for demand in demands]] = True
    return Problem(
        Matrix.of(entries, rows + columns, full.size),
        full.ravel(),
        np.full(full.size, full.max()),
        weights if weights.size else full.ravel(),
        always,
        np.zeros(full.size, dtype=bool),
        demands,
    )


@pytest.mark.parametrize("solve", [solve_compact, solve_cuts])
def test_fischetti_salazar_3x3(solve: object) -> None:
    """Optimum 59 with weights equal to values (oracle: full enumeration of the inner cells)."""
    case = _oracle("fischetti_salazar_3x3")
    values = np.array(case["core"]["v"])  # type: ignore[index]
    at = 1 * 4 + 2  # II, C
    demands = (Demand(at, False, 3.0), Demand(at, True, 3.0))
    problem = _inner_problem(values, np.array([]), demands)
    found = solve(problem, Limits())  # type: ignore[operator]
    assert found.cost == case["cost_sum_of_values"] == 59
    assert found.is_optimal
    assert set(np.flatnonzero(found.hidden)) == {4, 6, 8, 10}  # II and III by A and C


@pytest.mark.parametrize("seed", range(10))
def test_compact_and_cuts_find_the_same_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.negative_binomial(0.8, 0.08, size=(3, 4))
    full = _inner_problem(values, np.array([]), ())
    small = [at for at in range(20) if 1 <= full.down[at] <= 4]
    demands = tuple(
        Demand(at, up, reach)
        for at in small
        for up, reach in ((True, 5 - full.down[at]), (False, full.down[at] - 1))
        if reach
    )
    weights = np.minimum(full.down + 1, 1000) * 100 + rng.integers(0, 50, size=20)
    problem = _inner_problem(values, weights, demands)
    compact, cuts = (solve(problem, Limits()) for solve in (solve_compact, solve_cuts))
    assert (compact is None) == (cuts is None)
    if compact is not None and cuts is not None:
        assert compact.cost == cuts.cost


@pytest.mark.parametrize("seed", range(8))
def test_no_pattern_is_cheaper_by_exhaustive_search(seed: int) -> None:
    """Every one of the 2^k patterns of a 2×3 table, each tried against every demand."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 12, size=(2, 3))
    values[0, 0] = 3
    demands = (Demand(0, False, 2.0), Demand(0, True, 2.0))
    weights = np.arange(12.0) + 5
    problem = _inner_problem(values, weights, demands)
    found = solve_cuts(problem, Limits())
    assert found is not None
    assert found.cost == _exhaustive(problem)


def _exhaustive(problem: Problem) -> float:
    """Least cost over all patterns; a move along cycles of hidden cells, by enumeration."""
    moves = np.array(
        [move for move in _moves_2x3() if np.all(move >= -problem.down) and move[0] in (-2, 2)]
    )
    best = np.inf
    for bits in range(1 << 11):
        hidden = np.array([True, *(bool(bits >> k & 1) for k in range(11))])
        cost = float(problem.weights[hidden].sum())
        if cost < best:
            able = moves[~np.any(moves[:, ~hidden] != 0, axis=1)]
            if {-2, 2} <= set(able[:, 0].tolist()):
                best = cost
    return best


def _moves_2x3() -> list[np.ndarray]:
    """Changes of the six inner cells by up to two, with what they do to the margins."""
    grid = np.stack(np.meshgrid(*[range(-2, 3)] * 6, indexing="ij"), axis=-1).reshape(-1, 2, 3)
    full = np.zeros((len(grid), 3, 4))
    full[:, :2, :3] = grid
    full[:, 2] = full[:, :2].sum(axis=1)
    full[:, :, 3] = full[:, :, :3].sum(axis=2)
    return list(full.reshape(len(grid), 12))


@pytest.mark.parametrize(
    ("name", "threshold", "hierarchy"),
    [
        ("ssb_example1_T1", 2, {}),
        (
            "ssb_example1_T4",
            5,
            {"geo": {"Portugal": "EU", "Spain": "EU", "Iceland": "nonEU"}},
        ),
    ],
)
def test_ssb_examples_are_protected_by_our_demands(
    name: str, threshold: int, hierarchy: dict[str, dict[str, str]]
) -> None:
    """Not their pattern: ours is stronger. Every primary of ours is hidden and reaches."""
    frame = pd.DataFrame(_oracle(name)["cells"], columns=["age", "geo", "antall"])
    table = CountTable("t", frame, ("age", "geo"), total="Total", hierarchies=hierarchy)
    (safe,) = suppress([table], threshold=threshold)
    small = frame["antall"].between(1, threshold - 1).to_numpy()
    assert not safe.frame.loc[small, "publiseres"].any()
    assert safe.threshold == threshold
    assert (safe.frame["antall"].isna() == ~safe.frame["publiseres"]).all()


def test_opensafely_differencing_is_blocked() -> None:
    """Trap 26: all 8 of 20, males 7 of 19 would give the one female and her answer."""
    case = _oracle("opensafely_differencing")
    (whole, n), (men, n_men) = (case["published"][k] for k in ("all", "male"))  # type: ignore[index]
    rows = [
        ["alle", "ja", whole],
        ["alle", "alle", n],
        ["mann", "ja", men],
        ["mann", "alle", n_men],
    ]
    rows += [["alle", "nei", n - whole], ["mann", "nei", n_men - men]]
    rows += [["kvinne", svar, None] for svar in ("ja", "nei", "alle")]
    frame = pd.DataFrame(rows, columns=["kjoenn", "svar", "antall"])
    table = CountTable("t", frame, ("kjoenn", "svar"))
    (safe,) = suppress([table])
    assert shown(safe) is None or shown(safe, kjoenn="mann") is None
    assert shown(safe, svar="ja") is None or shown(safe, kjoenn="mann", svar="ja") is None


def test_a_declared_part_that_leaves_one_out_is_blocked() -> None:
    """The same difference between two tables, through a declared `<=`."""
    all_of, part = Cell("person", "alle", "", ()), Cell("person", "menn", "", ())
    relation = Relation(((1, part), (-1, all_of)), "<=")
    one = pd.DataFrame({"antall": [20]})
    two = pd.DataFrame({"antall": [19]})
    tables = [
        CountTable("a", one, (), population="alle", relations=(relation,)),
        CountTable("b", two, (), population="menn"),
    ]
    first, second = suppress(tables)
    assert shown(first) is None or shown(second) is None
    apart = [tables[0], CountTable("b", pd.DataFrame({"antall": [15]}), (), population="menn")]
    assert [shown(safe) for safe in suppress(apart)] == [20, 15]


# --- Traps of the guide, by number ------------------------------------------------------------


def test_trap_1_totals_are_kept_true_and_cannot_be_subtracted() -> None:
    table = count_table([[3, 20], [15, 30]], "ab")
    (safe,) = suppress([table])
    assert shown(safe) in (68, None)
    assert len(hidden_cells(safe)) >= 4
    for row, before in zip(safe.frame["antall"], table.frame["antall"], strict=True):
        assert pd.isna(row) or row == before


def test_trap_3_interval_numbers_are_not_on_the_safe_table() -> None:
    (safe,) = suppress([count_table([[3, 20], [15, 30]], "ab")])
    assert list(safe.frame.columns) == ["a", "b", "antall", "publiseres"]


def _classes(counts: dict[str, int]) -> CountTable:
    rows = [[k, v] for k, v in counts.items()] + [["alle", sum(counts.values())]]
    return CountTable(
        "klasser", pd.DataFrame(rows, columns=["klasse", "antall"]), ("klasse",), population="p"
    )


def test_trap_4_classes_and_total_do_not_give_three_offences() -> None:
    (safe,) = suppress([_classes({"1_2": 115, "3": 3, "4_pluss": 13})])
    assert shown(safe, klasse="3") is None
    assert sum(count is pd.NA for count in safe.frame["antall"]) >= 2


def test_trap_16_persons_are_bounded_by_their_events() -> None:
    """3 persons hidden, 3 events shown, persons <= events: the reader sees at most 3."""
    persons, offences = Cell("person", "p", "", ()), Cell("forhold", "p", "", ())
    bound = Relation(((1, persons), (-1, offences)), "<=")
    people = CountTable("a", pd.DataFrame({"antall": [3]}), (), population="p", relations=(bound,))
    frame = pd.DataFrame({"antall": [3], "personer": [3]})
    happened = CountTable("b", frame, (), unit="forhold", population="p")
    assert [shown(safe) for safe in suppress([people, happened])] == [None, None]
    more = replace(happened, frame=frame.assign(antall=12, personer=[12]))
    assert shown(suppress([people, more])[1]) == 12


ALONE = [[4, 30, 30], [1, 0, 12]]


def _kinds(table: CountTable) -> set[str]:
    found = protect([table])
    return {weakness.kind for weakness in weaknesses(found.tables, found.truth)[0]}


def test_trap_17_a_person_alone_cannot_subtract_themselves() -> None:
    assert not _kinds(count_table(ALONE, "ab"))


def test_trap_17_comes_back_without_the_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "singleton_demands", lambda kept, members: ())
    assert _kinds(count_table(ALONE, "ab")) == {"alene"}


def test_trap_18_zeros_can_be_hidden() -> None:
    """The cheapest partner here is a zero: were zeros always shown, `:` would mean 1 or more."""
    table = count_table([[30, 1, 0], [1, 4, 20]], "ab")
    result = protect([table])
    assert cell(a="a0", b="b2") in result.secondaries
    fixed = replace(table, structural=frozenset({cell(a="a0", b="b2")}))
    assert shown(suppress([fixed])[0], a="a0", b="b2") == 0


THREE = np.array([[[0, 4], [0, 8]], [[0, 7], [5, 0]]])  # the guide's
WIDER = np.array([[[4, 14], [14, 2]], [[0, 9], [9, 9]]])


def _pairs(values: np.ndarray) -> list[CountTable]:
    return [
        count_table(values.sum(axis=axis), names, name=names)
        for axis, names in ((2, "ab"), (1, "ac"), (0, "bc"))
    ]


def _small_cells_short_of_their_reach(cube: np.ndarray) -> list[tuple[int, int]]:
    tables = _pairs(cube)
    seen = attack(suppress(tables))
    short: list[tuple[int, int]] = []
    for table in tables:
        counts = table.frame.set_index(list(table.dimensions))["antall"]
        for row in seen[seen["tabell"] == table.name].to_dict("records"):
            count = counts[tuple(row[name] for name in table.dimensions)]
            too_narrow = row["lower"] > 1 or (pd.notna(row["upper"]) and row["upper"] < 5)
            if 1 <= count <= 4 and too_narrow:
                short.append((row["lower"], row["upper"]))
    return short


@pytest.mark.parametrize("cube", [THREE, WIDER])
def test_trap_19_three_pairwise_tables_are_one_system(cube: np.ndarray) -> None:
    """Read one by one the tables seem safe; read together they are not."""
    assert not _small_cells_short_of_their_reach(cube)


def test_trap_19_comes_back_without_the_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "crosses", lambda tables: ([], []))
    assert _small_cells_short_of_their_reach(WIDER) == [(2, 27)]


def test_trap_4_and_1_come_back_when_only_small_cells_are_hidden() -> None:
    """The usual mistake, beside ours: attack computes the 3 from the rest."""
    table = _classes({"1_2": 115, "3": 3, "4_pluss": 13})
    (safe,) = suppress([table])
    counts = table.frame["antall"].astype("Int64")
    naive = replace(safe, frame=safe.frame.assign(antall=counts.mask(counts == 3)))
    assert attack([naive])["exact"].tolist() == [True]
    assert not attack([safe])["exact"].any()


def test_trap_20_an_unproven_pattern_needs_the_audit() -> None:
    rng = np.random.default_rng(0)
    table = count_table(rng.negative_binomial(0.6, 0.05, size=(5, 6)), "ab")
    stopped = Limits(nodes=1, rounds=1)
    asked: list[int] = []

    def passes(safe: object, truth: object) -> bool:
        asked.append(1)
        return True

    kept = protect([table], check=passes, limits=stopped)
    assert asked
    assert not kept.withheld
    assert kept.gaps
    refused = protect([table], check=lambda safe, truth: False, limits=stopped)
    assert refused.withheld == ("t",)
    unasked = protect([table], limits=stopped)
    assert unasked.withheld == ("t",)
    assert not unasked.tables[0].frame["publiseres"].any()


def test_trap_21_another_publishers_hidden_cell_is_not_opened() -> None:
    """They hide a0; with our a1 and total it would be 12 exactly."""
    ours = count_table([12, 20, 30], "a")
    theirs = PublishedCell(cell(a="a0"), None, report="politiet", edition=0)
    (safe,) = suppress([ours], published=[theirs])
    assert shown(safe, a="a0") is None
    assert len(hidden_cells(safe)) >= 2
    assert not hidden_cells(suppress([ours])[0])


def test_trap_27_the_weighted_identity_binds() -> None:
    """forhold = n1 + 2·n2 + 3·n3 + S4: the guide's 216 = 88 + 2·27 + 3·3 + 65."""
    tables, three = _weighted()
    result = protect(tables)
    persons = result.tables[0]
    assert shown(persons, klasse="3") is None
    # With n1, classes 1–2, S4+ and the offences shown, n3 follows: one of them must go.
    ones, offences, heavy = result.tables[1:]
    parts = [
        shown(ones, antall_forhold="1"),
        shown(offences),
        shown(heavy, klasse="4_pluss"),
    ]
    assert None in [*parts, shown(persons, klasse="1_2")]
    assert three in result.primaries
    free = [replace(table, relations=()) for table in tables]
    assert shown(suppress(free)[1], antall_forhold="1") == 88


def _weighted() -> tuple[list[CountTable], Cell]:
    def person(**at: str) -> Cell:
        return Cell("person", "p", "", tuple(sorted(at.items())))

    offences, heavy = (
        Cell("forhold", "p", "", ()),
        Cell("forhold", "p", "", (("klasse", "4_pluss"),)),
    )
    one, two, three = person(antall_forhold="1"), person(antall_forhold="2"), person(klasse="3")
    identity = Relation(((-1, offences), (1, one), (2, two), (3, three), (1, heavy)))
    classes = Relation(((1, one), (1, two), (-1, person(klasse="1_2"))))
    people = CountTable(
        "personer",
        pd.DataFrame(
            [["1_2", 115], ["3", 3], ["4_pluss", 13], ["alle", 131]], columns=["klasse", "antall"]
        ),
        ("klasse",),
        population="p",
        relations=(identity, classes),
    )
    singles = CountTable(
        "en",
        pd.DataFrame([["1", 88]], columns=["antall_forhold", "antall"]),
        ("antall_forhold",),
        population="p",
    )
    all_offences = CountTable(
        "forhold",
        pd.DataFrame({"antall": [216], "personer": [131]}),
        (),
        unit="forhold",
        population="p",
    )
    heavy_table = CountTable(
        "gjengangere",
        pd.DataFrame([["4_pluss", 65, 13]], columns=["klasse", "antall", "personer"]),
        ("klasse",),
        unit="forhold",
        population="p",
    )
    return [people, singles, all_offences, heavy_table], three


# --- Rules, through the tables ----------------------------------------------------------------


def test_events_are_judged_by_the_persons_behind() -> None:
    table = events(count_table([20, 30, 40], "a"), [1, 20, 25, 46])
    (safe,) = suppress([table])
    assert shown(safe, a="a0") is None
    dominated = events(
        count_table([20, 30, 40], "a"),
        [12, 20, 25, 57],
        stoerste=[11, 3, 3, 11],
        to_stoerste=[12, 6, 6, 14],
    )
    assert shown(suppress([dominated])[0], a="a0") is None
    spread = events(count_table([20, 30, 40], "a"), [12, 20, 25, 57])
    assert not hidden_cells(suppress([spread])[0])


def test_a_small_group_all_alike_is_hidden_and_its_zero_too() -> None:
    table = count_table([[6, 0], [30, 40]], "ab")
    (safe,) = suppress([table])
    if shown(safe, a="a0") is not None:
        assert shown(safe, a="a0", b="b0") is None
        assert shown(safe, a="a0", b="b1") is None
    assert not hidden_cells(suppress([count_table([[12, 0], [30, 40]], "ab")])[0])


def test_goals_of_few_cases_are_withheld_as_a_whole() -> None:
    frame = pd.DataFrame(
        [["ja", 14, 7, 3, 5], ["nei", 12, 8, 2, 4], ["alle", 26, 9, 4, 7]],
        columns=["naadd", "antall", "personer", "stoerste", "to_stoerste"],
    )
    table = CountTable("maal", frame, ("naadd",), unit="maal", population="maal_med_samtykke")
    assert not suppress([table])[0].frame["publiseres"].any()
    enough = CountTable(
        "maal",
        frame.assign(personer=[8, 9, 10]),
        ("naadd",),
        unit="maal",
        population="maal_med_samtykke",
    )
    assert suppress([enough])[0].frame["publiseres"].all()


def test_free_units_pass() -> None:
    table = CountTable("t", pd.DataFrame({"antall": [1]}), (), unit="moete")
    assert suppress([table])[0].frame["publiseres"].tolist() == [True]


def test_equal_cells_in_two_tables_are_hidden_in_both() -> None:
    one = count_table([3, 20, 30], "a", name="en")
    two = count_table([[3, 0], [12, 8], [14, 16]], "ab", name="to")
    first, second = suppress([one, two])
    for value in ("a0", "a1", "a2", "alle"):
        assert shown(first, a=value) == shown(second, a=value)


# --- Earlier reports --------------------------------------------------------------------------


def _line(value: int | None, **more: object) -> PublishedCell:
    at = {k: str(more.pop(k)) for k in list(more) if k in ("a", "b")}
    return PublishedCell(cell(**at), value, report="r", edition=1, **more)  # type: ignore[arg-type]


def test_a_cell_shown_before_stays_known_even_when_small() -> None:
    result = protect([count_table([3, 20, 30], "a")], published=[_line(3, a="a0")])
    assert shown(result.tables[0], a="a0") == 3
    assert result.known_small == {cell(a="a0")}


def test_a_cell_hidden_before_stays_hidden() -> None:
    line = _line(None, a="a0", lower=4, upper=24)
    (safe,) = suppress([count_table([12, 20, 30], "a")], published=[line])
    assert shown(safe, a="a0") is None
    assert len(hidden_cells(safe)) > 1


def test_a_small_revision_is_not_shown_beside_the_old_number() -> None:
    table = count_table([23, 20, 30], "a")
    result = protect([table], published=[_line(20, a="a0")])
    assert shown(result.tables[0], a="a0") is None
    assert result.revisions == {cell(a="a0"): False}
    large = protect([table], published=[_line(18, a="a0")])
    assert shown(large.tables[0], a="a0") == 23
    assert large.revisions == {cell(a="a0"): True}


def test_the_stricter_threshold_of_old_and_new_holds() -> None:
    line = _line(None, a="a2", lower=0, upper=None, threshold=8)
    (safe,) = suppress([count_table([6, 20, 30], "a")], published=[line])
    assert shown(safe, a="a0") is None
    assert safe.threshold == 8


def test_an_earlier_table_binds_the_new_ones() -> None:
    """Last year's split of a0 was hidden; its total and the other part must not open it."""
    earlier = suppress([count_table([[3, 9], [20, 30]], "ab")])
    again = suppress([count_table([[3, 9], [20, 30]], "ab")], published=earlier)
    assert hidden_cells(again[0]) >= hidden_cells(earlier[0])


# --- Choice and order -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_rows_tables_and_codes_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = count_table(rng.negative_binomial(0.7, 0.06, size=(3, 4)), "ab", name="en")
    two = count_table(one.frame.query("b == 'alle' and a != 'alle'")["antall"], "a", name="to")
    plain = {table.name: table for table in suppress([one, two], key=KEY)}
    mixed = CountTable(
        "en", one.frame.sample(frac=1, random_state=seed), ("b", "a"), population="p"
    )
    shuffled = {table.name: table for table in suppress([two, mixed], key=KEY)}
    for name, table in plain.items():
        order = sorted(table.dimensions)
        left, right = (
            x.frame.sort_values(order).reset_index(drop=True)[[*order, "antall"]]
            for x in (table, shuffled[name])
        )
        pd.testing.assert_frame_equal(left, right)


def test_another_key_may_hide_other_cells() -> None:
    table = count_table([[3, 9, 9, 9], [9, 9, 9, 9], [9, 9, 9, 9]], "ab")
    patterns = {
        frozenset(hidden_cells(suppress([table], key=bytes([k]) * 32)[0])) for k in range(8)
    }
    assert len(patterns) > 1
    assert suppress([table])[0].frame.equals(suppress([table])[0].frame)


def test_a_table_that_cannot_be_protected_becomes_coarser_then_nothing() -> None:
    values = [[3, 20], [15, 30]]
    everything = frozenset(
        cell(**at)
        for at in ({"a": "a0"}, {"a": "a1"}, {"b": "b0"}, {"b": "b1"}, {}, {"a": "a1", "b": "b0"})
    )
    coarse = count_table(values, "ab", never_hidden=everything, coarser=("b",))
    result = protect([coarse])
    assert result.coarsened == (("t", "b"),)
    assert result.tables[0].dimensions == ("a",)
    assert not result.withheld
    stuck = protect([count_table(values, "ab", never_hidden=everything)])
    assert stuck.withheld == ("t",)
    assert not stuck.tables[0].frame["publiseres"].any()


def test_headlines_are_dear() -> None:
    values = [[3, 20, 21], [22, 23, 24], [25, 26, 27]]
    plain = suppress([count_table(values, "ab")])[0]
    pair = next(at for at in sorted(hidden_cells(plain)) if "alle" not in at and at != ("a0", "b0"))
    quoted = cell(a=pair[0], b=pair[1])
    dear = suppress([count_table(values, "ab", headline=frozenset({quoted}))])[0]
    assert pair not in hidden_cells(dear)


def test_the_log_tells_cells_relations_and_demands() -> None:
    text = protect([count_table([[3, 20], [15, 30]], "ab")]).text
    for word in ("INTERNT", "Celler", "Sammenhenger", "Krav", "R1"):
        assert word in text


# --- Refusals ---------------------------------------------------------------------------------


def _frame(**changes: object) -> pd.DataFrame:
    frame = count_table([[3, 20], [15, 30]], "ab").frame
    return frame.assign(**changes)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (CountTable("t", _frame().drop(columns="b"), ("a", "b")), "mangler inndelingen"),
        (CountTable("t", _frame(), ("a", "b"), coarser=("c",)), "ikke en inndeling"),
        (CountTable("t", _frame(), ("a", "b"), hierarchies={"c": {}}), "ikke en inndeling"),
        (CountTable("t", _frame(), ("a", "b"), count="n"), "mangler kolonnen"),
        (CountTable("t", _frame(), ("a", "b"), unit="forhold"), "hvor mange personer"),
        (CountTable("t", pd.concat([_frame(), _frame()[:1]]), ("a", "b")), "to ganger"),
        (CountTable("t", _frame(antall=lambda f: f["antall"] - 4), ("a", "b")), "hele tall"),
        (
            CountTable("t", _frame(antall=lambda f: f["antall"] + 0.5), ("a", "b")),
            "hele tall fra 0",
        ),
        (CountTable("t", _frame().iloc[:-1], ("a", "b")), "summen mangler"),
        (
            CountTable("t", _frame(antall=[3, 20, 24, 15, 30, 45, 18, 50, 68]), ("a", "b")),
            "stemmer ikke med summen",
        ),
        (
            CountTable("t", _frame(), ("a", "b"), hierarchies={"a": {"a0": "a1", "a1": "a0"}}),
            "går i ring",
        ),
        (
            CountTable("t", _frame(), ("a", "b"), hierarchies={"a": {"a0": "x", "a1": "x"}}),
            "summen mangler",
        ),
    ],
)
def test_a_wrong_table_is_refused_by_name_and_never_by_number(table: CountTable, says: str) -> None:
    with pytest.raises(EvalueringError, match=says) as caught:
        suppress([table])
    assert "«t»" in caught.value.where
    assert caught.value.remedy
    for number in ("20", "15", "30", "68"):
        assert number not in f"{caught.value.what} {caught.value.where}"


def test_contradictions_are_refused() -> None:
    one = count_table([3, 20, 30], "a", name="en")
    with pytest.raises(EvalueringError, match="ulikt"):
        suppress([one, count_table([4, 20, 30], "a", name="to")])
    with pytest.raises(EvalueringError, match="samme navn"):
        suppress([one, one])
    false = Relation(((1, cell(a="a1")), (-1, cell(a="a0"))), "<=")
    with pytest.raises(EvalueringError, match="følger av definisjonene"):
        suppress([count_table([3, 20, 30], "a", relations=(false,))])
    with pytest.raises(EvalueringError, match="minst 2"):
        suppress([one], threshold=1)


def test_tables_that_fit_nobody_together_are_refused() -> None:
    """Two splits with the same codes and other meanings, and nothing that links them."""
    one = count_table([[10, 20], [30, 40]], "ab", name="ab")
    two = count_table([[10, 20], [30, 40]], "ac", name="ac")
    odd = count_table([[0, 30], [60, 10]], "bc", name="bc")
    broken = CountTable(
        "bc", odd.frame.assign(b=odd.frame["b"].replace("b0", "x")), ("b", "c"), population="p"
    )
    with pytest.raises(EvalueringError):
        suppress([one, two, broken])


def test_a_missing_row_is_unknown_and_not_zero() -> None:
    """Total 20, one part 17, the other not in the table: three are left all the same."""
    frame = pd.DataFrame([["a0", 17], ["a1", None], ["alle", 20]], columns=["a", "antall"])
    (safe,) = suppress([CountTable("t", frame, ("a",))])
    assert shown(safe, a="a0") is None or shown(safe) is None


def test_the_module_offers_what_the_contract_names() -> None:
    assert suppressor.suppress is suppress

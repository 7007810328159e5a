"""The audit against known answers, against full enumeration, and at the border of each rule."""

import ast
import json
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import table_enumeration
from random_tables import NAMES, build, draw, hide, publish, seeded, three, weighted

from evaluering.disclosure import audit, audit_demands
from evaluering.disclosure.audit_cross import cyclic_cores
from evaluering.disclosure.audit_rank import fixed_by_rank
from evaluering.errors import EvalueringError
from evaluering.model import Cell, CountTable, PublishedCell, Relation, SafeTable

FOLDER = Path(audit.__file__).parent
ORACLES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parent / "fasit" / "disclosure.json").read_text(encoding="utf-8")
    )
}
EU = {"geo": {"Portugal": "EU", "Spain": "EU", "Iceland": "nonEU"}}
HIERARCHIES = {"ssb_example1_T1": {}, "ssb_example1_T4": EU}


def kinds(
    safe: list[SafeTable], truth: list[CountTable], **more: object
) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    found, _ = audit.weaknesses(safe, truth, **more)
    return {(w.kind, w.variable.at if isinstance(w.variable, Cell) else ()) for w in found}


def named(found: set[tuple[str, tuple[tuple[str, str], ...]]]) -> set[str]:
    return {kind for kind, _ in found}


def cell(**at: str) -> Cell:
    return Cell("person", "unge", "", tuple(sorted(at.items())))


def table(array: list[list[int]], **more: object) -> CountTable:
    return build(np.array(array), NAMES[:2], **more)


def v(i: int, j: int) -> Cell:
    return cell(alder=f"v{i}", bosted=f"v{j}")


RECTANGLE = [v(0, 0), v(0, 1), v(1, 0), v(1, 1)]
LARGE = [[3, 9, 12], [8, 20, 7], [15, 6, 30]]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("audit*.py")), ids=lambda path: path.name)
def test_the_audit_shares_no_code_with_the_suppressor(path: Path) -> None:
    ours = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            ours |= {name for name in names if name.startswith("evaluering")}
        elif isinstance(node, ast.Import):
            assert not [a.name for a in node.names if a.name.startswith("evaluering")]
    allowed = ("evaluering.model.", "evaluering.errors.", "evaluering.disclosure.audit_")
    assert all(name.startswith(allowed) for name in ours)


def ssb(case: dict, hidden: list[list[str]], threshold: int) -> tuple[SafeTable, CountTable]:
    frame = pd.DataFrame(case["cells"], columns=["age", "geo", "antall"])
    truth = CountTable(
        case["id"], frame, ("age", "geo"), total="Total", hierarchies=HIERARCHIES[case["id"]]
    )
    return hide(truth, [truth.cell(age=age, geo=geo) for age, geo in hidden], threshold), truth


@pytest.mark.parametrize("name", HIERARCHIES)
@pytest.mark.parametrize(
    ("pattern", "listed"),
    [
        ("suppressed", "attacker_intervals"),
        ("primary", "attacker_intervals_primary_only"),
    ],
)
def test_intervals_of_the_package_of_statistics_norway(
    name: str, pattern: str, listed: str
) -> None:
    # Patterns of GaussSuppression 1.2.3, intervals recomputed by linear programming.
    case = ORACLES[name]
    safe, _ = ssb(case, case[pattern], case["params"]["maxN"] + 1)
    rows = audit.attack([safe]).itertuples()
    assert {f"{r.age},{r.geo}": [r.lower, r.upper] for r in rows} == case[listed]


def test_the_package_falls_short_of_our_demand() -> None:
    # «old,nonEU» is 3 and must be possible at ≤ 1 and ≥ 5; with only the primaries hidden it is 3.
    case = ORACLES["ssb_example1_T4"]
    safe, truth = ssb(case, case["primary"], 5)
    found, _ = audit.weaknesses([safe], [truth])
    assert {w.kind for w in found} >= {"eksakt", "rekkevidde"}
    safe, truth = ssb(case, case["suppressed"], 5)
    found, _ = audit.weaknesses([safe], [truth])
    # «Total,Portugal» is 4, its interval is 2–7: never 1.
    assert ("rekkevidde", (("geo", "Portugal"),)) in {(w.kind, w.variable.at) for w in found}
    with pytest.raises(EvalueringError, match="Kontrollen fant tall"):
        audit.check([safe], [truth])


def test_the_example_of_fischetti_and_salazar() -> None:
    case = ORACLES["fischetti_salazar_3x3"]
    rows, columns = case["core"]["rows"], case["core"]["cols"]
    truth = table(case["core"]["v"])

    def at(row: str, column: str) -> Cell:
        return v(rows.index(row), columns.index(column))

    found = audit.attack([hide(truth, [at(*pair) for pair in case["optimal_suppressed"]])])
    got = {
        f"{rows[int(r.alder[1])]},{columns[int(r.bosted[1])]}": [r.lower, r.upper]
        for r in found.itertuples()
    }
    assert got == case["attacker_intervals"]
    alone = audit.attack([hide(truth, [at(*case["primary"][0])])])
    assert alone[["lower", "upper"]].to_numpy().tolist() == [case["primary_only_interval"]]
    assert alone["exact"].all()


def test_a_group_that_differs_by_one_person_is_blocked() -> None:
    # OpenSAFELY documentation, outputs/sdc: 8 of 20, males 7 of 19, hence females 1 of 1.
    frame = pd.DataFrame(
        [("alle", "alle", 20), ("alle", "ja", 8), ("mann", "alle", 19), ("mann", "ja", 7)],
        columns=["kjoenn", "svar", "antall"],
    )
    within = (
        Relation(((1, cell(kjoenn="mann")), (-1, cell())), "<="),
        Relation(((1, cell(kjoenn="mann", svar="ja")), (-1, cell(svar="ja"))), "<="),
        Relation(((1, cell(svar="ja")), (-1, cell())), "<="),
        Relation(((1, cell(kjoenn="mann", svar="ja")), (-1, cell(kjoenn="mann"))), "<="),
    )
    truth = CountTable("t", frame, ("kjoenn", "svar"), population="unge", relations=within)
    assert "rekkevidde" in named(kinds([hide(truth, [])], [truth]))


def test_three_pairwise_tables_say_more_than_two() -> None:
    # disclosure-and-safety 1.3: read alone the first table says 0–11, with the others 4–11.
    counts = np.array([[[0, 4], [0, 8]], [[0, 7], [5, 0]]])
    names = ("a", "b", "c")
    ab = build(counts.sum(axis=2), names[:2], name="ab")
    ac = build(counts.sum(axis=1), (names[0], names[2]), name="ac")
    bc = build(counts.sum(axis=0), names[1:], name="bc")
    inner = [cell(a=f"v{i}", b=f"v{j}") for i in range(2) for j in range(2)]
    safe = hide(ab, inner)
    first = audit.attack([safe]).iloc[0]
    assert (first["lower"], first["upper"]) == (0, 11)
    first = audit.attack([safe, hide(ac, []), hide(bc, [])]).iloc[0]
    assert (first["lower"], first["upper"]) == (4, 11)


def test_years_without_a_sum_are_crosses_of_their_own() -> None:
    counts = np.array([[[0, 4], [0, 8]], [[0, 7], [5, 0]]])
    names = ("a", "b", "c")

    def with_year(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(aar="2025")

    tables = [
        build(counts.sum(axis=axis), pair, name="".join(pair))
        for axis, pair in ((2, names[:2]), (1, (names[0], names[2])), (0, names[1:]))
    ]
    tables = [
        replace(t, frame=with_year(t.frame), dimensions=(*t.dimensions, "aar")) for t in tables
    ]
    inner = [cell(a=f"v{i}", b=f"v{j}", aar="2025") for i in range(2) for j in range(2)]
    found = audit.attack([hide(tables[0], inner), *(hide(t, []) for t in tables[1:])])
    assert found["lower"].tolist()[0] == 4


@pytest.mark.parametrize(
    ("groups", "cores"),
    [
        (["ab", "ac"], 0),
        (["ab", "ac", "bc"], 1),
        (["ab", "ac", "bc", "abc"], 0),
        (["ab", "bc", "cd"], 0),
        (["ab", "bc", "cd", "da"], 1),
        (["ab", "ac", "bc", "de", "df", "ef"], 2),
    ],
)
def test_which_tables_bind_each_other(groups: list[str], cores: int) -> None:
    assert len(cyclic_cores({frozenset(group) for group in groups})) == cores


def test_a_cross_too_large_to_control_is_refused() -> None:
    tables = [
        build(np.full((13, 13), 9), pair, name="".join(pair))
        for pair in (("a", "b"), ("a", "c"), ("b", "c"))
    ]
    hidden = [cell(a="v0", b="v0"), cell(a="v0", b="v1")]
    with pytest.raises(EvalueringError, match="for mange celler"):
        audit.attack([hide(t, hidden) for t in tables])
    audit.attack([hide(t, []) for t in tables])


def test_the_weighted_identity_gives_three_offences_exactly() -> None:
    # disclosure-and-safety 1.3: (216 - 65 - 88 - 54) / 3 = 3.
    one, two, three_, both = (cell(klasse=name) for name in ("1", "2", "3", "1_2"))
    everyone = cell()
    offences, most = (Cell("forhold", "unge", "", at) for at in ((), (("klasse", "4_pluss"),)))
    relations = (
        Relation(((1, offences), (-1, one), (-2, two), (-3, three_), (-1, most))),
        Relation(((1, one), (1, two), (-1, both))),
    )
    rows = [("1_2", 115), ("3", 3), ("4_pluss", 13), ("alle", 131)]
    persons = CountTable(
        "p", pd.DataFrame(rows, columns=["klasse", "antall"]), ("klasse",), population="unge",
        relations=relations,
    )  # fmt: skip
    ones = CountTable(
        "en", pd.DataFrame([("1", 88)], columns=["klasse", "antall"]), ("klasse",),
        population="unge",
    )  # fmt: skip
    counted = [("4_pluss", 65, 13, 9, 17), ("alle", 216, 131, 9, 17)]
    columns = ["klasse", "antall", "personer", "stoerste", "to_stoerste"]
    within = (Relation(((1, most), (-1, offences)), "<="),)
    events = CountTable(
        "f", pd.DataFrame(counted, columns=columns), ("klasse",), unit="forhold",
        population="unge", relations=within,
    )  # fmt: skip
    safe = [hide(persons, [three_, everyone]), hide(ones, []), hide(events, [])]
    found = audit.attack(safe)
    assert found[["klasse", "lower", "upper", "exact"]].to_numpy().tolist() == [
        ["3", 3, 3, True],
        ["alle", 131, 131, True],
    ]
    assert ("eksakt", three_.at) in kinds(safe, [persons, ones, events])


def fractions_fixed(rows: list[dict[int, int]], size: int) -> set[int]:
    """The same by Gauss–Jordan in fractions: unit vectors in the row space."""
    matrix = [[Fraction(row.get(at, 0)) for at in range(size)] for row in rows]
    done = 0
    for at in range(size):
        pivot = next((k for k in range(done, len(matrix)) if matrix[k][at]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][at] for value in matrix[done]]
        for k in range(len(matrix)):
            if k != done:
                factor = matrix[k][at]
                matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[done], strict=True)]
        done += 1
    return {
        next(at for at, value in enumerate(row) if value)
        for row in matrix
        if sum(bool(value) for value in row) == 1
    }


def test_rank_in_whole_numbers_equals_rank_in_fractions() -> None:
    seen = 0
    for number in range(300):
        seed = seeded(f"rang {number}")
        size = seed.randint(2, 8)
        rows = [
            {at: seed.choice([-3, -1, 1, 1, 2, 4]) for at in range(size) if seed.random() < 0.45}
            for _ in range(seed.randint(1, size + 1))
        ]
        expected = fractions_fixed(rows, size)
        assert fixed_by_rank(rows) == expected
        seen += len(expected)
    assert seen > 200


def test_rank_survives_numbers_that_floating_point_does_not() -> None:
    # The rows differ by 1 in 10^17: singular in floating point, of full rank in whole numbers.
    large = 10**17
    assert fixed_by_rank([{0: large, 1: large + 1}, {0: large - 1, 1: large}]) == {0, 1}
    assert fixed_by_rank([{0: large, 1: large}, {0: 1, 1: 1}]) == set()


def test_enumeration_equals_bounds_and_rank() -> None:
    for number in range(12):
        wrong, _ = table_enumeration.disagreements(number)
        assert wrong == 0


def test_the_gate_at_the_border_of_few_persons() -> None:
    shown = [[4, 9], [8, 20]]
    assert named(kinds([hide(table(shown), [])], [table(shown)])) == {"vist"}
    shown[0][0] = 5
    assert kinds([hide(table(shown), [])], [table(shown)]) == set()
    zero = [[0, 19], [18, 20]]
    assert kinds([hide(table(zero), [])], [table(zero)]) == set()


def test_a_rectangle_protects_and_a_row_does_not() -> None:
    truth = table(LARGE)
    assert kinds([hide(truth, RECTANGLE)], [truth]) == set()
    for hidden in ([v(0, 0)], [v(0, 0), v(0, 1)], RECTANGLE[:3]):
        assert named(kinds([hide(truth, hidden)], [truth])) == {"eksakt", "rekkevidde"}


def test_a_reach_that_stops_at_four_is_too_short() -> None:
    # 3 persons; the rectangle lets it be 0–4 when its twin across is 1: never «5 or more».
    truth = table([[3, 1, 12], [10, 20, 7], [15, 6, 30]])
    found = kinds([hide(truth, RECTANGLE)], [truth])
    assert ("rekkevidde", v(0, 0).at) in found
    assert "eksakt" not in named(found)


def test_whole_numbers_are_asked_where_the_programme_promises_more() -> None:
    # x + 4y = 19 with x ≤ 4 hidden: only x = 3 is whole; the linear programme says 0–4.
    x, y = cell(slag="x"), cell(slag="y")
    whole, both = cell(slag="sum"), cell(slag="tak")
    frame = pd.DataFrame([("x", 3), ("y", 4), ("sum", 19), ("tak", 6)], columns=["slag", "antall"])
    relations = (
        Relation(((1, x), (4, y), (-1, whole))),
        Relation(((1, x), (-1, both)), "<="),
    )
    truth = CountTable("t", frame, ("slag",), population="unge", relations=relations)
    found = audit.attack([hide(truth, [x, y])])
    assert found.loc[found["slag"] == "x", ["lower", "upper"]].to_numpy().tolist()[0][1] <= 6
    assert ("rekkevidde", x.at) in kinds([hide(truth, [x, y])], [truth])


def test_the_person_alone_in_a_cell_must_not_open_another() -> None:
    # Two small cells across from each other: the one who is alone in the first computes the rest.
    truth = table([[1, 9, 12], [8, 2, 7], [15, 6, 30]])
    safe = hide(truth, RECTANGLE)
    assert "alene" in named(kinds([safe], [truth]))
    more = hide(truth, [*RECTANGLE, v(2, 0), v(2, 1), v(0, 2), v(1, 2), v(2, 2)])
    assert kinds([more], [truth]) == set()
    with pytest.raises(EvalueringError):
        audit.check([safe], [truth])


def test_a_category_that_holds_all_of_a_small_group() -> None:
    # 6 of 6 in one category; in a group of 10 the same may be shown.
    for n, expected in ((6, {"vist"}), (9, {"vist"}), (10, set())):
        truth = table([[n, 0], [20, 30]])
        assert named(kinds([hide(truth, [])], [truth])) == expected
    truth = table([[6, 0], [20, 30]])
    assert kinds([hide(truth, RECTANGLE)], [truth]) == set()


EVENT = ["alder", "antall", "personer", "stoerste", "to_stoerste"]


@pytest.mark.parametrize(
    ("row", "is_shown_wrong"),
    [
        ((20, 12, 10, 15), False),  # exactly half and three quarters
        ((20, 12, 11, 15), True),
        ((20, 12, 10, 16), True),
        ((20, 4, 5, 10), True),
        ((20, 5, 5, 10), False),
        ((20, 9, None, None), True),
        ((20, 10, None, None), False),
        ((20, None, None, None), True),
        ((0, 0, 0, 0), False),
        ((6, 6, None, None), False),  # one each
    ],
)
def test_events_are_judged_by_the_persons_behind_them(
    row: tuple[int | None, ...], is_shown_wrong: bool
) -> None:
    frame = pd.DataFrame([("v0", *row)], columns=EVENT)
    truth = CountTable("f", frame, ("alder",), unit="forhold", population="unge")
    assert named(kinds([hide(truth, [])], [truth])) == ({"vist"} if is_shown_wrong else set())


def test_events_without_persons_are_refused_and_meetings_are_free() -> None:
    frame = pd.DataFrame([("v0", 3)], columns=["alder", "antall"])
    truth = CountTable("f", frame, ("alder",), unit="forhold", population="unge")
    with pytest.raises(EvalueringError, match="ikke hvor mange personer"):
        audit.check([hide(truth, [])], [truth])
    free = replace(truth, unit="moete")
    audit.check([hide(free, [])], [free])


FIVE = audit_demands.Thresholds(5, {})


def test_event_reach_is_five_or_a_quarter() -> None:
    assert audit_demands.EVENT_REACH == 5
    fact = audit_demands.Fact(40, 3, 30, 35)
    facts = {cell(): fact}
    (primary,) = audit_demands.primaries_of([], facts, {}, FIVE, {})
    assert primary.reaches == ((30, False), (50, True))
    facts = {cell(): audit_demands.Fact(4, 3, 2, 3)}
    (primary,) = audit_demands.primaries_of([], facts, {}, FIVE, {})
    assert primary.reaches == ((0, False), (9, True))


def test_a_drop_between_steps_is_a_cell() -> None:
    steps = pd.DataFrame([("saker", 30), ("samtykke", 27)], columns=["steg", "antall"])
    steps["personer"] = steps["antall"]
    first, last = (Cell("sak", "saker", "", (("steg", s),)) for s in ("saker", "samtykke"))
    truth = CountTable(
        "trakt", steps, ("steg",), unit="sak", population="saker",
        relations=(Relation(((1, last), (-1, first)), "<="),),
    )  # fmt: skip
    assert named(kinds([hide(truth, [])], [truth])) == {"rekkevidde"}
    assert kinds([hide(truth, [last])], [truth]) == set()
    frame = steps.assign(antall=[30, 25], personer=[30, 25])
    wide = replace(truth, frame=frame)
    assert kinds([hide(wide, [])], [wide]) == set()


def test_a_number_that_is_not_the_count_is_never_let_through() -> None:
    truth = table(LARGE)
    safe = hide(truth, RECTANGLE)
    frame = safe.frame.copy()
    frame.loc[2, "antall"] = 13
    assert "feil_tall" in named(kinds([replace(safe, frame=frame)], [table(LARGE)]))
    frame = safe.frame.assign(publiseres=True)
    assert "feil_tall" in named(kinds([replace(safe, frame=frame)], [truth]))
    other = table([[30, 9], [8, 20]], name="ukjent", population="andre")
    assert "ukjent_celle" in named(kinds([safe, hide(other, [])], [truth]))


def test_one_cell_with_two_numbers_is_a_contradiction() -> None:
    one, two = table([[30, 9], [8, 20]]), table([[31, 9], [8, 20]], name="to")
    with pytest.raises(EvalueringError, match="ulike tall"):
        audit.attack([hide(one, []), hide(two, [])])
    with pytest.raises(EvalueringError, match="ulike tall"):
        audit.check([hide(one, [])], [one, two])


def test_a_cell_hidden_in_one_table_and_shown_in_another_is_exact() -> None:
    truth = table(LARGE)
    again = replace(truth, name="igjen")
    safe = [hide(truth, RECTANGLE), hide(again, [])]
    assert audit.attack(safe)["exact"].all()
    assert "eksakt" in named(kinds(safe, [truth, again]))


def test_the_threshold_may_be_raised_never_lowered() -> None:
    truth = table([[6, 19, 12], [18, 20, 17], [15, 16, 30]])
    audit.check([hide(truth, [])], [truth])
    with pytest.raises(EvalueringError):
        audit.check([hide(truth, [], threshold=7)], [truth])
    with pytest.raises(EvalueringError):
        audit.check([hide(truth, [], threshold=4)], [truth])


def test_an_earlier_and_stricter_threshold_still_holds_for_the_same_kind_of_cells() -> None:
    truth = table([[6, 19, 12], [18, 20, 17], [15, 16, 30]])
    safe = hide(truth, [])
    ours = PublishedCell(cell(alder="gammel"), 30, edition=1, threshold=7)
    assert "vist" in named(kinds([safe], [truth], published=[ours]))
    for other in (replace(ours, edition=0), replace(ours, cell=Cell("sak", "andre", "", ()))):
        assert kinds([safe], [truth], published=[other]) == set()


def test_an_interval_the_number_has_left_says_nothing() -> None:
    truth = table([[30, 19, 12], [18, 20, 17], [15, 16, 30]])
    before = [PublishedCell(v(0, 0), None, 0, 12)]
    assert kinds([hide(truth, RECTANGLE)], [truth], published=before) == set()
    no_interval = [PublishedCell(v(0, 0), None)]
    assert kinds([hide(truth, RECTANGLE)], [truth], published=no_interval) == set()


def test_the_shelf_opens_what_this_report_hides() -> None:
    truth = table(LARGE)
    safe = hide(truth, RECTANGLE)
    earlier = publish(hide(truth, [v(0, 0), v(0, 2), v(2, 0), v(2, 2)]))
    found = audit.attack([safe], earlier)
    assert found["exact"].all()
    assert "eksakt" in named(kinds([safe], [truth], published=earlier))
    assert audit.check([safe], [truth], published=publish(safe)).attackers == (
        "leser", "hylle", "alene_i_cellen",
    )  # fmt: skip
    assert audit.check([safe], [truth], published=[safe])


def test_a_small_number_that_is_already_public_is_known_not_primary() -> None:
    truth = table([[3, 9], [8, 20]])
    public = [PublishedCell(v(0, 0), 3, report="politiet")]
    assert "vist" in named(kinds([hide(truth, [])], [truth]))
    assert kinds([hide(truth, [])], [truth], published=public) == set()


@pytest.mark.parametrize(("old", "is_wrong"), [(30, False), (29, True), (26, True), (25, False)])
def test_a_small_revision_is_not_shown_beside_the_old(old: int, is_wrong: bool) -> None:
    truth = table([[30, 19], [18, 20]])
    found = kinds([hide(truth, [])], [truth], published=[PublishedCell(v(0, 0), old)])
    assert named(found) == ({"rettelse"} if is_wrong else set())


def test_a_small_revision_that_is_hidden_needs_room_for_none_and_many() -> None:
    truth = table(LARGE)
    old = [PublishedCell(v(1, 1), 18)]
    assert kinds([hide(truth, RECTANGLE)], [truth], published=old) == set()
    narrow = table([[3, 1, 12], [10, 20, 7], [15, 6, 30]])
    hidden = [v(0, 1), v(0, 2), v(1, 1), v(1, 2), v(0, 0), v(1, 0)]
    assert kinds([hide(narrow, hidden)], [narrow], published=[PublishedCell(v(1, 1), 60)]) == set()


def test_what_was_hidden_stays_hidden_and_as_wide() -> None:
    truth = table([[30, 19, 12], [18, 20, 17], [15, 16, 30]])
    before = [PublishedCell(v(0, 0), None, 5, 60)]
    assert named(kinds([hide(truth, [])], [truth], published=before)) == {"tidligere_skjult"}
    assert kinds([hide(truth, RECTANGLE)], [truth], published=before) == set()
    # Now 10–48. Before 0–40, or so wide that half of it is 39: too much is learnt.
    for low, high in ((0, 40), (2, 80)):
        narrow = [PublishedCell(v(0, 0), None, low, high)]
        assert kinds([hide(truth, RECTANGLE)], [truth], published=narrow) == {
            ("tidligere_skjult", v(0, 0).at)
        }


def test_an_incomplete_family_gives_at_most() -> None:
    # «herav» under 15 in all persons: 10 and a hidden part says 0–10, not 10.
    frame = pd.DataFrame([("under_15", 6), ("alle", 30)], columns=["alder", "antall"])
    within = (Relation(((1, cell(alder="under_15")), (-1, cell())), "<="),)
    truth = CountTable("t", frame, ("alder",), population="unge", relations=within)
    found = audit.attack([hide(truth, [cell(alder="under_15")])])
    assert found[["lower", "upper", "exact"]].to_numpy().tolist() == [[0, 30, False]]


def test_parts_that_overlap_are_each_within_the_whole() -> None:
    frame = pd.DataFrame([("a", 20), ("b", 15), ("alle", 25)], columns=["type", "antall"])
    at_least = (Relation(((1, cell()), (-1, cell(type="a")), (-1, cell(type="b"))), "<="),)
    truth = CountTable("t", frame, ("type",), population="unge", relations=at_least)
    found = audit.attack([hide(truth, [cell(type="b")])])
    assert found[["lower", "upper"]].to_numpy().tolist() == [[5, 25]]


def test_a_cell_nobody_bounds_has_no_upper_end() -> None:
    frame = pd.DataFrame([("2024", 20), ("2025", 3)], columns=["aar", "antall"])
    truth = CountTable("t", frame, ("aar",), population="unge")
    found = audit.attack([hide(truth, [cell(aar="2025")])])
    assert found["lower"].tolist() == [0]
    assert found["upper"].isna().all()
    assert audit.check([hide(truth, [cell(aar="2025")])], [truth]).hidden == 1


def test_counts_that_break_a_declared_relation_are_refused() -> None:
    frame = pd.DataFrame([("a", 20), ("b", 15)], columns=["type", "antall"])
    wrong = (Relation(((1, cell(type="a")), (-1, cell(type="b"))), "<="),)
    truth = CountTable("t", frame, ("type",), population="unge", relations=wrong)
    with pytest.raises(EvalueringError, match="motsier"):
        audit.check([hide(truth, [])], [truth])
    with pytest.raises(EvalueringError, match="motsier"):
        audit.attack([hide(truth, [])])


def test_the_refusal_repeats_no_value_and_the_report_is_internal_counts() -> None:
    truth = table([[4, 9], [8, 20]])
    with pytest.raises(EvalueringError) as caught:
        audit.check([hide(truth, [])], [truth])
    assert not [character for character in str(caught.value) if character.isdigit()]
    truth = table(LARGE)
    report = audit.check([hide(truth, RECTANGLE)], [truth], key_known=True)
    assert (report.cells, report.hidden, report.primaries, report.key_known) == (16, 4, 1, True)
    assert report.threshold == 5


def test_the_digest_knows_the_content_and_not_the_order() -> None:
    truth = three(random.Random(4))  # noqa: S311 - test data
    safe = [hide(t, []) for t in truth]
    turned = [replace(t, frame=t.frame.iloc[::-1].reset_index(drop=True)) for t in safe[::-1]]
    assert audit.digest_of(safe) == audit.digest_of(turned)
    changed = safe[0].frame.copy()
    changed.loc[0, "antall"] += 1
    assert audit.digest_of([replace(safe[0], frame=changed), *safe[1:]]) != audit.digest_of(safe)


def test_tables_of_weighted_persons_are_read_without_contradiction() -> None:
    for number in range(5):
        tables = weighted(seeded(f"vekt {number}"), share=True)
        audit.weaknesses([hide(t, []) for t in tables], tables)


def test_the_random_tables_are_the_same_every_time() -> None:
    assert draw(seeded("a"), (3, 3)).tolist() == draw(seeded("a"), (3, 3)).tolist()

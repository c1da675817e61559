"""The gate: floors that hold, fall, rise and are lowered with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.eval_product import Worsened

from eval import gate
from eval.datasets import digest
from eval.datasets.load import CORPUS
from eval.tasks import TASKS


@pytest.fixture(scope="module")
def pinned(product) -> gate.Floors:
    start = gate.Floors((gate.measured("quotes", "eval/corpus", ["direct_exact_f1", "speaker_end_to_end"]),))
    return gate.pin(start, _checks(start, product))


def _checks(floors: gate.Floors, system, root: Path = gate.ROOT) -> list[gate.GateResult]:
    return list(gate.check(floors, system, "system", lambda _: None, root))


def test_the_gate_holds_for_the_product_and_falls_for_a_worsened_copy(pinned, product):
    held = _checks(pinned, product)[0]
    assert not held.failed
    assert held.values["direct_exact_f1"] - gate.SLACK == pytest.approx(
        pinned.floors[0].measures["direct_exact_f1"], abs=0.051
    )
    fallen = _checks(pinned, Worsened(product))[0]
    assert fallen.failed
    assert {measure.name for measure, _, _ in fallen.fallen} >= {"direct_exact_f1", "speaker_end_to_end"}


def test_floors_fall_only_by_wish_and_with_a_reason(pinned, product):
    worse = _checks(pinned, Worsened(product))
    with pytest.raises(ValueError, match=r"would lower floors \(quotes on eval/corpus, direct_exact_f1"):
        gate.pin(pinned, worse)
    with pytest.raises(ValueError, match="--reason"):
        gate.pin(pinned, worse, lower=True, reason=" ")
    lowered = gate.pin(pinned, worse, lower=True, reason="stricter gold")
    assert lowered.floors[0].measures["direct_exact_f1"] < pinned.floors[0].measures["direct_exact_f1"]
    assert lowered.lowered[0]["why"] == "stricter gold"
    raised = gate.pin(lowered, _checks(lowered, product))
    assert raised.floors == pinned.floors
    assert raised.lowered == lowered.lowered


def test_where_less_is_better_a_floor_is_a_ceiling(pinned):
    floor = replace(pinned.floors[0], measures={"calibration_error": 5.0})
    better, worse = (gate.GateResult(floor, {"calibration_error": value}) for value in (3.0, 6.0))
    floors = gate.Floors((floor,))
    assert gate.pin(floors, [better]).floors[0].measures == {"calibration_error": 3.0 + gate.SLACK}
    with pytest.raises(ValueError, match=r"calibration_error: 5\.0 to 6\.3"):
        gate.pin(floors, [worse])


def test_pinning_an_unchanged_product_changes_nothing(pinned, product):
    assert gate.pin(pinned, _checks(pinned, product)) == pinned


def test_changed_data_fail_the_gate_and_absent_data_are_skipped(pinned, product, tmp_path):
    changed = gate.Floors((replace(pinned.floors[0], sha256="sha256:0"),))
    assert "the data changed" in (_checks(changed, product)[0].reason or "")
    assert _checks(changed, product)[0].failed
    absent = _checks(pinned, product, root=tmp_path)[0]
    assert "not on this machine" in (absent.reason or "")
    assert not absent.failed


def test_the_pinned_file_reads_and_names_real_measures():
    floors = gate.read()
    assert any(floor.data == "eval/corpus" for floor in floors.floors)
    for floor in floors.floors:
        known = {measure.name for measure in TASKS[floor.task].measures}
        assert set(floor.measures) <= known
        assert floor.sha256 == digest(CORPUS) or floor.data != "eval/corpus"

"""Data sets of the evaluation: rows to samples, files, hubs, editors' exports, damaged layouts."""

from __future__ import annotations

import gzip
import json

import pytest

from eval.datasets import digest, read_rows
from eval.datasets.adapters import to_sample
from eval.datasets.layout import Layout
from eval.datasets.load import CORPUS, load
from service.domain import Article, QuoteKind
from service.wire import to_dict, to_wire

_TEXT = (
    "“The pier opens in May,” Mayor Ana Ruiz said on Tuesday.\nIt cost nine million euros.\nNobody objected."
)


def test_a_row_becomes_a_sample_with_slices():
    row = {
        "id": 7, "text": _TEXT, "publisher": "gazette",
        "attributions": [
            {"quote_type": "direct", "content": [[0, 24]], "source": [[25, 39]], "cue": [[40, 44]]}
        ],
        "summary": ["The pier opens.", " "], "iptc": ["medtop:04000000"],
    }  # fmt: skip
    sample = to_sample(row)
    assert sample.article.id == "7"
    assert sample.gold.attributions[0].kind is QuoteKind.DIRECT
    assert sample.gold.reference == ("The pier opens.",)
    assert sample.gold.topics == {"medtop:04000000"}
    assert dict(sample.slices) == {
        "publisher": "gazette",
        "length": "under 300 words",
        "quotation marks": "curly double",
    }


def test_judged_rows_are_claims_and_no_reference():
    gold = to_sample({"id": "a", "text": _TEXT, "summary": ["The pier closes."], "label": 0}).gold
    assert (gold.claims, gold.supported, gold.reference) == (("The pier closes.",), 0.0, None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "a", "text": ""}, "needs text"),
        ({"text": "x"}, "KeyError"),
        ({"id": "a", "text": "x", "attributions": [{"quote_type": "odd", "content": []}]}, "odd"),
        (
            {"id": "a", "text": "x", "attributions": [{"quote_type": "direct", "content": [[0, 9]]}]},
            "does not fit",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row, words):
    with pytest.raises(ValueError, match="is not usable") as refusal:
        to_sample(row)
    assert words in str(refusal.value)


def test_the_editors_export_is_gold(product, tmp_path):
    article = Article(id="e1", text=_TEXT + " She thanked the divers.")
    line = to_dict(to_wire(product.analyse(article)))
    line["article"]["text"] = article.text
    line["quotes"][0]["speaker"]["name"] = "Ana Ruiz Soler"  # an editor's correction
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    sample = load(str(path)).samples[0]
    assert sample.gold.attributions[0].name == "Ana Ruiz Soler"
    assert sample.gold.reference
    line["quotes"][0]["parts"][0]["text"] = "altered"
    with pytest.raises(ValueError, match="does not read 'altered'"):
        to_sample(line)


def test_rows_are_read_plain_or_packed_and_bad_lines_are_named(tmp_path):
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_rows(plain)) == list(read_rows(packed)) == [{"id": 1}, {"id": 2}]
    plain.write_text('{"id": 1}\n[2]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: a row is a JSON object"):
        list(read_rows(plain))


def test_a_digest_tells_data_apart(tmp_path):
    (tmp_path / "a.xml").write_text("x", encoding="utf-8")
    first = digest(tmp_path)
    assert first.startswith("sha256:")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    assert digest(tmp_path) == first
    (tmp_path / "a.xml").write_text("y", encoding="utf-8")
    assert digest(tmp_path) != first


def test_absent_data_say_what_can_be_given():
    with pytest.raises(FileNotFoundError, match=r"no data at nowhere\.jsonl: give"):
        load("nowhere.jsonl")


def test_a_hub_data_set_is_read_with_its_columns(tmp_path):
    datasets = pytest.importorskip("datasets")
    folder = tmp_path / "xsum"
    folder.mkdir()
    rows = [{"document": _TEXT, "summary": "The pier opens in May.", "id": str(n)} for n in range(3)]
    (folder / "validation.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    datasets.disable_progress_bars()
    data = load(f"hf:{folder}", limit=2)
    assert [sample.article.id for sample in data.samples] == ["0", "1"]
    assert data.name == "xsum"
    assert data.samples[0].gold.reference == ("The pier opens in May.",)
    assert data.sha256 == load(f"hf:{folder}").sha256
    with pytest.raises(ValueError, match="no text column among document"):
        load(f"hf:{folder}?text=body")


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.AS_IS])
def test_a_damaged_layout_keeps_the_annotated_offsets(layout):
    damaged = load(str(CORPUS), 4, layout)
    assert damaged.name == f"corpus-{layout}"
    losses = []
    for before, after in zip(load(str(CORPUS), 4).samples, damaged.samples, strict=True):
        assert len(after.article.text) == len(before.article.text)
        assert after.gold == before.gold
        assert ("\n" in after.article.text) == (layout is Layout.LOST_MARK)
        marks = [sum(map(text.count, ('"', "”", "''"))) for text in (before.article.text, after.article.text)]
        losses.append(marks[0] - marks[1])
    assert any(losses) == (layout is not Layout.ONE_LINE)
    assert max(losses) <= 1

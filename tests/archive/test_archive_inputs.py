"""Reading an archive: every format gives the same articles; whatever is wrong has a place and a reason."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.archive_processes import RAIN

from service.archive.inputs.columns import ColumnMapping
from service.archive.inputs.raw import RawArticle
from service.archive.inputs.readers import ArchiveReader, ReadingProgress
from service.archive.inputs.sources import find_sources
from service.archive.job.analyst import admit
from service.bootstrap import build_door
from service.domain import Article
from service.settings import Settings

MAX_CHARS = 200_000
RECORDS = [
    {"id": f"a{number}", "title": f"Rain “{number}”", "text": f"{RAIN} It was day {number}.\nÉté, 雨."}
    for number in range(130)
]


def read(*inputs: str | Path, columns: tuple[str, ...] = (), max_chars: int = MAX_CHARS) -> list[RawArticle]:
    reader = ArchiveReader(ColumnMapping.parse(columns), max_chars, ReadingProgress())
    sources = find_sources([str(name) for name in inputs], leave_out="")
    return [raw for source in sources for raw in reader.read(source)]


def articles(*inputs: str | Path, columns: tuple[str, ...] = ()) -> list[Article]:
    door = build_door(Settings())
    return [admit(door, raw, "en") for raw in read(*inputs, columns=columns)]


def problems(*inputs: str | Path, columns: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = read(*inputs, columns=columns)
    return [(str(raw.position).rpartition("/")[2], raw.problem.code) for raw in found if raw.problem]


def as_lines(records: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def as_csv(records: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def as_zstd(data: bytes) -> bytes:
    """Two frames one after the other, as ``cat a.zst b.zst`` makes them."""
    half = data.index(b"\n", len(data) // 2) + 1
    codec = pa.Codec("zstd")
    return b"".join(bytes(codec.compress(part, asbytes=True)) for part in (data[:half], data[half:]))


def as_warc(pages: dict[str, str], *, compress: bool) -> bytes:
    out = io.BytesIO()
    for url, html in pages.items():
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:{url}>\r\nWARC-Target-URI: {url}\r\n"
            "WARC-Date: 2025-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        record = head.encode() + http + b"\r\n\r\n"
        out.write(gzip.compress(record) if compress else record)
    return out.getvalue()


def as_parquet(path: Path, records: list[dict[str, str]]) -> Path:
    pq.write_table(pa.Table.from_pylist(records), path, row_group_size=50)
    return path


@pytest.fixture
def expected(tmp_path: Path) -> list[Article]:
    path = tmp_path / "expected.jsonl"
    path.write_bytes(as_lines(RECORDS))
    return articles(path)


def test_every_table_format_gives_the_same_articles(tmp_path: Path, expected: list[Article]) -> None:
    lines = as_lines(RECORDS)
    files = {
        "a.ndjson": lines,
        "a.jsonl.gz": gzip.compress(lines),
        "a.jsonl.zst": as_zstd(lines),
        "a.csv": as_csv(RECORDS),
        "a.csv.gz": gzip.compress(as_csv(RECORDS)),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert articles(tmp_path / name) == expected, name
    assert articles(as_parquet(tmp_path / "a.parquet", RECORDS)) == expected


def test_columns_of_any_name_can_be_mapped(tmp_path: Path, expected: list[Article]) -> None:
    renamed = [
        {"guid": record["id"], "head": record["title"], "body": record["text"], "section": "x"}
        for record in RECORDS
    ]
    (tmp_path / "a.jsonl").write_bytes(as_lines(renamed))
    (tmp_path / "a.csv").write_bytes(as_csv(renamed))
    as_parquet(tmp_path / "a.parquet", renamed)
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        columns = ("id=guid", "title=head", "text=body")
        assert articles(tmp_path / name, columns=columns) == expected, name


def test_a_line_may_leave_out_what_is_mapped_and_not_needed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in ({"no": 1, "body": RAIN}, {"body": RAIN}, {"no": 3}))
    )
    columns = ("id=no", "title=head", "text=body")
    assert [raw.id for raw in read(tmp_path / "a.jsonl", columns=columns)] == ["1", "a.jsonl:2", "a.jsonl:3"]
    found = problems(tmp_path / "a.jsonl", columns=columns)
    assert found == [("a.jsonl:2", "missing-column"), ("a.jsonl:3", "missing-column")]


@pytest.mark.parametrize("assignment", ["text", "=body", "text=", "body=text"])
def test_a_mapping_that_makes_no_sense_is_explained(assignment: str) -> None:
    with pytest.raises(ValueError, match="is not FIELD=COLUMN with one of id, title"):
        ColumnMapping.parse([assignment])


def test_html_is_the_same_article_from_a_folder_a_column_and_a_web_archive(tmp_path: Path) -> None:
    page = f"<html><head><title>Rain</title></head><body><article><p>{RAIN * 3}</p></article></body></html>"
    url = "http://example.org/rain"
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "rain.html").write_text(page)
    (tmp_path / "a.warc").write_bytes(as_warc({url: page}, compress=False))
    (tmp_path / "a.warc.gz").write_bytes(as_warc({url: page}, compress=True))
    as_parquet(tmp_path / "a.parquet", [{"id": url, "html": page}])
    inputs = ("folder", "a.warc", "a.warc.gz", "a.parquet")
    found = [articles(tmp_path / name) for name in inputs]
    assert [len(each) for each in found] == [1, 1, 1, 1]
    assert {article.text for each in found for article in each} == {found[0][0].text}
    assert [each[0].id for each in found] == ["rain.html", url, url, url]


def test_ninjs_is_read_from_files_and_from_lines(tmp_path: Path) -> None:
    item = {"uri": "urn:rain", "headline": "Rain", "body_text": RAIN}
    (tmp_path / "item.json").write_text(json.dumps(item))
    (tmp_path / "items.jsonl").write_text(json.dumps(item) + "\n")
    one, other = articles(tmp_path / "item.json"), articles(tmp_path / "items.jsonl")
    assert one == other
    assert (one[0].id, one[0].title, one[0].text) == ("urn:rain", "Rain", RAIN)


def test_a_folder_is_read_in_a_fixed_order_with_positions_but_without_the_job_itself(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text(RAIN)
    (tmp_path / "a.jsonl").write_bytes(as_lines(RECORDS[:2]))
    (tmp_path / "c.txt").write_text(RAIN)
    (tmp_path / "notes.md").write_text("no article")
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "quarantine.jsonl").write_text("{}")
    reader = ArchiveReader(ColumnMapping(), MAX_CHARS, ReadingProgress())
    sources = find_sources([str(tmp_path)], leave_out=str(tmp_path / "job"))
    found = [raw for source in sources for raw in reader.read(source)]
    assert [(raw.id, str(raw.position).removeprefix(f"{tmp_path}/")) for raw in found] == [
        ("a0", "a.jsonl:1"),
        ("a1", "a.jsonl:2"),
        ("c.txt", "c.txt"),
        ("b/two.txt", "b/two.txt"),
    ]


def test_any_fsspec_url_is_an_input(expected: list[Article]) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/archive/a.jsonl.gz", gzip.compress(as_lines(RECORDS)))
    assert articles("memory://archive/a.jsonl.gz") == expected
    assert articles("memory://archive") == expected


def test_files_in_a_zip_are_an_input(tmp_path: Path, expected: list[Article]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("2025/a.jsonl", as_lines(RECORDS[:100]))
        archive.writestr("2025/b.csv.gz", gzip.compress(as_csv(RECORDS[100:])))
    assert articles(f"zip://2025::{tmp_path / 'a.zip'}") == expected
    assert articles(f"zip://2025/a.jsonl::file://{tmp_path / 'a.zip'}") == expected[:100]


def test_a_file_system_that_fails_its_own_way_is_one_source_s_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoCredentialsError(Exception):
        pass

    def fail(*arguments: object, **options: object) -> None:
        raise NoCredentialsError("Unable to locate credentials")

    (tmp_path / "a.jsonl").write_bytes(as_lines(RECORDS[:1]))
    files = fsspec.filesystem("memory")
    files.pipe("/fails/a.jsonl", as_lines(RECORDS))
    inputs = ("memory://fails/a.jsonl", tmp_path / "a.jsonl")
    monkeypatch.setattr(type(files), "open", fail)
    opened = read(*inputs)
    monkeypatch.setattr(type(files), "info", fail)
    found = read(*inputs)
    assert [each[0].problem and each[0].problem.code for each in (opened, found)] == [
        "broken-input",
        "unreadable-input",
    ]
    assert opened[0].problem is not None
    assert "NoCredentialsError: Unable to locate credentials" in opened[0].problem.reason
    assert [each[1].id for each in (opened, found)] == ["a0", "a0"]


def test_a_file_s_name_may_be_any_bytes(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.txt", "w") as file:  # noqa: PTH123 - a name as bytes
        file.write(RAIN)
    [raw] = read(tmp_path)
    assert (raw.id, raw.payload) == ("caf\\udce9.txt", RAIN.encode())


def test_articles_are_read_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_lines(RECORDS * 100))
    progress = ReadingProgress()
    reader = ArchiveReader(ColumnMapping(), MAX_CHARS, progress)
    [source] = find_sources([str(tmp_path / "a.jsonl")], leave_out="")
    stream = reader.read(source)
    next(stream)
    assert progress.bytes_read < source.size / 10


@pytest.mark.parametrize(
    "name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv.gz", "a.warc", "a.warc.gz", "a.parquet"]
)
def test_a_file_that_is_cut_off_says_so_after_the_articles_before(tmp_path: Path, name: str) -> None:
    pages = {f"http://x/{number}": f"<html><body><p>{RAIN}</p></body></html>" for number in range(5)}
    whole = {
        "a.jsonl.gz": gzip.compress(as_lines(RECORDS)),
        "a.jsonl.zst": as_zstd(as_lines(RECORDS)),
        "a.csv.gz": gzip.compress(as_csv(RECORDS)),
        "a.warc": as_warc(pages, compress=False),
        "a.warc.gz": as_warc(pages, compress=True),
        "a.parquet": as_parquet(tmp_path / "whole.parquet", RECORDS).read_bytes(),
    }[name]
    (tmp_path / name).write_bytes(whole[:-40])
    found = read(tmp_path / name)
    assert [raw.problem.code for raw in found if raw.problem] == ["broken-input"]
    assert found[-1].problem is not None
    assert "breaks off after" in found[-1].problem.reason
    if "warc" in name:
        assert [raw.id for raw in found[:-1]] == list(pages)[:4]


def test_bad_utf8_is_one_article_s_problem(tmp_path: Path) -> None:
    good = as_lines(RECORDS[:1])
    (tmp_path / "a.jsonl").write_bytes(good + b'{"id": "b", "text": "rain \xff"}\n' + as_lines(RECORDS[1:2]))
    (tmp_path / "a.csv").write_bytes(b"id,text\na,rain\nb,rain \xff\nc,rain\n")
    ids = [raw.id for raw in read(tmp_path / "a.jsonl")]
    assert ids == ["a0", "a.jsonl:2", "a1"]  # the door refuses the second
    assert [raw.id for raw in read(tmp_path / "a.csv")] == ["a", "a.csv:2", "c"]
    assert problems(tmp_path / "a.csv") == [("a.csv:2", "malformed-row")]


def test_a_line_of_fifty_megabytes_is_passed_over_without_being_held(tmp_path: Path) -> None:
    import tracemalloc

    with (tmp_path / "a.jsonl").open("wb") as file:
        file.write(b'{"text": "' + b"rain " * 10_000_000 + b'"}\n' + as_lines(RECORDS[:1]))
    tracemalloc.start()
    found = read(tmp_path / "a.jsonl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(raw.id, raw.problem and raw.problem.code) for raw in found] == [
        ("a.jsonl:1", "article-too-long"),
        ("a0", None),
    ]
    assert found[0].problem is not None
    assert "50000013 bytes, more than the limit of 5065536" in found[0].problem.reason
    assert peak < 20_000_000


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "a.parquet", "a.warc"])
def test_an_empty_file_is_reported(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / name)
    else:
        (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else b"")
    code = "broken-input" if name == "a.warc" else "empty-input"
    assert [code for _, code in problems(tmp_path / name)] == [code]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_a_missing_column_names_those_that_are_there(tmp_path: Path, name: str) -> None:
    records = [{"guid": "a", "body": RAIN}]
    (tmp_path / "a.csv").write_bytes(as_csv(records))
    (tmp_path / "a.jsonl").write_bytes(as_lines(records))
    as_parquet(tmp_path / "a.parquet", records)
    [raw] = read(tmp_path / name, columns=("text=story",))
    assert raw.problem is not None
    assert raw.problem.code == "missing-column"
    assert "no column 'story'; columns are 'body', 'guid'" in raw.problem.reason
    assert "--column text=BODY" in raw.problem.reason


def test_a_row_with_too_few_cells_is_its_own_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,title,text\na,x,rain\nb,x\nc,x,rain\n")
    assert problems(tmp_path / "a.csv") == [("a.csv:2", "malformed-row")]


def test_what_is_not_there_or_not_known_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_lines(RECORDS[:1]))
    (tmp_path / "empty").mkdir()
    inputs = (tmp_path / "no.jsonl", "nosuch://x", tmp_path / "empty", tmp_path / "a.jsonl")
    found = read(*inputs)
    assert [raw.problem and raw.problem.code for raw in found] == [
        "unreadable-input",
        "unreadable-input",
        "empty-input",
        None,
    ]


def test_an_article_s_key_changes_with_its_id_and_words_but_not_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(as_lines(RECORDS[:2]))
    (tmp_path / "b.jsonl").write_bytes(b"\n" + as_lines(RECORDS[:1]))
    one, other = read(tmp_path / "a.jsonl")
    [moved] = read(tmp_path / "b.jsonl")
    assert one.key == moved.key
    assert one.key != other.key

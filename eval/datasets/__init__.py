"""Annotated articles: rows of a file or of a hub's data set, as samples."""

from eval.datasets.rows import Row, digest, read_rows
from eval.datasets.samples import Gold, GoldAttribution, Offsets, Sample

__all__ = ["Gold", "GoldAttribution", "Offsets", "Row", "Sample", "digest", "read_rows"]

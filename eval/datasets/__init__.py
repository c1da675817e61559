"""Annotated articles: the rows of a file or a hub's data set as samples."""

from eval.datasets.rows import Row, digest, read_rows
from eval.datasets.samples import Attribution, Gold, Offsets, Sample

__all__ = ["Attribution", "Gold", "Offsets", "Row", "Sample", "digest", "read_rows"]

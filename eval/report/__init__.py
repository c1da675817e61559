"""The report: one HTML file that holds everything, made from runs."""

from eval.report.page import write

__all__ = ["write"]

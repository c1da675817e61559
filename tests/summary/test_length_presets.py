"""The length presets: one table, which everything that uses or says how long a summary is reads."""

from __future__ import annotations

from itertools import pairwise

from typer.testing import CliRunner

from service.__main__ import app
from service.api.answers.options import AnalysisQuery
from service.domain import SummaryLength
from service.length_presets import LENGTH_PRESETS, describe_lengths


def test_every_length_has_a_preset_and_each_is_longer_than_the_one_before() -> None:
    assert list(LENGTH_PRESETS) == list(SummaryLength)
    for shorter, longer in pairwise(LENGTH_PRESETS.values()):
        assert shorter.fewest <= shorter.most < longer.fewest
        assert shorter.enough_words < longer.enough_words


def test_the_contract_in_words() -> None:
    assert describe_lengths() == "short: at most 2 sentences; medium: 3 to 5; long: 6 or more"


def test_help_and_api_say_what_the_table_says() -> None:
    shown = CliRunner().invoke(app, ["analyze", "--help"], env={"COLUMNS": "200"}).stdout
    assert describe_lengths() in " ".join(shown.split())
    described = AnalysisQuery.model_fields["length"].description
    assert described == f"{describe_lengths()}."

"""Articles longer than a model's context: in parts, merged, with their evidence."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.scripted_endpoint import (
    Body,
    answer,
    echo,
    scripted,
    slowly,
    stall,
    status,
)
from support.scripted_writer import (
    BRIDGE,
    GOOD,
    MODEL,
    said,
    written_by,
)

from service.domain import Article
from service.models.generating.backend import Message
from service.pipeline import Pipeline

_LINE = re.compile(r"^\[(\d+)\] (.+)$", re.M)


def copies_two(asked: Body) -> str:
    """A model that copies the first and the last sentence that it is shown."""
    shown = [(words, int(number)) for number, words in _LINE.findall(asked["messages"][1]["content"])]
    shown = [(words, number) for words, number in shown if words.endswith(".") and len(words) > 60]
    return said(shown[0], shown[-1])


class TestLongArticles:
    LONG = Article(
        "long",
        "\n\n".join(
            f"The council of district {n} voted {n} to 2 to spend ${n} million on its harbour bridge. "
            f"Inspectors had found cracks in {n + 3} of the steel beams beneath the roadway of the bridge."
            for n in range(10, 60)
        ),
    )

    def test_parts_are_merged_and_keep_their_evidence(self, pipeline: Pipeline) -> None:
        step = slowly(echo(copies_two), 0.05)
        with written_by(pipeline, step, endpoint_context=3_600, answer_tokens=300, endpoint_parallel=2) as (
            writing,
            server,
        ):
            analysis = writing.analyse(self.LONG)
            assert analysis.warnings == () or {n.code for n in analysis.warnings} == {"summary_filled_up"}
        first, last = analysis.summary.sentences[:2]
        assert "district 10 " in first.text
        assert "62 of the steel beams" in last.text
        for sentence in (first, last):
            assert [span.of(self.LONG.text) for span in sentence.evidence] == [sentence.text]
        shown = [
            {int(number) for number, _ in _LINE.findall(request.body["messages"][1]["content"])}
            for request in server.requests
        ]
        *parts, merged = shown
        assert len(parts) >= 3
        assert set.union(*parts) == set(range(1, 101))
        assert sum(map(len, parts)) == 100
        assert merged < set.union(*parts)
        assert server.most_at_once == 2
        counted = writing.writer.backend.count  # type: ignore[union-attr]
        for request in server.requests:
            sent = request.body["messages"]
            assert counted(_messages(sent)) + 300 <= 3_600

    def test_a_part_of_which_nothing_is_borne_out_is_not_lost_unsaid(self, pipeline: Pipeline) -> None:
        lie = said(("The prime minister has resigned over a scandal at sea.", 99))
        with written_by(
            pipeline,
            echo(lambda asked: lie if "\n[99]" in asked["messages"][1]["content"] else copies_two(asked)),
            endpoint_context=3_600,
            answer_tokens=300,
        ) as (writing, _):
            analysis = writing.analyse(self.LONG)
        assert "part_not_borne_out" in {notice.code for notice in analysis.warnings}

    def test_topics_of_all_parts_are_each_named_once(self, pipeline: Pipeline) -> None:
        def propose(asked: Body) -> str:
            number = int(_LINE.findall(asked["messages"][1]["content"])[0][0])
            return json.dumps({"refusal": None, "topics": [{"id": "medtop:13000000", "evidence": [number]}]})

        with written_by(
            pipeline, echo(propose), endpoint_context=3_600, answer_tokens=300, generate="topics"
        ) as (writing, server):
            analysis = writing.analyse(self.LONG)
        assert len(server.requests) >= 3
        topics = [topic for topic in analysis.topics if topic.id == "medtop:13000000"]
        assert [len(topic.evidence) for topic in topics] == [len(server.requests)]

    def test_one_part_that_fails_is_no_half_summary(self, pipeline: Pipeline) -> None:
        steps = [echo(copies_two), status(500)]
        with written_by(pipeline, *steps, endpoint_context=3_600, answer_tokens=300) as (writing, _):
            analysis = writing.analyse(self.LONG)
        assert analysis.summary.method == "extractive"
        assert [notice.code for notice in analysis.warnings] == ["model_failed"]

    def test_a_context_too_small_for_the_prompt_says_so(self, pipeline: Pipeline) -> None:
        with written_by(pipeline, answer(GOOD), endpoint_context=512) as (writing, server):
            analysis = writing.analyse(BRIDGE)
        reason = analysis.warnings[0].detail
        assert "512 tokens" in reason
        assert "PULLQUOTE_ENDPOINT_CONTEXT" in reason
        # The prompt alone is longer: shorter answers can't help.
        assert "PULLQUOTE_ANSWER_TOKENS" not in reason
        assert server.requests == []


def _messages(sent: Sequence[Any]) -> Any:
    return tuple(Message(one["role"], one["content"]) for one in sent)


def test_ctrl_c_ends_a_long_article_at_once(tmp_path: Path) -> None:
    article = tmp_path / "long.txt"
    article.write_text(TestLongArticles.LONG.text, "utf-8")
    small = {"PULLQUOTE_ENDPOINT_CONTEXT": "3600", "PULLQUOTE_ANSWER_TOKENS": "300"}
    with scripted([stall()]) as server:
        environment = {**os.environ, **small, "PULLQUOTE_ENDPOINT": server.url}
        # Started in the background, as CI may be, a process would inherit that SIGINT is ignored.
        heeded = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); import service.__main__ as m"
        command = [sys.executable, "-c", f"{heeded}; m.main()", "analyze", "--summarizer", MODEL]
        with subprocess.Popen([*command, str(article)], env=environment) as running:
            try:
                while len(server.requests) < 2:
                    assert running.poll() is None
                    time.sleep(0.05)
                running.send_signal(signal.SIGINT)
                # Far below the minute that each answer has.
                assert running.wait(timeout=30) == 130
            finally:
                running.kill()
    assert len(server.requests) <= 4

"""Any encoder-decoder that transformers loads (BART, PEGASUS, T5, …), by name or folder."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
from transformers.utils import logging

from eval.systems.extractive import sentences
from eval.systems.shape import Bench, abstractive
from service.domain import Analysis, Article

_BEAMS, _MAX_NEW_TOKENS = 4, 120
# For models that state no limit: what summarisers were mostly trained on.
_DEFAULT_LIMIT = 1_024


class Seq2Seq:
    """Writes summaries by beam search, without sampling, so the same article gives the same summary."""

    def __init__(self, name: str) -> None:
        """Load the model called ``name``, from that folder or the hub. Raises ValueError if there is none."""
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForSeq2SeqLM.from_pretrained(name)
        except OSError as error:
            raise ValueError(f"seq2seq:{name} could not be loaded: {error}") from error
        self._model.train(mode=False)
        self._name = f"seq2seq:{name}"
        config = self._model.config
        self._limit = _limit(self._tokenizer, config)
        # T5's instruction is part of its configuration.
        tasks = getattr(config, "task_specific_params", None) or {}
        self._prefix: str = tasks.get("summarization", {}).get("prefix", "")

    def analyse(self, article: Article) -> Analysis:
        """Write a summary of what fits the model of the article, from its start."""
        inputs = self._tokenizer(
            self._prefix + article.text, truncation=True, max_length=self._limit, return_tensors="pt"
        )
        with torch.inference_mode():
            written = self._model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                num_beams=_BEAMS,
                do_sample=False,
                max_new_tokens=_MAX_NEW_TOKENS,
            )
        text = self._tokenizer.decode(written[0], skip_special_tokens=True).strip()
        found = sentences(Article("summary", text)) if text else ()
        return abstractive(article, [span.of(text) for span in found], self._name)


def build_seq2seq(_: Bench, name: str) -> Seq2Seq:
    """Load the model. Raises ValueError."""
    return Seq2Seq(name)


def _limit(tokenizer: Any, config: Any) -> int:
    """The most tokens the model reads: the least of what its tokenizer and its configuration say."""
    stated = [tokenizer.model_max_length]
    stated += [getattr(config, name, None) for name in ("max_position_embeddings", "n_positions")]
    limit = min(value for value in stated if value)
    # A tokenizer that states none says 1e30.
    return limit if limit < 1_000_000 else _DEFAULT_LIMIT

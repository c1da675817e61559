"""An encoder-decoder of transformers that summarises a text: BART, PEGASUS, T5 and others.

It can't be instructed: it reads a text and writes a shorter one. Decoding is beam search without sampling, so
that the same text gives the same summary. Not here: cutting articles into what fits (``service.writing``).
"""

from __future__ import annotations

import re
from threading import Event, Lock
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, GenerationConfig, StoppingCriteriaList

from service.models.generating import checkpoint
from service.models.generating.backend import (
    Cause,
    Message,
    OnTokens,
    Question,
    Reply,
    Unanswered,
    Usage,
    ignore_progress,
)

_BEAMS = 4
# A sentence of news has some 12 to 35 words of 1.3 tokens. The lower bound keeps models from stopping after
# the first sentence; the upper one leaves room for names, which take many tokens.
_FEWEST_PER_SENTENCE, _MOST_PER_SENTENCE = 15, 45
# For models that state no limit: the usual length in the training of summarisers.
_DEFAULT_LIMIT = 1_024
_LIMITS = ("max_position_embeddings", "max_encoder_position_embeddings", "n_positions")
_ANSWER_LIMITS = ("max_decoder_position_embeddings", "max_position_embeddings")
# The parts of a checkpoint's configuration of decoding that belong to its training. Sampling and lengths
# don't, nor does a forced end of sequence, which would hide that an answer was cut.
_TRAINED = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "length_penalty",
    "no_repeat_ngram_size",
    "early_stopping",
    "bad_words_ids",
)
_TASK = ("length_penalty", "no_repeat_ngram_size", "early_stopping")
_PEGASUS_LINE_BREAK = re.compile(r"\s*<n>\s*")


class Seq2Seq:
    """A ``Backend``. It answers one question at a time: a second one would only share the processor."""

    instructed = False
    parallel = 1
    context_setting = None

    def __init__(self, label: str, tokenizer: Any, model: Any) -> None:
        self.label = label
        self._tokenizer, self._model = tokenizer, model
        # A tokenizer keeps the options of its last call, so it isn't shared either.
        self._reading, self._writing = Lock(), Lock()
        self._closed = Event()
        config = model.config
        # T5's instruction is part of its configuration.
        task = (getattr(config, "task_specific_params", None) or {}).get("summarization", {})
        self._prefix: str = task.get("prefix", "")
        model.generation_config = _decoding(model.generation_config, task)
        self._ends = checkpoint.as_ids(model.generation_config.eos_token_id)
        self._around = len(self._read(""))
        self.context = max(0, _limit(tokenizer, config) - self._around)
        self._longest_answer = _least_stated(config, _ANSWER_LIMITS)
        self._breaks_lines = "pegasus" in config.model_type

    @classmethod
    def load(cls, name: str, device: str = "auto") -> Seq2Seq:
        """Load the model called ``name``, or from that folder. Raises ModelFailed."""
        label = f"seq2seq:{name}"
        # fp32, as PEGASUS and T5 overflow in fp16, and summarisers are small.
        tokenizer, model = checkpoint.load(
            label, name, AutoModelForSeq2SeqLM, device, lambda *_: torch.float32
        )
        return cls(label, tokenizer, model)

    def count(self, messages: tuple[Message, ...]) -> int:
        """Return how many tokens the text takes, without those that are added to every text."""
        return max(0, len(self._read(_text(messages))) - self._around)

    def close(self) -> None:
        """Stop the answer in progress after its next token."""
        self._closed.set()

    def ask(self, question: Question, on_tokens: OnTokens = ignore_progress) -> Reply:
        """Shorten the text of the question's message. Raises Unanswered."""
        ids = self._read(_text(question.messages))
        size = max(0, len(ids) - self._around)
        if size > self.context:
            raise Unanswered(
                Cause.REJECTED,
                f"The text has {size:,} tokens, and {self.label} reads at most {self.context:,}. "
                "Give it less.",
            )
        fewest, most = self._lengths(question, size)
        input_ids = torch.tensor([ids], device=self._model.device)  # (1, T)
        progress = checkpoint.TokenProgress(on_tokens, self._closed)
        try:
            with self._writing, torch.inference_mode():
                written = self._model.generate(
                    input_ids=input_ids,
                    attention_mask=torch.ones_like(input_ids),
                    min_new_tokens=fewest,
                    max_new_tokens=most,
                    stopping_criteria=StoppingCriteriaList([progress]),
                )
        except RuntimeError as error:
            raise Unanswered(
                Cause.BROKEN, f"{self.label} broke off: {error}", Usage(1, len(ids), progress.written)
            ) from error
        # The first is the decoder's start token, which for BART is the same as the end of the answer.
        tokens, ended = self._until_end(written[0].tolist()[1:])
        return Reply(self._decode(tokens), Usage(1, len(ids), len(tokens)), cut=not ended)

    def _read(self, text: str) -> list[int]:
        """Return the tokens of the text, with its prefix and the model's special tokens."""
        with self._reading:
            # "</s>" in an article is ordinary text.
            read = self._tokenizer(
                self._prefix + checkpoint.writable(text),
                truncation=False,
                split_special_tokens=True,
                verbose=False,
            )
        return list(read["input_ids"])

    def _lengths(self, question: Question, size: int) -> tuple[int, int]:
        """Return the fewest and the most tokens of the answer."""
        fewest, most = question.sentences
        most = min(most * _MOST_PER_SENTENCE, question.most_tokens)
        if self._longest_answer:
            most = min(most, self._longest_answer - 1)
        # At least half the text must go, or the model would have to pad the summary of a brief.
        return min(fewest * _FEWEST_PER_SENTENCE, size // 2, most - 1), most

    def _until_end(self, tokens: list[int]) -> tuple[list[int], bool]:
        """Return the tokens without the padding after the end, and whether the answer has an end."""
        for place, token in enumerate(tokens):
            if token in self._ends:
                return tokens[: place + 1], True
        return tokens, False

    def _decode(self, tokens: list[int]) -> str:
        with self._reading:
            text = str(self._tokenizer.decode(tokens, skip_special_tokens=True))
        return plain_lines(text) if self._breaks_lines else text.strip()


def plain_lines(text: str) -> str:
    """Replace the ``<n>`` that PEGASUS writes between sentences with spaces."""
    return _PEGASUS_LINE_BREAK.sub(" ", text).strip()


def _text(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(message.content for message in messages)


def _decoding(own: GenerationConfig, task: dict[str, Any]) -> GenerationConfig:
    """Return how to decode: by beam search without sampling, and otherwise as the checkpoint was trained."""
    wanted = {name: value for name in _TRAINED if (value := getattr(own, name, None)) is not None}
    wanted |= {name: task[name] for name in _TASK if name in task}
    if "pad_token_id" not in wanted and (ends := checkpoint.as_ids(wanted.get("eos_token_id"))):
        wanted["pad_token_id"] = ends[0]
    return GenerationConfig(**wanted, num_beams=_BEAMS, do_sample=False)  # type: ignore[no-untyped-call]


def _limit(tokenizer: Any, config: Any) -> int:
    """Return the most tokens that the model reads, by its tokenizer and its configuration."""
    limit = min(tokenizer.model_max_length, _least_stated(config, _LIMITS) or tokenizer.model_max_length)
    # A tokenizer without a limit has 1e30.
    return int(limit) if limit < 1_000_000 else _DEFAULT_LIMIT


def _least_stated(config: Any, names: tuple[str, ...]) -> int | None:
    return min((value for name in names if (value := getattr(config, name, None))), default=None)

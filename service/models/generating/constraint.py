"""Constrains a chat model to a JSON Schema: only tokens that the schema allows can be chosen.

It uses ``llguidance``, which the extra ``chat`` installs. Parts of a schema that it doesn't implement
(``uniqueItems``, ``not``) are not enforced here, as answers are validated against the whole schema
afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import llguidance
import llguidance.hf
import numpy as np
import torch
from transformers import LogitsProcessor

# White space as in the prompts and by json.dumps. With more allowed, a model might write it endlessly.
_OPTIONS: Any = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}


class Grammar:
    """Compiles schemas for a tokenizer. Safe to share between threads."""

    def __init__(self, tokenizer: Any, ends: list[int]) -> None:
        """Read the vocabulary, which takes a second. Raises ValueError for a slow tokenizer."""
        self._tokenizer = llguidance.hf.from_tokenizer(tokenizer, eos_token=ends)

    def processor(self, schema: Mapping[str, Any]) -> SchemaProcessor:
        """Return a processor for one answer. Raises ValueError for a schema that can't be compiled."""
        grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(dict(schema)), overrides=_OPTIONS)
        matcher = llguidance.LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise ValueError(matcher.get_error())
        return SchemaProcessor(matcher)


class SchemaProcessor(LogitsProcessor):
    """Masks the tokens that the schema doesn't allow next. For one answer of one sequence."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher
        self._seen: int | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Read the token chosen last, and mask the scores (1, V) of the next one.

        Raises RuntimeError if llguidance runs into a limit of its own.
        """
        length = input_ids.shape[1]
        if self._seen is not None:
            self._matcher.consume_tokens(input_ids[0, self._seen :].tolist())
        self._seen = length
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        if self._matcher.is_error():
            raise RuntimeError(self._matcher.get_error())
        # A model may have more rows than its tokenizer has tokens; those are never allowed.
        allowed = np.zeros(scores.shape[1], dtype=bool)
        known = np.unpackbits(bits, bitorder="little")[: scores.shape[1]]
        allowed[: len(known)] = known
        blocked = torch.from_numpy(~allowed).to(scores.device)
        return scores.masked_fill(blocked, float("-inf"))

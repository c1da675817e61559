"""Loads checkpoints of generating models: from a name or a folder to a tokenizer and a model on a device.

Shared by ``seq2seq`` and ``chat``. ``transformers`` finds a name in its cache, or on the hub if that can be
reached. A checkpoint's own code is never run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer, StoppingCriteria
from transformers.utils import logging

from service.errors import ModelFailed
from service.models.generating.backend import OnTokens
from service.models.runtime import choose_device

# Loading unknown files may raise any of these.
_UNLOADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    ImportError,
    SafetensorError,
)
# PEGASUS computes these, and its checkpoints leave them out.
_COMPUTED = re.compile(r"embed_positions|final_logits_bias")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LONGEST_REASON = 300

ChooseDtype = Callable[[Any, torch.device], torch.dtype]


class TokenProgress(StoppingCriteria):
    """Reports after every step how many tokens are written, and stops once the model is ``closed``."""

    def __init__(self, on_tokens: OnTokens, closed: Event) -> None:
        self.written = 0
        self._on_tokens = on_tokens
        self._closed = closed

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """Report progress, and return whether to stop."""
        self.written += 1
        self._on_tokens(self.written)
        stop = self._closed.is_set()
        return torch.full((input_ids.shape[0],), stop, dtype=torch.bool, device=input_ids.device)


def load(label: str, name: str, auto: Any, device: str, choose_dtype: ChooseDtype) -> tuple[Any, Any]:
    """Return tokenizer and model, the latter by the class ``auto`` of transformers. Raises ModelFailed."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    where = choose_device(label, device)
    source = _source(label, name)
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        _require_kind(label, name, config, seq2seq=auto is AutoModelForSeq2SeqLM)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        model, found = auto.from_pretrained(
            source,
            config=config,
            dtype=choose_dtype(config, where),
            trust_remote_code=False,
            use_safetensors=True,  # the other format is a pickle, which can run code
            output_loading_info=True,
        )
    except _UNLOADABLE as error:
        raise ModelFailed(f"{label} could not be loaded: {_reason(error)} {_remedy(name)}") from error
    _check_whole(label, name, model, tokenizer, found["missing_keys"])
    try:
        model = model.to(where)
    except RuntimeError as error:  # out of memory is one
        raise ModelFailed(
            f"{label} doesn't fit on {where}: {_reason(error)} Take a smaller model or another device."
        ) from error
    return tokenizer, model.train(mode=False)


def writable(text: str) -> str:
    """Return ``text`` with lone surrogates, which no tokenizer takes, replaced."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def as_ids(value: int | Iterable[int] | None) -> list[int]:
    """Return token ids as a list, in whichever form a configuration has them."""
    if value is None:
        return []
    return [value] if isinstance(value, int) else list(value)


def _source(label: str, name: str) -> str:
    """Return the folder or name to load. A path that doesn't exist must not be looked up on the hub."""
    path = Path(name).expanduser()
    if path.is_dir():
        return str(path)
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        what = "is no folder" if path.exists() else "is not there"
        raise ModelFailed(f"{label} could not be loaded: {path} {what}. {_remedy(None)}")
    return name


def _require_kind(label: str, name: str, config: Any, *, seq2seq: bool) -> None:
    """Refuse an encoder-decoder as a chat model and vice versa, and name the setting that fits."""
    if config.is_encoder_decoder and not seq2seq:
        raise ModelFailed(
            f"{label} could not be loaded: it is an encoder-decoder ({config.model_type}), which can't chat. "
            f"Take seq2seq:{name}, or another model."
        )
    if seq2seq and not config.is_encoder_decoder:
        raise ModelFailed(
            f"{label} could not be loaded: it is no encoder-decoder, but a {config.model_type} model. Take "
            f"chat:{name} if it chats, or another model."
        )


def _check_whole(label: str, name: str, model: Any, tokenizer: Any, missing: Iterable[str]) -> None:
    """Refuse what transformers accepts: missing weights, set at random, and another model's tokenizer."""
    if absent := sorted(key for key in missing if not _COMPUTED.search(key)):
        raise ModelFailed(
            f"{label} could not be loaded: its files lack {len(absent):,} of the weights, "
            f"{absent[0]} among them. {_remedy(name)}"
        )
    rows = model.get_input_embeddings().weight.shape[0]
    highest = max(tokenizer.get_vocab().values(), default=-1)
    # If its files are missing, transformers makes a tokenizer of special tokens only.
    if not tokenizer("a", add_special_tokens=False)["input_ids"] or highest >= rows:
        raise ModelFailed(
            f"{label} could not be loaded: its tokenizer knows {highest + 1:,} tokens and its model "
            f"{rows:,}, so they don't belong together. {_remedy(name)}"
        )


def _reason(error: BaseException) -> str:
    first = str(error).strip().partition("\n")[0].strip() or type(error).__name__
    return first[:_LONGEST_REASON].rstrip(".:") + "."


def _remedy(name: str | None) -> str:
    """Return the remedy, given the name if it may be one on the hub."""
    folder = "Give the folder of a whole checkpoint (config.json, weights, tokenizer)"
    fetched = f", or fetch it first, where the hub can be reached: hf download {name}"
    return folder + (fetched if name and not Path(name).expanduser().is_dir() else "") + "."

"""A chat model of transformers in this process, held to the schema of the question.

Decoding is greedy: the same question gives the same answer. Not here: what is asked and what becomes of the
answer (``service.writing``).
"""

from __future__ import annotations

import re
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import torch
from jinja2 import TemplateError
from transformers import AutoModelForCausalLM, GenerationConfig, LogitsProcessorList, StoppingCriteriaList

from service.errors import ModelFailed
from service.models.encoder import choose_precision
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

if TYPE_CHECKING:
    from service.models.generating.constraint import Grammar

# For models that state no limit.
_DEFAULT_CONTEXT = 4_096
_PROBE = (Message("system", "Pullquote asks."), Message("user", "Who?"))
# Some templates print the date, which would change the question every day. This is Llama's default date.
_SAME_DAY = "{%- macro strftime_now(format) -%}26 Jul 2024{%- endmacro -%}"


class Chat:
    """A ``Backend``. It answers one question at a time: a second one would only share the processor."""

    instructed = True
    parallel = 1
    context_setting = None

    def __init__(
        self, label: str, tokenizer: Any, model: Any, grammar: Grammar, context: int | None = None
    ) -> None:
        self.label = label
        self._tokenizer, self._model, self._grammar = tokenizer, model, grammar
        # A tokenizer keeps the options of its last call, so it isn't shared either.
        self._reading, self._writing = Lock(), Lock()
        self._closed = Event()
        self._ends = frozenset(_ends(tokenizer, model))
        model.generation_config = _decoding(tokenizer, model)
        stated = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self.context: int = min(filter(None, (stated, context)), default=_DEFAULT_CONTEXT)
        self._template = _template(tokenizer)
        self._control = _control_tokens(tokenizer, self._template)
        self._takes_system = self._renders_system()

    @classmethod
    def load(cls, name: str, device: str = "auto", context: int | None = None) -> Chat:
        """Load the model called ``name``, or from that folder; ``context`` narrows it. Raises ModelFailed."""
        label = f"chat:{name}"
        try:
            from service.models.generating.constraint import Grammar
        except ModuleNotFoundError as error:
            raise ModelFailed(f"{label} needs {error.name}: pip install 'pullquote[chat]'") from error
        tokenizer, model = checkpoint.load(label, name, AutoModelForCausalLM, device, _dtype)
        if not (ends := _ends(tokenizer, model)):
            raise ModelFailed(
                f"{label} names no token that ends an answer: set eos_token_id in its generation_config.json."
            )
        try:
            grammar = Grammar(tokenizer, ends)
            return cls(label, tokenizer, model, grammar, context)
        except ValueError as error:
            raise ModelFailed(
                f"{label} can't be held to a schema: {error}. Take a model with a tokenizer.json."
            ) from error
        except TemplateError as error:
            raise ModelFailed(
                f"{label} has a chat template that fails: {error}. Correct its chat_template.jinja."
            ) from error

    def count(self, messages: tuple[Message, ...]) -> int:
        """Return how many tokens the messages take, chat template included."""
        return len(self._read(messages))

    def close(self) -> None:
        """Stop the answer in progress after its next token."""
        self._closed.set()

    def ask(self, question: Question, on_tokens: OnTokens = ignore_progress) -> Reply:
        """Answer in the question's schema. Raises Unanswered."""
        ids = self._read(question.messages)
        if len(ids) + question.most_tokens > self.context:
            raise Unanswered(
                Cause.REJECTED,
                f"The question has {len(ids):,} tokens and the answer may have {question.most_tokens:,}; "
                f"{self.label} takes {self.context:,} together. Ask about less, or lower answer_tokens.",
            )
        held = self._held(question)
        progress = checkpoint.TokenProgress(on_tokens, self._closed)
        input_ids = torch.tensor([ids], device=self._model.device)  # (1, T)
        try:
            with self._writing, torch.inference_mode():
                sequences = self._model.generate(
                    input_ids=input_ids,
                    attention_mask=torch.ones_like(input_ids),
                    max_new_tokens=question.most_tokens,
                    logits_processor=held,
                    stopping_criteria=StoppingCriteriaList([progress]),
                )
        except RuntimeError as error:
            torch.cuda.empty_cache()
            raise Unanswered(
                Cause.BROKEN, f"{self.label} broke off: {error}", Usage(1, len(ids), progress.written)
            ) from error
        written = sequences[0, len(ids) :].tolist()
        with self._reading:
            content = self._tokenizer.decode(
                written, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        ended = bool(written) and written[-1] in self._ends
        return Reply(str(content), Usage(1, len(ids), len(written)), cut=not ended)

    def _held(self, question: Question) -> LogitsProcessorList:
        """Return the processor that holds the answer to the schema, if there is one. Raises Unanswered."""
        if not question.schema:
            return LogitsProcessorList()
        try:
            return LogitsProcessorList([self._grammar.processor(question.schema)])
        except (TypeError, ValueError) as error:
            raise Unanswered(
                Cause.REJECTED,
                f"{self.label} can't be held to the schema of {question.name!r}: {error}. "
                "Correct the prompt's output.",
            ) from error

    def _read(self, messages: tuple[Message, ...]) -> list[int]:
        """Return the tokens of the conversation, up to the beginning of the answer. Raises Unanswered."""
        try:
            with self._reading:
                return self._rendered(messages if self._takes_system else _folded(messages))
        except TemplateError as error:
            raise Unanswered(
                Cause.REJECTED, f"The chat template of {self.label} doesn't take the conversation: {error}"
            ) from error

    def _rendered(self, messages: tuple[Message, ...]) -> list[int]:
        turns = [{"role": message.role, "content": self._disarmed(message.content)} for message in messages]
        if self._template is None:
            lines = [f"{turn['role'].capitalize()}: {turn['content']}" for turn in turns]
            text = "\n\n".join([*lines, "Assistant:"])
            return list(self._tokenizer(text, truncation=False, verbose=False)["input_ids"])
        text = self._tokenizer.apply_chat_template(
            turns,
            chat_template=self._template,
            tokenize=False,
            add_generation_prompt=True,
            # The schema leaves no room for reasoning.
            enable_thinking=False,
        )
        read = self._tokenizer(text, truncation=False, verbose=False, add_special_tokens=False)
        return list(read["input_ids"])

    def _disarmed(self, content: str) -> str:
        """Break control tokens in ``content`` apart: an article's "<|im_end|>" must not end a turn."""
        return self._control.sub(lambda found: f"{found[0][0]} {found[0][1:]}", checkpoint.writable(content))

    def _renders_system(self) -> bool:
        """Return whether the template prints the system's message: some refuse it, some drop it."""
        if self._template is None:
            return True
        try:
            with_it, without = self._rendered(_PROBE), self._rendered(_PROBE[1:])
        except TemplateError:
            self._rendered(_folded(_PROBE))  # raises if the template itself is broken
            return False
        said = self._tokenizer.decode(with_it)
        return len(with_it) > len(without) and _PROBE[0].content in said


def _folded(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the messages with the system's moved into the first of the others."""
    said = [message.content for message in messages if message.role == "system"]
    others = [message for message in messages if message.role != "system"]
    if not (said and others):
        return messages
    first = Message(others[0].role, "\n\n".join((*said, others[0].content)))
    return (first, *others[1:])


def _template(tokenizer: Any) -> str | None:
    """Return the chat template with a fixed date, None if the model has none."""
    if not tokenizer.chat_template:
        return None
    template = str(tokenizer.get_chat_template())
    return _SAME_DAY + template if "strftime_now" in template else template


def _control_tokens(tokenizer: Any, template: str | None) -> re.Pattern[str]:
    """Return a pattern of the control tokens: special ones, and others that the template writes."""
    added = tokenizer.added_tokens_decoder.values()
    names = [
        token.content
        for token in added
        if len(token.content.strip()) > 1 and (token.special or token.content in (template or ""))
    ]
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")


def _ends(tokenizer: Any, model: Any) -> list[int]:
    """Return every token that ends an answer, by the model or by the tokenizer."""
    ends = checkpoint.as_ids(model.generation_config.eos_token_id) + checkpoint.as_ids(tokenizer.eos_token_id)
    return list(dict.fromkeys(ends))


def _decoding(tokenizer: Any, model: Any) -> GenerationConfig:
    """Return how to decode: the likeliest token each time, whatever the checkpoint recommends.

    There is no penalty on repetition, because names and numbers have to be repeated.
    """
    ends = _ends(tokenizer, model)
    pads = checkpoint.as_ids(tokenizer.pad_token_id) or ends
    return GenerationConfig(  # type: ignore[no-untyped-call]
        bos_token_id=tokenizer.bos_token_id, eos_token_id=ends, pad_token_id=pads[0], do_sample=False
    )


def _dtype(config: Any, device: torch.device) -> torch.dtype:
    """Return a 16-bit type on a GPU, the checkpoint's if possible; on a CPU fp32, or bf16 if both have it."""
    stated = getattr(config.get_text_config(), "dtype", None) or getattr(config, "dtype", None)
    if device.type != "cpu":
        return stated if stated in (torch.float16, torch.bfloat16) else torch.bfloat16
    known = stated == torch.bfloat16 and choose_precision("auto") == "bf16"
    return torch.bfloat16 if known else torch.float32

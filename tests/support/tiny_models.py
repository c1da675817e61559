"""Generating models as small as they get: real architectures and tokenizers, random weights, a few seconds.

What they write means nothing; that it is loaded, counted, held to a schema and cut is real.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from service.models.generating.backend import Message

WORDS = (
    "The harbour board will sell the ferry in May, it said on Tuesday. Islanders were angry, said Ada Hale. "
    "Summarise the article above as one JSON object: refusal, null, sentences, text, evidence, topics. "
)
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""As Qwen's."""
ALTERNATING_TEMPLATE = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    + CHAT_TEMPLATE
)
"""As Gemma's."""
SPECIAL = ("<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")
PAD, BOS, EOS, TURN, TURN_END = range(5)
_VOCABULARY, _SIZE = 350, 16


def tiny_bart(folder: Path, *, seed: int = 3, ends: bool = True, positions: int = 256) -> Path:
    """Save a BART that ends an answer as soon as it may, or never if not ``ends``."""
    from transformers import BartConfig, BartForConditionalGeneration

    config = BartConfig(
        vocab_size=_VOCABULARY,
        d_model=_SIZE,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=_SIZE,
        decoder_ffn_dim=_SIZE,
        max_position_embeddings=positions,
        bos_token_id=BOS,
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=EOS,
        forced_eos_token_id=EOS,
    )
    model = _seeded(seed, BartForConditionalGeneration, config)
    # A random model writes special tokens among the others, and ends by chance.
    model.final_logits_bias[0, : len(SPECIAL)] = -100.0
    model.final_logits_bias[0, EOS] = 100.0 if ends else -100.0
    return _save(folder, model, _tokenizer(eos="</s>"))


def tiny_t5(folder: Path, *, seed: int = 3) -> Path:
    """Save a T5 with the prefix of the real one in its configuration."""
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(
        vocab_size=_VOCABULARY,
        d_model=_SIZE,
        d_kv=8,
        d_ff=_SIZE,
        num_layers=1,
        num_heads=2,
        n_positions=128,
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=PAD,
    )
    config.task_specific_params = {
        "summarization": {"prefix": "summarize: ", "length_penalty": 2.0, "no_repeat_ngram_size": 3}
    }
    return _save(folder, _seeded(seed, T5ForConditionalGeneration, config), _tokenizer(eos="</s>"))


def tiny_chat(
    folder: Path, *, seed: int = 3, template: str | None = CHAT_TEMPLATE, positions: int = 4_096
) -> Path:
    """Save a Qwen 2 whose checkpoint recommends sampling, as the real one's does."""
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    config = Qwen2Config(
        # More rows than tokens, as real ones have.
        vocab_size=_VOCABULARY + 50,
        hidden_size=_SIZE,
        intermediate_size=2 * _SIZE,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=positions,
        bos_token_id=BOS,
        eos_token_id=TURN_END,
        tie_word_embeddings=False,
    )
    model = _seeded(seed, Qwen2ForCausalLM, config)
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=1.9,
        top_k=50,
        repetition_penalty=1.1,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=[TURN_END, EOS],
    )
    return _save(folder, model, _tokenizer(eos="<|im_end|>", template=template, frame=False))


def asked(*contents: str) -> tuple[Message, ...]:
    """Return the contents as turns: one is the user's; of more, the first is the system's."""
    roles = ("user",) if len(contents) == 1 else ("system", "user", "assistant", "user")
    return tuple(Message(role, content) for role, content in zip(roles, contents, strict=False))  # type: ignore[arg-type]


@cache
def _trained() -> str:
    """Train a byte-level BPE, so that any text can be encoded; return its JSON."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([WORDS], trainer)
    assert tokenizer.get_vocab_size() == _VOCABULARY
    return tokenizer.to_str()


def _tokenizer(*, eos: str, template: str | None = None, frame: bool = True) -> Any:
    """Return the tokenizer; it puts <s> and </s> round a text if it is to ``frame`` it."""
    from tokenizers import Tokenizer, processors
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer.from_str(_trained())
    if frame:
        backend.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)]
        )
    made = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        eos_token=eos,
        pad_token="<pad>",
        additional_special_tokens=["<|im_start|>", "<|im_end|>"],
    )
    made.chat_template = template
    return made


def _seeded(seed: int, model_class: Any, config: Any) -> Any:
    import torch

    # The generator is everybody's: other tests draw from it too.
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = model_class(config)
        with torch.no_grad():
            for weights in model.parameters():
                # Wide enough for one token to stand out, so that nothing rests on rounding.
                if weights.dim() > 1:
                    weights.normal_(0.0, 0.4)
    return model


def _save(folder: Path, model: Any, tokenizer: Any) -> Path:
    from transformers.utils import logging

    logging.disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder

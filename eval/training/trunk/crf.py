"""A linear-chain conditional random field over tags (Lafferty et al. 2001), in training.

Shapes: B windows, W words, K tags.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from service.models.heads.attribution import TAGS, forbidden

_NEVER = -1e4


class TagCRF(nn.Module):
    """A linear-chain conditional random field over the tags."""

    forbidden: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.register_buffer("forbidden", torch.from_numpy(forbidden()), persistent=False)

    def steps(self) -> torch.Tensor:
        """Return the score (K, K) of tag j following tag i."""
        return self.transitions + self.forbidden

    def loss(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the summed negative log-likelihood of ``tags`` (B, W), of which -1 is unknown.

        Emissions (B, W, K) and mask (B, W). Unknown tags are summed over (Tsuboi et al. 2008).
        """
        known = nn.functional.one_hot(tags.clamp(min=0), len(TAGS)).bool()
        allowed = known | (tags < 0)[..., None]
        # A window may open inside a span, so a forbidden step in the gold tags must have a finite cost.
        steps = self.steps().clamp(min=-50)
        wanted = log_partition(emissions.masked_fill(~allowed, _NEVER), steps, mask)
        return (log_partition(emissions, self.steps(), mask) - wanted).sum()

    def distillation_loss(
        self, emissions: torch.Tensor, teacher: TeacherMarginals, mask: torch.Tensor
    ) -> torch.Tensor:
        """Return the summed cross-entropy of whole sequences under the teacher's distribution."""
        score = (teacher.tags * emissions).sum() + (teacher.steps * self.steps().clamp(min=-50)).sum()
        return log_partition(emissions, self.steps(), mask).sum() - score


@dataclass(frozen=True)
class TeacherMarginals:
    """A teacher's marginals: of tags (B, W, K), and how often each tag follows each (B, K, K)."""

    tags: torch.Tensor
    steps: torch.Tensor

    @classmethod
    def of(cls, emissions: torch.Tensor, steps: torch.Tensor, mask: torch.Tensor) -> TeacherMarginals:
        """Compute them from emissions (B, W, K) and steps (K, K), as gradients of the log partition."""
        emissions = emissions.clone().requires_grad_()
        steps = steps.expand(len(emissions), *steps.shape).clone().requires_grad_()
        total = log_partition(emissions, steps, mask).sum()
        return cls(*torch.autograd.grad(total, (emissions, steps)))


def log_partition(emissions: torch.Tensor, steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the log of the summed scores of all sequences (B,): emissions (B, W, K), steps (…, K, K)."""
    alpha = emissions[:, 0]
    for word in range(1, emissions.shape[1]):
        following = torch.logsumexp(alpha[:, :, None] + steps, dim=1) + emissions[:, word]
        alpha = torch.where(mask[:, word, None], following, alpha)
    return torch.logsumexp(alpha, dim=1)

"""The rewards of :mod:`passatk.stats.rewards` for PyTorch tensors, with identical numbers.

Rewards are constants in a policy gradient, so no gradient flows through them: they are computed in
float64 on the CPU and come back on the device of the scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passatk.errors import MissingExtra
from passatk.stats import rewards
from passatk.stats.rewards import Baseline

if TYPE_CHECKING:
    from torch import Tensor


def pass_at_k_rewards(passed: Tensor, k: int, *, baseline: Baseline = "none") -> Tensor:
    """:func:`passatk.stats.rewards.pass_at_k_rewards` of a tensor of shape (..., n).

    Returns:
        the rewards on the same device, in the dtype of ``passed`` if that is floating, else in
        PyTorch's default dtype.

    Raises:
        MissingExtra: PyTorch is not installed.
    """
    return _like(passed, rewards.pass_at_k_rewards(_array(passed), k, baseline=baseline))


def max_at_k_rewards(scores: Tensor, k: int, *, baseline: Baseline = "none") -> Tensor:
    """:func:`passatk.stats.rewards.max_at_k_rewards` of a tensor; otherwise as above."""
    return _like(scores, rewards.max_at_k_rewards(_array(scores), k, baseline=baseline))


def _array(tensor: Tensor) -> Any:
    torch = _torch()
    return tensor.detach().to(device="cpu", dtype=torch.float64).numpy()


def _like(tensor: Tensor, values: Any) -> Tensor:
    torch = _torch()
    dtype = tensor.dtype if tensor.is_floating_point() else torch.get_default_dtype()
    return torch.from_numpy(values).to(device=tensor.device, dtype=dtype)


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("rewards for PyTorch", "torch") from error
    return torch

"""What else has to be taken back with a batch: storeys above the store add their step when they start."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from .models import Batch


class UndoStep(Protocol):
    def __call__(self, *, batch: Batch) -> np.ndarray:
        """Take back what the batch made; returns the customers whose golden profile must be worked out again."""


UNDO_STEPS: list[UndoStep] = []


def undo_step(step: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    UNDO_STEPS.append(step)
    return step

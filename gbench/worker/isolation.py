"""A process that trained one cohort made as good as new for the next."""

import gc
import os
import random
import sys

SEED = 0  # training draws from derived seeds; whatever else draws, draws the same numbers in every process


def fresh_state(threads: int, gpu_share: float = 0.0) -> None:
    """Undo what a task may have left in the interpreter: seeds, default dtype and device, flags, caches.

    `threads` is what torch may use within an operation. With `gpu_share` below one, a neighbour on the
    same GPU is safe from this process: asking for more than the share is an out-of-memory error.
    torch is not imported for this: where nobody has yet, its state is what the import makes it, so the
    module of a task's target had better import it.
    """
    gc.collect()
    random.seed(SEED)
    os.environ["OMP_NUM_THREADS"] = str(threads)  # for a torch that is imported later
    _fresh_numpy()
    if "torch" in sys.modules:
        _fresh_torch(threads)
        _fresh_cuda(gpu_share)


def _fresh_numpy() -> None:
    import numpy as np

    np.random.seed(SEED)
    np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")


def _fresh_torch(threads: int) -> None:
    import torch

    torch.manual_seed(SEED)
    torch.set_num_threads(threads)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_autocast_enabled("cpu", False)
    torch.autograd.set_detect_anomaly(False)
    torch.use_deterministic_algorithms(False)
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.enabled = True
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = False
    torch.backends.cudnn.allow_tf32 = True


def _fresh_cuda(gpu_share: float) -> None:
    import torch

    if 0 < gpu_share < 1 and torch.cuda.is_available():
        torch.cuda.set_per_process_memory_fraction(gpu_share)
    if torch.cuda.is_initialized():
        torch.set_autocast_enabled("cuda", False)
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()

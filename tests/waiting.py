"""Waiting for what another process or thread is about to do, looked at again and again."""

import time
from collections.abc import Callable

STEP, PATIENCE = 0.02, 60.0


def until(true: Callable[[], bool]) -> None:
    """Returns as soon as `true()` is; a minute without it is a failure."""
    for _ in range(int(PATIENCE / STEP)):
        if true():
            return
        time.sleep(STEP)
    raise AssertionError("it never came to that")

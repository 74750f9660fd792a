"""Signals as wishes."""

import os
import signal

import pytest

from gbench.sweep.signals import Interruption


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_wish_and_the_second_an_order(number: signal.Signals) -> None:
    with Interruption().listening() as interruption:
        assert interruption.reason() is None
        os.kill(os.getpid(), number)
        assert interruption.reason() == "interrupted"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)


def test_afterwards_signals_mean_what_they_meant() -> None:
    former = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Interruption().listening():
        assert signal.getsignal(signal.SIGINT) != former[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == former

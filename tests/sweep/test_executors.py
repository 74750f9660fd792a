"""What every executor must do, inline or on Ray."""

import pytest

from gbench.sweep.executor import Executor
from gbench.worker.tasks import Finished, Message
from tests.sweep.drive import drain, failure, next_message, run, task, values


def test_messages_arrive_in_order_and_the_end_comes_last(executor: Executor) -> None:
    events = run(executor, task("count", to=5))
    assert events == [*(Message("t", {"number": number}) for number in range(5)), Finished("t")]


def test_every_task_of_a_queue_finishes(executor: Executor) -> None:
    events = run(executor, *(task("count", name=f"t{number}", to=2) for number in range(4)))
    assert {event.task for event in events if isinstance(event, Finished)} == {f"t{n}" for n in range(4)}
    assert len(values(events)) == 8


def test_running_lists_tasks_until_their_last_event(executor: Executor) -> None:
    executor.submit(task("count", name="first", to=1))
    executor.submit(task("count", name="second", to=1))
    assert list(executor.running) == ["first", "second"]
    drain(executor)
    assert list(executor.running) == []


def test_the_id_of_a_running_task_is_refused(executor: Executor) -> None:
    executor.submit(task("count", to=1))
    with pytest.raises(ValueError, match="task 't' is running"):
        executor.submit(task("count", to=1))


def test_polling_an_idle_executor_returns_nothing(executor: Executor) -> None:
    assert executor.poll(0) == []


def test_an_exception_fails_the_task_after_its_messages(executor: Executor) -> None:
    events = run(executor, task("divide", by=0))
    assert values(events) == [{"before": True}]
    failed = failure(events)
    assert (failed.kind, failed.message) == ("exception", "ZeroDivisionError: division by zero")
    assert failed.traceback is not None
    assert 'yield {"quotient": 1 / payload["by"]}' in failed.traceback


def test_a_failed_task_leaves_a_working_executor(executor: Executor) -> None:
    run(executor, task("divide", by=0))
    assert values(run(executor, task("divide", by=4))) == [{"before": True}, {"quotient": 0.25}]


def test_a_missing_target_fails_the_task(executor: Executor) -> None:
    failed = failure(run(executor, task("nowhere")))
    assert failed.message == "AttributeError: module 'tests.sweep.targets' has no attribute 'nowhere'"


def test_too_little_memory_is_told_from_other_exceptions(executor: Executor) -> None:
    failed = failure(run(executor, task("allocate")))
    assert failed.kind == "memory"
    assert "can't allocate memory" in failed.message


def test_a_user_error_keeps_its_text_and_has_no_traceback(executor: Executor) -> None:
    failed = failure(run(executor, task("misuse")))
    assert failed.kind == "user"
    assert failed.message == "suites/stability.yaml:13: unknown loss 'hnge'; did you mean 'hinge'?"
    assert failed.traceback is None


def test_leaving_the_process_fails_the_task(executor: Executor) -> None:
    failed = failure(run(executor, task("leave")))
    assert failed.kind == "worker"
    assert "exit code 3" in failed.message


def test_a_killed_task_is_reported_and_its_slot_works_again(executor: Executor) -> None:
    executor.submit(task("hang"))
    next_message(executor)
    executor.kill("t")
    assert failure(drain(executor)).kind == "worker"
    assert values(run(executor, task("count", to=1))) == [{"number": 0}]


def test_killing_an_unknown_task_does_nothing(executor: Executor) -> None:
    executor.kill("nobody")
    assert executor.poll(0) == []


def test_nothing_of_a_task_influences_the_next(executor: Executor) -> None:
    (fresh,) = values(run(executor, task("state_targets:report_state")))
    (polluted,) = values(run(executor, task("state_targets:pollute_state", seed=7)))
    assert [key for key in fresh if fresh[key] == polluted[key]] == []
    assert values(run(executor, task("state_targets:report_state"))) == [fresh]


def test_shutdown_is_idempotent_and_forgets_the_tasks(executor: Executor) -> None:
    executor.submit(task("hang"))
    executor.shutdown()
    executor.shutdown()
    assert list(executor.running) == []

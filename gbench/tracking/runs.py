"""The runs of a cell in MLflow: looked up by their tags, so that no mapping can be lost or doubled."""

from collections.abc import Iterator

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run, RunTag

ENTITIES_PER_CALL = 1000  # MLflow's limit for points, parameters and tags together
PARAMETERS_PER_CALL = 100  # its limit for parameters, and for tags
RUNS_PER_PAGE = 1000
LONGEST_ERROR = 1000  # characters of a tag


def runs_of_cell(client: MlflowClient, experiment: str, cell_id: str) -> Iterator[Run]:
    """Every run of the cell that was not deleted, oldest first."""
    return runs_tagged(client, experiment, "gbench.cell", cell_id)


def runs_tagged(client: MlflowClient, experiment: str, tag: str, value: str) -> Iterator[Run]:
    """Every run with that tag that was not deleted, oldest first."""
    token = None
    while True:
        page = client.search_runs(
            [experiment],
            f"tags.`{tag}` = '{value}'",
            max_results=RUNS_PER_PAGE,
            order_by=["attributes.start_time ASC"],
            page_token=token,
        )
        yield from page
        token = page.token
        if not token:
            return


def find_or_create(
    client: MlflowClient, experiment: str, known: list[Run], tags: dict[str, str], name: str, started: int
) -> Run:
    """The run with these tags' kind, replica and origin; `known` are the cell's runs.

    A run that an earlier training of the same directory left (its origin differs) is deleted: the new one
    replaces it. Another directory's run is somebody else's and stays.
    """
    for run in known:
        if _same(run, tags, "gbench.kind", "gbench.replica", "gbench.origin"):
            return run
    for run in known:
        if _same(run, tags, "gbench.kind", "gbench.replica", "gbench.directory"):
            client.delete_run(run.info.run_id)
    return client.create_run(experiment, start_time=started, tags=tags, run_name=name)


def set_state(
    client: MlflowClient,
    run: Run,
    state: str,
    error: str | None,
    ended: int,
    tags: dict[str, str] | None = None,
) -> None:
    """Show how a run stands: `running`, `failed`, `done` or `diverged`, which is a result like `done`.

    `error` says why it failed; `ended` is in ms since 1970; `tags` are set with the state.
    """
    run_id = run.info.run_id
    shown = {"gbench.state": state} | (tags or {})
    if error is not None:
        shown["gbench.error"] = error[:LONGEST_ERROR]
    elif "gbench.error" in run.data.tags:
        client.delete_tag(run_id, "gbench.error")
    send(client, run_id, tags=shown)
    if state == "running":
        client.update_run(run_id, status="RUNNING")
    else:
        client.set_terminated(run_id, "FAILED" if state == "failed" else "FINISHED", end_time=ended)


def _same(run: Run, tags: dict[str, str], *names: str) -> bool:
    return all(run.data.tags.get(name) == tags.get(name) for name in names)


def send(
    client: MlflowClient,
    run_id: str,
    points: list[Metric] | None = None,
    parameters: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    """Log in as few calls as the limits allow."""
    params = [Param(key, value) for key, value in (parameters or {}).items()]
    labels = [RunTag(key, value) for key, value in (tags or {}).items()]
    metrics = list(points or [])
    while params or labels or metrics:
        told, labelled = params[:PARAMETERS_PER_CALL], labels[:PARAMETERS_PER_CALL]
        room = ENTITIES_PER_CALL - len(told) - len(labelled)
        client.log_batch(run_id, metrics=metrics[:room], params=told, tags=labelled)
        params, labels = params[PARAMETERS_PER_CALL:], labels[PARAMETERS_PER_CALL:]
        metrics = metrics[room:]

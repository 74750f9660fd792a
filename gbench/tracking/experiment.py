"""A suite's experiment in MLflow, found or made."""

from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Experiment, LifecycleStage
from mlflow.exceptions import MlflowException

from gbench.record import RunDirectory
from gbench.suite.cell import Cell


@dataclass(frozen=True)
class SuiteExperiment:
    """The experiment that a suite's runs go to."""

    id: str
    #: A text that changes where the experiment was deleted and made again.
    stamp: str
    #: Milliseconds since 1970.
    created: int
    tags: dict[str, str]


def find_experiment(client: MlflowClient, name: str, artifacts: Path | None) -> SuiteExperiment:
    """The experiment `name`; a deleted one is restored, a missing one made.

    `artifacts` is where its files go; the server decides where it is `None`.
    """
    experiment = client.get_experiment_by_name(name) or _create(client, name, artifacts)
    if experiment.lifecycle_stage == LifecycleStage.DELETED:
        client.restore_experiment(experiment.experiment_id)
    created = experiment.creation_time or 0
    return SuiteExperiment(
        experiment.experiment_id, f"{experiment.experiment_id}@{created}", created, dict(experiment.tags)
    )


def _create(client: MlflowClient, name: str, artifacts: Path | None) -> Experiment:
    location = (artifacts / name).as_uri() if artifacts else None
    try:
        return client.get_experiment(client.create_experiment(name, artifact_location=location))
    except MlflowException:
        made_by_another = client.get_experiment_by_name(name)
        if made_by_another is None:
            raise
        return made_by_another


def describe(client: MlflowClient, experiment: SuiteExperiment, tags: dict[str, str]) -> None:
    """Set the tags that differ."""
    for key, value in tags.items():
        if experiment.tags.get(key) != value:
            client.set_experiment_tag(experiment.id, key, value)
            experiment.tags[key] = value


def suite_tags(run: RunDirectory, cells: list[Cell]) -> dict[str, str]:
    """Where the record lies, and which column ranks the runs."""
    tags = {"mlflow.experimentKind": "custom_model_development", "gbench.directory": str(run.root.resolve())}
    primary = next((cell for cell in cells if cell.primary in cell.scores), None)
    if primary is not None and primary.primary is not None:
        better = primary.scores[primary.primary][0] == "max"
        tags["mlflow.experiment.primaryMetric.name"] = f"final/{primary.primary}"
        tags["mlflow.experiment.primaryMetric.greaterIsBetter"] = str(better)
    return tags

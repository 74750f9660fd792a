"""What a pass of the projection works with."""

from dataclasses import dataclass, field

from mlflow import MlflowClient

from gbench.tracking.experiment import Sheet


@dataclass
class Desk:
    """`server` is the cursors' name for the tracking server, `directory` the host and path of the record.

    `statistics` collects the metric keys that the cells' own runs have, `pictures` the names of theirs.
    `refused` is the state of the record that no report could be made of.
    """

    client: MlflowClient
    server: str
    sheet: Sheet
    directory: str
    colours: dict[str, str]
    statistics: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)
    refused: str = ""

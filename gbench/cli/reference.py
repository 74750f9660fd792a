"""`gbench reference`: the mean and covariance of a data set's features, in a file that FID reads."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gbench.errors import UserError
from gbench.plugins import Chosen, load_registry

if TYPE_CHECKING:
    from gbench.evaluation.moments import Moments

Written = Annotated[
    str,
    typer.Argument(
        metavar="DATASET", help="As in a suite: a name, or '{use: npz, path: mine.npz}'.", show_default=False
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The .npz file to write.", show_default=False)]
Extractor = Annotated[str, typer.Option("--features", metavar="FEATURES", help="As in a suite.")]
Split = Annotated[Literal["train", "test"], typer.Option("--split", help="Which real samples.")]


def command(
    dataset: Written, file: File, features: Extractor = "inception-v3", split: Split = "train"
) -> None:
    """Write the mean and covariance of a data set's features, for FID."""
    import hashlib

    found = moments(read(dataset, "dataset"), read(features, "features"), split)
    found.save(file)
    facts = found.facts
    typer.echo(
        f"{file}: {len(found.mean)} features {facts['features']} of {facts['samples']} {split} samples of "
        f"{facts['dataset']}, sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}"
    )


def read(text: str, kind: str) -> Chosen:
    """A component as it would stand in a suite, with its options checked. Raises UserError."""
    from gbench.suite.choice import read_named_choice
    from gbench.suite.document import Document
    from gbench.suite.yaml import parse_yaml

    document = Document(parse_yaml(text, text).data, text, {(): text})
    choice = read_named_choice(document.part(), f"a {kind}")
    component = load_registry().find(kind, str(choice.use), choice.place)
    options = load_registry().options(kind, component.name, choice.options, choice.locate)
    return Chosen(component.name, component.version, options)


def moments(dataset: Chosen, features: Chosen, split: str) -> "Moments":
    """Of the split's features, on a GPU if there is one. Raises UserError."""
    import tempfile

    import torch

    from gbench.evaluation.moments import Moments
    from gbench.evaluation.reference import Reference

    check_traits(dataset.use, features.use)
    extractor = load_registry().create(features, "features")
    extractor.ready()
    data = load_registry().create(dataset, "dataset").load()
    data = data.to("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as folder:
        extractor.fit(data, Path(folder))
        vectors = Reference(data, {features.use: extractor}).features(features.use, split)
    if len(vectors) < 2:
        raise UserError(f"a covariance needs at least 2 samples; split {split} has {len(vectors)}")
    facts = {"dataset": dataset.use, "features": features.use, "split": split}
    return Moments.of(vectors, **facts, samples=str(len(vectors)))


def check_traits(dataset: str, features: str) -> None:
    """Raises UserError where the features need what the data set has not."""
    registry = load_registry()
    traits = registry.describe(registry.find("dataset", dataset)).attributes["traits"]
    needs = registry.describe(registry.find("features", features)).attributes.get("needs", ())
    missing = [trait for trait in needs if trait not in traits]
    if missing:
        raise UserError(f"features {features} need {' and '.join(missing)}, which data set {dataset} has not")

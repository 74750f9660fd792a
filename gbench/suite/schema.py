"""The shape of a suite file, apart from what depends on plugins."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gbench.errors import UserError, suggestion
from gbench.suite.document import Document

MEASUREMENTS = 20  # of a cell, where the suite does not say


def _entry(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise PydanticCustomError("entry_type", "a name or {{use: name, option: value}}")
    return value


Entry = Annotated[Any, AfterValidator(_entry)]  # read further where the registry is at hand


class Shape(BaseModel):
    """Strict, and closed: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class BudgetShape(Shape):
    """How long a cell trains: `steps` rounds, measured `measurements` times."""

    steps: int = Field(ge=1, description="rounds of training")
    batch_size: int = Field(default=64, ge=1, description="samples a batch")
    measurements: int | None = Field(
        default=None,
        ge=1,
        validate_default=True,
        description="how often the metrics are taken, evenly spread; null: 20 times, but at most once a step",
    )

    @field_validator("measurements")
    @classmethod
    def _by_default(cls, given: int | None, info: ValidationInfo) -> int | None:
        return min(MEASUREMENTS, info.data.get("steps", 1)) if given is None else given

    @model_validator(mode="after")
    def _measurable(self) -> "BudgetShape":
        assert self.measurements is not None
        if self.measurements > self.steps:
            raise PydanticCustomError("budget", "at most one measurement a step")
        return self


class ResourcesShape(Shape):
    """What one cohort takes of a machine."""

    cpus: float = Field(default=1.0, ge=0, description="CPU cores of a cohort")
    gpus: float = Field(default=0.0, ge=0, description="GPUs of a cohort, fractions allowed")
    cohort: int | None = Field(default=None, ge=1, description="replicas trained together; null: all of them")
    mode: Literal["auto", "vmap", "loop"] = Field(default="auto", description="how replicas are run together")


class SuiteShape(Shape):
    """A suite file."""

    name: str = Field(pattern=r"^[a-z0-9-]+\z", max_length=80, description="names the run's folder")
    summary: str = Field(default="", description="the question that the suite answers")
    seeds: int = Field(default=8, ge=1, le=1000, description="replicas of each cell")
    seed: int = Field(default=0, ge=0, lt=2**63, description="changes every random number")
    budget: BudgetShape
    budgets: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="data set label: what differs from the budget there"
    )
    datasets: list[Entry] = Field(min_length=1)
    metrics: list[Entry] = Field(min_length=1)
    features: list[Entry] = Field(
        default_factory=list, description="options of the features that metrics name"
    )
    probes: list[Entry] = Field(
        default_factory=list, description="what looks at the trained players, once, at the end"
    )
    contests: list[Entry] = Field(
        default_factory=list, description="what compares the trained models of a data set's cells"
    )
    sampling: int = Field(
        default=4, ge=0, description="how often the last measurement is taken again, with fresh latents"
    )
    techniques: list[Entry] = Field(min_length=1)
    models: dict[str, Entry] = Field(default_factory=dict, description="data set label: model")
    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(
        default_factory=dict, description="dotted path of a technique, or of the budget: values to try"
    )
    overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="data set label: dotted paths that change every technique there, before the grid does",
    )
    thresholds: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="data set label: {metric key: value that counts as converged}"
    )
    primary: dict[str, str] = Field(default_factory=dict, description="data set label: metric key that ranks")
    resources: ResourcesShape = Field(default=ResourcesShape())


NESTED: dict[str, type[Shape]] = {"budget": BudgetShape, "resources": ResourcesShape}

WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "too_short": "a list that is not empty",
    "string_too_long": "at most 80 characters",
    "string_pattern_mismatch": "small letters, digits and hyphens",
    "literal_error": "one of {expected}",
    "greater_than_equal": ">= {ge:g}",
    "less_than_equal": "<= {le:g}",
    "less_than": "< {lt:g}",
}


def read_shape(document: Document) -> SuiteShape:
    """The suite in a document. Raises UserError at the first mistake."""
    if not isinstance(document.data, dict):
        raise UserError("a suite must be a mapping of keys to values", document.place())
    try:
        return SuiteShape.model_validate(document.data)
    except ValidationError as error:
        raise _complaint(_first(error), document) from None


def read_budget(data: dict[str, Any], place: str) -> dict[str, Any]:
    """A budget with its defaults, as plain data. Raises UserError."""
    try:
        return BudgetShape.model_validate(data).model_dump()
    except ValidationError as error:
        detail = _first(error)
        raise UserError(_message({**detail, "loc": ("budget", *detail["loc"])}), place) from None


def _first(error: ValidationError) -> Any:
    """The mistake to report: an unknown key first, for a key that is missing may be the same one misspelt."""
    return min(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")


def _complaint(detail: Any, document: Document) -> UserError:
    trail = tuple(detail["loc"])
    return UserError(_message(detail), document.place(*trail))


def _message(detail: Any) -> str:
    *parents, key = detail["loc"]
    owner = f"'{parents[0]}'" if parents else "a suite"
    if detail["type"] == "missing":
        return f"{owner} needs '{key}'"
    if detail["type"] == "extra_forbidden":
        shape = NESTED[parents[0]] if parents else SuiteShape
        return f"unknown key '{key}' of {owner}{suggestion(key, shape.model_fields)}"
    if detail["type"] == "budget":
        return f"'budget' can have {detail['msg']}"
    wanted = WANTED.get(detail["type"], detail["msg"]).format_map(detail.get("ctx") or {})
    name = ".".join(map(str, detail["loc"]))
    return f"'{name}' must be {wanted}, not {detail['input']!r}"

"""Everything that the author of a plugin imports."""

from gbench.data.dataset import Data, Dataset
from gbench.data.density import Density
from gbench.engine.batch import Batch
from gbench.engine.blueprint import Blueprint
from gbench.engine.builder import Builder
from gbench.engine.codes import Codes, Gaussian
from gbench.engine.dropout import Dropout
from gbench.engine.game import Game, Turn
from gbench.engine.look import Look, Seen
from gbench.engine.loss import Loss
from gbench.engine.model import Model
from gbench.engine.optimizer import Optimizer, State
from gbench.engine.play import Play
from gbench.engine.player import Player
from gbench.engine.regularizer import Regularizer
from gbench.engine.replicas import Replicas
from gbench.engine.rule import Rule
from gbench.engine.setting import Setting
from gbench.engine.stage import Stage
from gbench.engine.streams import Streams
from gbench.errors import UserError
from gbench.evaluation.contest import Contest, ContestResult, ContestTable
from gbench.evaluation.contest_field import ContestField, Entrant
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.probe import Finding, Probe
from gbench.evaluation.reference import Reference
from gbench.evaluation.samples import Samples
from gbench.evaluation.trained import Trained
from gbench.plugins import components_in, hookimpl, option

__all__ = [
    "Batch",
    "Blueprint",
    "Builder",
    "Codes",
    "Contest",
    "ContestField",
    "ContestResult",
    "ContestTable",
    "Data",
    "Dataset",
    "Density",
    "Dropout",
    "Entrant",
    "Extracted",
    "Features",
    "Finding",
    "Game",
    "Gaussian",
    "Look",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Play",
    "Player",
    "Probe",
    "Reference",
    "Regularizer",
    "Replicas",
    "Rule",
    "Samples",
    "Seen",
    "Setting",
    "Stage",
    "State",
    "Streams",
    "Trained",
    "Turn",
    "UserError",
    "components_in",
    "hookimpl",
    "option",
]

"""Everything that the author of a component imports.

A plugin's `__init__.py` imports `gbench.plugins` instead, which does not import torch.
"""

from gbench.data.dataset import Data, Dataset
from gbench.data.density import Density
from gbench.data.layout import Fields
from gbench.data.rows import evenly
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
from gbench.evaluation.feature_metric import FeatureMetric
from gbench.evaluation.features import Extracted, Features
from gbench.evaluation.metric import Metric
from gbench.evaluation.moments import Moments, symmetric_product
from gbench.evaluation.probability_metric import ProbabilityMetric
from gbench.evaluation.probe import Finding, Probe
from gbench.evaluation.reference import Reference
from gbench.evaluation.sample_metric import SampleMetric
from gbench.evaluation.samples import Samples
from gbench.evaluation.score_metric import ScoreMetric
from gbench.evaluation.trained import Trained
from gbench.evaluation.weights import load_weights, save_weights
from gbench.plugins import components_in, hookimpl, option
from gbench.plugins.keys import Keys

__all__ = [  # noqa: RUF022  (grouped by kind of component, to be read as a page)
    # Every component: its options, and the error that tells a user what would do.
    "option",
    "UserError",
    # Models: a network for each role that a game has.
    "Model",
    "Blueprint",  # what a game asks a model to build
    "Dropout",
    "Streams",  # random numbers
    # Losses and regularizers, and what they see of a cohort and of a turn.
    "Loss",
    "Regularizer",
    "Setting",
    "Play",
    "Look",
    "Seen",  # what a discriminator sees at once
    # Games and rules, and what they play with.
    "Game",
    "Turn",
    "Stage",
    "Builder",  # asks the model for networks
    "Codes",
    "Gaussian",
    "Replicas",
    "Batch",
    "Rule",
    "Player",
    # Optimizers.
    "Optimizer",
    "State",
    # Data sets.
    "Dataset",
    "Data",
    "Fields",
    "Density",
    "evenly",  # at most n rows, evenly spaced
    # Features, with files for what `fit` learns.
    "Features",
    "Extracted",
    "load_weights",
    "save_weights",
    # Metrics: the general base, and four that go through the replicas one by one.
    "Metric",
    "FeatureMetric",
    "SampleMetric",
    "ProbabilityMetric",
    "ScoreMetric",
    "Keys",  # the type of `keys`: of metrics, probes and contests
    "Reference",
    "Samples",
    "Moments",  # mean and covariance, and their file
    "symmetric_product",
    # Probes.
    "Probe",
    "Finding",
    "Trained",
    # Contests.
    "Contest",
    "ContestField",
    "ContestResult",
    "ContestTable",
    "Entrant",
    # Registration, for `__init__.py`, which takes it from `gbench.plugins`.
    "components_in",
    "hookimpl",
]

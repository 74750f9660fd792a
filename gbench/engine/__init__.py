"""Trains cohorts: replicas as an axis, games of turns, rules, checkpoints. Knows no Ray and no MLflow.

`VERSION` is part of every cell's identity: raise it when a change to the engine changes numbers.
"""

VERSION = "1"

"""How reliably a technique works: pure functions on arrays of scores, curves and traces.

Shapes: `R` replicas, `M` measurements, `T` trace points. A score that does not exist (None, NaN, a
diverged replica) is the worst there is, in every statistic; it is never dropped.
"""

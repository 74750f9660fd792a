from gbench.statistics.divergence import divergence_rate, divergence_steps


def test_rate_and_steps() -> None:
    diverged, ends = [False, True, True, False], [500, 321, 17, 500]
    assert divergence_rate(diverged) == 0.5
    assert divergence_steps(diverged, ends).tolist() == [17, 321]
    assert divergence_steps([False], [500]).tolist() == []

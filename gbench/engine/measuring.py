"""When a run looks at what it trains."""


def measurement_steps(steps: int, measurements: int) -> list[int]:
    """The rounds after which metrics are taken: evenly spaced, the last one included.

    >>> measurement_steps(1000, 4)
    [250, 500, 750, 1000]
    """
    return sorted({round(steps * (i + 1) / measurements) for i in range(measurements)} - {0})


def picture_steps(steps: int, measurements: int, pictures: int = 5) -> set[int]:
    """The measurements at which samples are drawn: about `pictures` of them, the last one included."""
    moments = measurement_steps(steps, measurements)
    stride = max(1, len(moments) // pictures)
    return set(moments[::-1][::stride])

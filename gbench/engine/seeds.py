"""Seeds by hashing named axes, so that nobody passes a generator around."""

import hashlib


def derive(*axes: object) -> int:
    """A seed in [0, 2**63) for these axes, such as `derive(0, "ring", 3, "latent")`.

    The axes' `repr` is hashed: equal axes give equal seeds on every machine, and different ones
    give independent seeds. Use strings and integers only.
    """
    digest = hashlib.sha256("\x1f".join(map(repr, axes)).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1

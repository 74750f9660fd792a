"""What the author of a plugin tests with: small cohorts, and the conformance kit.

from gbench.testing import conformance_cases

@pytest.mark.parametrize("case", conformance_cases("my-distribution"), ids=str)
def test_conformance(case):
    case.check()
"""

from gbench.testing.cohorts import domains, images, make_cohort, make_recipe, points, sequences, use, voxels
from gbench.testing.conformance import Case, conformance_cases

__all__ = [
    "Case",
    "conformance_cases",
    "domains",
    "images",
    "make_cohort",
    "make_recipe",
    "points",
    "sequences",
    "use",
    "voxels",
]

"""Every built-in component through the conformance kit."""

import pytest

from gbench.testing import Case, conformance_cases


@pytest.mark.parametrize("case", conformance_cases("gbench"), ids=str)
def test_conformance(case: Case) -> None:
    case.check()

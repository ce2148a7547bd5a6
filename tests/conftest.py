from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.faults.trial_count import THOROUGH, Trials

# No test asserts how fast something is: on a busy machine an example may take a second. Each
# change is judged by the same examples as the one before it; `make prove` looks for new ones.
settings.register_profile("muster", deadline=None, derandomize=not THOROUGH, database=None)
settings.load_profile("muster")


@pytest.fixture
def trials(record_property: Callable[[str, object], None]) -> Iterator[Trials]:
    """The number of trials of a test, for the page that `make prove` writes."""
    kept = Trials()
    yield kept
    record_property("trials", kept.tried)
    record_property("remark", kept.remark)

"""What every test may use."""

import os

from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

# a loaded machine is no reason to fail; how long a test may take is not what it tests
settings.register_profile("gbench", deadline=None)
settings.load_profile("gbench")

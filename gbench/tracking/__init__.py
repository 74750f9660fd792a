"""The record's projection into MLflow. Nothing here decides anything: it can be deleted and made again.

MLflow reads these variables when it is imported, so they are set before: no telemetry, no jobs beside the
server; a server that does not answer is noticed within seconds, not minutes; and no line is printed for
every run with the server's address, which may hold a password.
"""

import os

for _name, _value in {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}.items():
    os.environ.setdefault(_name, _value)

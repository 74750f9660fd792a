"""The command line: one verb a file, imported when it is asked for; nothing heavy at start-up."""

import sys


def main() -> None:
    """Runs `gbench`. A user's mistake becomes one line on stderr and exit code 2."""
    from gbench.cli.app import app
    from gbench.errors import ExitCode, UserError

    try:
        app()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(ExitCode.USAGE) from None

"""The command line: one verb a file, imported when it is asked for; nothing heavy at start-up."""

import sys
from typing import cast


def main() -> None:
    """Runs `gbench`. A user's mistake becomes one line on stderr and exit code 2."""
    from typer import Abort, BadParameter

    from gbench.cli.app import app
    from gbench.errors import ExitCode, UserError

    # every complaint of the option parser, under whichever name typer keeps it
    misuse = cast("type[Exception]", BadParameter.__base__)
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        code = ExitCode.USAGE
    except misuse as error:
        print(f"error: {cast(BadParameter, error).format_message()}", file=sys.stderr)
        code = ExitCode.USAGE
    except (Abort, KeyboardInterrupt):
        code = ExitCode.INTERRUPTED
    raise SystemExit(code)

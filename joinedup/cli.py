"""The `joinedup` command: which words there are, and nothing else.

A table from word to function; the function's module is imported only when its word is used, so that `joinedup rule`
starts without Django. Each function takes the rest of the command line and returns the exit code. A foreseen error
becomes its message on standard error and the exit code of whoever must act: 2 the person at the terminal, 3 the sender
of a file, 4 whoever runs the system, 5 us.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple

from joinedup.base.errors import JoinedUpError, PersonMustAct, WeMustAct

INTERRUPTED_EXIT_CODE = 130
BROKEN_PIPE_EXIT_CODE = 141


class Command(NamedTuple):
    """Where a word's function stands ('module:function') and what it does, in one line."""

    target: str
    summary: str


COMMANDS: dict[str, Command] = {
    "demo": Command("config.commands:demo", "build both demo places and serve them"),
    "serve": Command("config.commands:serve", "serve the pages with production settings"),
    "migrate": Command("config.commands:migrate", "bring the database's tables up to date"),
    "database": Command("config.commands:database", "start, stop or show the embedded database"),
    "worker": Command("config.commands:worker", "run background work"),
    "load": Command("joinedup.exchange.commands:load", "load files that a body sent, and report what was refused"),
    "load-corrections": Command("joinedup.exchange.commands:load_corrections", "load rows that somebody put right"),
    "load-postcodes": Command("joinedup.places.commands:load_postcodes", "load which council each postcode belongs to"),
    "generate": Command("joinedup.exchange.generate.command:generate", "write an invented place as FHIR and CSV files"),
    "export": Command("joinedup.exchange.commands:export", "write one person's record as a FHIR document"),
    "extract": Command("joinedup.extract.commands:extract", "write the pseudonymised rows that measures count"),
    "measures": Command("joinedup.outcomes.commands:measures", "work out the measures from an extract"),
    "public": Command("config.public_site:public", "serve the public site: released figures and places only"),
    "ledger": Command("joinedup.ledger.commands:ledger", "check the pooled funds, or print their journals"),
    "user": Command("joinedup.access.commands:user", "add, close or list the accounts of this installation"),
    "log": Command("joinedup.access.commands:log", "verify the log of who saw and who did"),
    "retention": Command(
        "joinedup.person.commands:retention", "destroy what is older than its time, or say what would be"
    ),
    "opt-outs": Command("joinedup.person.commands:opt_outs", "take in the national list of those who opted out"),
    "agreements": Command("joinedup.access.commands:agreements", "take in which bodies agreed to share what, and why"),
    "backup": Command("config.commands:backup", "write a backup of the database"),
    "restore": Command("config.commands:restore", "restore a backup into an empty database and verify it"),
    "find-doubles": Command("joinedup.person.commands:find_doubles", "ask about records that look like one person"),
    "learn-linking": Command("joinedup.person.commands:learn_linking", "learn and keep a model of linking"),
    "link-people": Command("joinedup.person.commands:link_people", "link whoever waits by the kept model"),
    "link-file": Command("joinedup.person.linking.commands:link_file", "find the same people in one or two CSV files"),
    "rule": Command("joinedup.base.commands:rule", "put a case to a rule and see the answer with its steps"),
    "streams": Command("joinedup.funding.commands:streams", "list who pays for what, and by which test"),
    "what-if": Command("joinedup.desk.commands:what_if", "see what a reform of charging would change, and for whom"),
    "figures": Command("joinedup.evaluation.commands:figures", "work out published figures again and compare them"),
    "parameters": Command("joinedup.base.commands:parameters", "look up dated values of law and policy"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code. `argv` is what follows the word `joinedup`."""
    words = sys.argv[1:] if argv is None else argv
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except JoinedUpError as error:
        print(f"joinedup: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("joinedup: stopped", file=sys.stderr)
        return INTERRUPTED_EXIT_CODE
    except BrokenPipeError:
        # The reader (head, less) has gone; without this Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE_EXIT_CODE


def usage() -> str:
    """The list of commands, as `joinedup --help` prints it."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: joinedup COMMAND ...", "", *lines, "", "joinedup COMMAND --help says more."])


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if words[0] not in COMMANDS:
        raise _unknown(words[0])
    return _function(words[0])(words[1:])


def _function(name: str) -> Callable[[list[str]], int]:
    module_name, function_name = COMMANDS[name].target.split(":")
    try:
        function: Callable[[list[str]], int] = getattr(import_module(module_name), function_name)
    except ModuleNotFoundError as error:
        if error.name is None or not module_name.startswith(error.name):
            raise
        raise _not_here(name) from None
    except AttributeError:
        if function_name in dir(sys.modules.get(module_name)):
            raise
        raise _not_here(name) from None
    return function


def _unknown(word: str) -> PersonMustAct:
    near = get_close_matches(word, COMMANDS, n=1)
    return PersonMustAct(
        "command-unknown",
        "There is no such command.",
        f"The nearest is {near[0]}." if near else "",
        "See `joinedup --help`.",
    )


def _not_here(name: str) -> WeMustAct:
    return WeMustAct(
        "command-missing",
        f"The command {name} is not part of this installation.",
        "Its module is listed but not there.",
        "Install the program whole, or report this.",
    )

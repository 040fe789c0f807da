"""The command line of linking by likeness: `joinedup learn-linking` and `link-people`, as the role `loader`."""

from __future__ import annotations

import argparse
import secrets
import sys

from config.databases import start_django


def learn_linking(argv: list[str]) -> int:
    """Learn what comparing is worth from the place's records, keep it as a new version, print its report."""
    parser = argparse.ArgumentParser(prog="joinedup learn-linking", description="Learn and keep a model of linking.")
    parser.parse_args(argv)
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions import learn_model
    from joinedup.person.link_models import LinkModel

    with acting_as_service() as by:
        version = learn_model(by=by, at=clock.now(), request_key=f"learn.{secrets.token_hex(8)}", say=_say)
        kept = LinkModel.objects.get(version=version)
    hidden = kept.report["numbers_hidden"]
    print(f"Model {version} is kept: learnt from {kept.learnt_from}.")
    print(
        f"With their numbers hidden the rule joins {hidden['joined_share']:.1%} of true pairs and asks about others; "
        f"{hidden['joined_wrong']:,} of {hidden['joined_right'] + hidden['joined_wrong']:,} joins would be wrong."
    )
    print("The page Linking shows it. `joinedup link-people` compares everybody who waits.")
    return 0


def link_people(argv: list[str]) -> int:
    """Compare whoever waits by the kept model: join what the rule is sure of, ask about what is likely."""
    parser = argparse.ArgumentParser(prog="joinedup link-people", description="Link whoever waits by the kept model.")
    parser.parse_args(argv)
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions import Likened, link_waiting

    def tell(done: Likened) -> None:
        _say(f"{done.people:,} people compared …")

    with acting_as_service() as by:
        pass
    done = link_waiting(by=by, at=clock.now(), request_key=f"link.{secrets.token_hex(8)}", progress=tell)
    print(
        f"{done.people:,} people compared in {done.pairs:,} pairs; {done.joined:,} joined, {done.asked:,} asked about."
    )
    return 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)

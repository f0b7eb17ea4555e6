"""The options of `kmslab run` and `kmslab serve` that say what a lab is like."""

from __future__ import annotations

import argparse
import os
import stat
from pathlib import Path
from typing import Any

from .errors import LabError

__all__ = ["add", "lab", "quotas"]


def add(parser: argparse.ArgumentParser) -> None:
    """The options that say what a lab is like, those of `Lab`."""
    group = parser.add_argument_group("the lab")
    group.add_argument("--account", metavar="ID", help="the administrator's account, 12 digits (111122223333)")
    group.add_argument("--region", metavar="NAME", help="the Region that clients are given (us-east-1)")
    group.add_argument(
        "--seed", type=_seed, metavar="N", help="make the lab repeat byte for byte; its keys are then known"
    )
    group.add_argument("--now", metavar="MOMENT", help="let the lab's time stand still at 2026-01-02T03:04:05Z")
    group.add_argument(
        "--auth",
        choices=("strict", "lenient"),
        help="lenient: take unknown access keys as the administrator, unchecked (strict)",
    )
    group.add_argument(
        "--quotas",
        action="append",
        type=_quota,
        default=[],
        metavar="HOW",
        help="aws: enforce AWS's request quotas; NAME=NUMBER, such as keys=10: set a quota; repeatable (none)",
    )
    group.add_argument(
        "--consistency",
        choices=("strong", "eventual"),
        help="eventual: let new grants and aliases take effect five minutes later (strong)",
    )
    group.add_argument(
        "--compat",
        choices=("aws", "localstack"),
        help="localstack: let CreateKey take id and material from LocalStack's tags (aws)",
    )
    group.add_argument(
        "--lab",
        metavar="FILE",
        help="go on with the lab in this file, and save it there at the end; made if it is not there. It holds secrets",
    )


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**64):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to 2**64 - 1, not {text!r}")
    return int(text)


def _quota(text: str) -> str | tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals and text in {"none", "aws"}:
        return text
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"none, aws or NAME=NUMBER, not {text!r}") from None


def quotas(options: argparse.Namespace) -> tuple[bool | None, list[tuple[str, float]]]:
    """Whether AWS's request quotas are enforced, if that was said; and those that are set."""
    words = [given for given in options.quotas if isinstance(given, str)]
    enforced = words[-1] == "aws" if words else None
    return enforced, [given for given in options.quotas if not isinstance(given, str)]


def lab(options: argparse.Namespace) -> Any:
    """The lab of `kmslab run`: a new one, or the one in the file."""
    from .lab import Lab

    names = ("account", "region", "seed", "now", "auth", "consistency", "compat")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    enforced, limits = quotas(options)
    if enforced is not None or limits:
        given["quotas"] = "aws" if enforced else "none"
    try:
        if options.lab is not None and _kept(Path(options.lab)):
            if given:
                raise LabError(f"{options.lab} holds a lab that has its own {', '.join(sorted(given))}: leave that out")
            return Lab.open(options.lab, sign=options.sign)
        made = Lab(**given, sign=options.sign)
        for name, value in limits:
            made.quotas[name] = value
    except OSError as error:
        raise LabError(f"--lab {options.lab}: {error.strerror}") from None
    except (KeyError, ValueError) as error:
        raise LabError(str(error.args[0])) from None
    return made


def _kept(file: Path) -> bool:
    """Whether there is a lab to go on with. What would keep it from being saved is said before the program runs."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        raise LabError(f"--lab {file}: not a file")
    if not file.parent.is_dir():
        raise LabError(f"--lab {file}: there is no folder {file.parent}")
    # A lab is saved beside its file, and then put in its place.
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise LabError(f"--lab {file}: the folder {file.parent} cannot be written to")
    return mode is not None

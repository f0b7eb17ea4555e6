"""`kmslab seal` and `kmslab open`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import sealing
from .errors import LabError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from .envelope import Envelope

__all__ = ["add"]

_WHERE = (
    "KMS is a saved lab (--lab), a running 'kmslab serve' or another endpoint (--endpoint), or else AWS, with the\n"
    "credentials and the Region of the environment. Files are written as a whole or not at all, and not over others."
)


def add(commands: Any, add_command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds both commands."""
    parser = add_command(
        commands,
        "seal",
        _seal,
        "seal a file of any size under KMS keys",
        "Seals a file as a message of the AWS Encryption SDK, which can open it. Each of several keys opens it.\n"
        + _WHERE,
        "  kmslab seal --key alias/app data.csv                       makes data.csv.sealed\n"
        "  kmslab seal --key alias/app --context tenant=7 data.csv\n"
        "  kmslab seal --lab state.kmslab --key alias/app data.csv\n"
        "  tar c folder | kmslab seal --key alias/app - > folder.tar.sealed",
    )
    _common(parser)
    parser.add_argument(
        "--suite", metavar="SUITE", help="the algorithm suite; 0x0478 is the default without a signature"
    )
    parser.add_argument("--frame-length", type=int, default=4096, metavar="BYTES", help="plaintext in a frame (4096)")
    parser = add_command(
        commands,
        "open",
        _open,
        "open what was sealed",
        "Opens a message of the AWS Encryption SDK. What is written to standard output was verified frame by frame;\n"
        "only the exit code 0 says that the whole message is authentic.\n" + _WHERE,
        "  kmslab open --key alias/app data.csv.sealed                makes data.csv\n"
        "  kmslab open --lab state.kmslab --any-key data.csv.sealed\n"
        "  kmslab open --key alias/app - < folder.tar.sealed | tar x",
    )
    _common(parser)
    parser.add_argument("--any-key", action="store_true", help="whatever KMS key sealed it, if KMS allows that")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the file; - is standard input")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the result goes; - is standard output")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.add_argument(
        "--key", action="append", default=[], metavar="KEY", help="a key's id, ARN or alias; may be given several times"
    )
    parser.add_argument(
        "--context", action="append", default=[], metavar="KEY=VALUE", help="a pair of the encryption context"
    )
    parser.add_argument(
        "--require-context", action="append", default=[], metavar="KEY", help="a pair that is not stored"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--lab", metavar="FILE", help="a saved lab")
    where.add_argument("--endpoint", metavar="URL", help="such as http://127.0.0.1:4566")
    parser.add_argument("--region", metavar="REGION", help="the Region of the keys")
    parser.add_argument("--quiet", action="store_true", help="no bar, even on terminals")


def _seal(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if not options.key:
        parser.error("--key is needed")
    further = {"suite": options.suite, "frame_length": options.frame_length}
    return _done(options, parser, options.key, further, sealing.seal_stream, secret=False)


def _open(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from .envelope import Discovery

    if bool(options.key) == options.any_key:
        parser.error("--key or --any-key is needed")
    keys = [Discovery()] if options.any_key else options.key
    return _done(options, parser, keys, {}, sealing.open_stream, secret=True)


def _done(
    options: argparse.Namespace,
    parser: argparse.ArgumentParser,
    keys: list[Any],
    further: dict[str, Any],
    work: Callable[..., None],
    *,
    secret: bool,
) -> int:
    context = {}
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals:
            parser.error(f"--context is KEY=VALUE, not {pair!r}")
        context[key] = value
    try:
        with _envelope(options, keys, further) as envelope, _files(options, secret=secret) as (source, target):
            progress = False if options.quiet else None
            work(envelope, source, target, context, progress=progress, label=options.file)
            target.flush()
    except LabError:
        raise
    except ModuleNotFoundError as error:
        raise LabError(f"{error}: pip install 'kmslab[boto3]'") from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise LabError(f"{where}{error.strerror or error}") from None
    except ValueError as error:
        raise LabError(str(error)) from None
    except Exception as error:
        # botocore is an extra: its exceptions are known by their module.
        if type(error).__module__.partition(".")[0] in {"botocore", "boto3"}:
            raise LabError(str(error)) from None
        raise
    return 0


@contextmanager
def _envelope(options: argparse.Namespace, keys: list[Any], further: dict[str, Any]) -> Iterator[Envelope]:
    """The envelope, with the KMS that the options name; a lab is saved afterwards, since it has a trail."""
    from .envelope import Envelope

    further = {**further, "required_context": options.require_context}
    if options.lab is not None:
        from .lab import Lab

        lab = Lab.open(options.lab)
        yield Envelope(keys, client=lab.client("kms", region=options.region), **further)
        lab.save(options.lab)
        return
    client = None
    if options.endpoint is not None or options.region is not None:
        import boto3

        client = boto3.client("kms", region_name=options.region, endpoint_url=options.endpoint)
    yield Envelope(keys, client=client, **further)


@contextmanager
def _files(options: argparse.Namespace, *, secret: bool) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    output = options.output
    if output is None:
        output = "-" if options.file == "-" else str(sealing.target_of(Path(options.file), sealing=not secret))
    if output != "-":
        sealing.check(Path(output), options.force)
    elif not secret and sys.stdout.isatty():
        raise LabError("a message is no text for a terminal: name a file with --output")
    with _source(options.file) as source:
        if output == "-":
            yield source, sys.stdout.buffer
        else:
            with sealing.replacing(Path(output), options.force, secret=secret) as target:
                yield source, target


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file

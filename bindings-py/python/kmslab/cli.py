"""The command `kmslab`: run a script against a lab, serve a lab, explain decisions, check policies, and more."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__, lab_options, sealing_cli
from .errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .explanation import Explanation

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line, and returns the exit code."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # With the usage of the command, not that of `kmslab`.
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    command: Callable[[argparse.Namespace, argparse.ArgumentParser], int] | None = options.command
    if command is None:
        parser.print_help()
        return 2
    try:
        return command(options, options.parser)
    except LabError as error:
        print(f"kmslab: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kmslab",
        description="AWS KMS you can embed: offline, enforcing, explaining.",
        epilog="'kmslab COMMAND --help' has examples.",
    )
    parser.add_argument("--version", action="version", version=f"kmslab {__version__}")
    parser.set_defaults(command=None, parser=parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _run_parser(commands)
    _serve_parser(commands)
    _explain_parser(commands)
    _check_parser(commands)
    _cost_parser(commands)
    _who_can_parser(commands)
    _inspect_parser(commands)
    sealing_cli.add(commands, _add)
    return parser


def _add(
    commands: Any,
    name: str,
    command: Callable[[argparse.Namespace, argparse.ArgumentParser], int],
    summary: str,
    description: str,
    examples: str,
    usage: str | None = None,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=usage,
    )
    parser.set_defaults(command=command, parser=parser)
    return parser


# ---- run ----


def _run_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "run",
        _run,
        "run a Python script against a lab",
        "Runs a Python program as 'python' would, with KMS, IAM and STS answered by a lab in the process. The program\n"
        "is not changed: credentials of the lab's administrator and a Region stand in its environment.\n\n"
        "The lab is in this one process. Programs that it starts are outside of it: what they ask of AWS goes to the\n"
        "real AWS, with the lab's credentials, which nobody knows there. For those there is 'kmslab serve'.",
        "  kmslab run app.py\n"
        "  kmslab run --explain app.py --its --own options    every denial explained on standard error\n"
        "  kmslab run --lab state.kmslab app.py               goes on where the last run ended\n"
        "  kmslab run -m package.module\n"
        "  kmslab run - < app.py",
        usage="kmslab run [options] (SCRIPT | - | -m MODULE) [ARGUMENTS ...]",
    )
    # By hand: argparse has no words for an option that takes all the rest.
    parser.add_argument_group(
        "the program",
        "SCRIPT      a file, or a folder or zip file with a __main__.py\n"
        "-           what standard input holds\n"
        "-m MODULE   a module, as a script",
    )
    parser.add_argument("--explain", action="store_true", help="explain each denial on standard error, as it happens")
    parser.add_argument("--sign", action="store_true", help="have every request signed, and verify the signatures")
    lab_options.add(parser)
    parser.add_argument("-m", dest="module", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("script", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from . import running

    module = options.module is not None
    program = options.module if module else options.script
    if not module and program[:1] == ["--"]:
        program = program[1:]
    if not program:
        parser.error("a SCRIPT or -m MODULE is needed")
    lab = lab_options.lab(options)
    code = running.run(lab, program[0], program[1:], module=module, explained=options.explain)
    if options.lab is not None:
        try:
            lab.save(options.lab)
        except OSError as error:
            raise LabError(f"--lab {options.lab}: {error.strerror}") from None
    return code


# ---- serve ----


def _serve_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "serve",
        _serve,
        "answer AWS clients over HTTP",
        "Serves a lab on a local port, for every AWS SDK and the AWS CLI: with AWS_ENDPOINT_URL, credentials and a\n"
        "Region in their environment. Ends in good order after Ctrl-C or SIGTERM.",
        "  kmslab serve --print-env                     prints what to export, then serves\n"
        '  eval "$(kmslab serve --print-env &)"         in the background of a shell, with its environment set;\n'
        "                                               'kill' with the number that it prints stops it\n"
        "  aws kms create-key                           … and the AWS CLI finds it\n"
        "  kmslab serve --lab state.kmslab              goes on where the last server ended\n"
        "\n"
        "beside AWS's operations, for tests in any language (JSON; unsigned, and to this machine alone):\n"
        "  curl http://127.0.0.1:4566/_kmslab/explain              why the last call was allowed or denied\n"
        "  curl http://127.0.0.1:4566/_kmslab/explain/REQUEST-ID   why that call was\n"
        "  curl http://127.0.0.1:4566/_kmslab/trail                CloudTrail's records\n"
        "  curl http://127.0.0.1:4566/_kmslab/clock -d '{\"advance_seconds\": 604800}'   moves the lab's time",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (127.0.0.1); anything but loopback lets other machines in, over plain HTTP",
    )
    parser.add_argument("--port", type=_port, default=4566, metavar="N", help="the port (4566); 0 takes a free one")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a further host name to answer to; repeatable"
    )
    parser.add_argument(
        "--print-env", action="store_true", help="print export lines for a shell, then close standard output"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no request log; warnings are written all the same")
    lab_options.add(parser)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _serve(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from ._kmslab import serve
    from .clock import milliseconds

    def ready(exports: str) -> None:
        if options.print_env:
            sys.stdout.write(exports)
            sys.stdout.flush()
            # A shell that waits for the end of the output goes on.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)

    # The server ends in good order by itself; Python's own handler, which is called too, would raise.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        serve(
            options.host,
            options.port,
            ready,
            allowed_hosts=options.allow_host,
            account=options.account,
            region=options.region,
            lenient=None if options.auth is None else options.auth == "lenient",
            seed=options.seed,
            now_ms=None if options.now is None else milliseconds(options.now),
            file=None if options.lab is None else Path(options.lab),
            quiet=options.quiet,
            quotas=lab_options.quotas(options),
            eventual=None if options.consistency is None else options.consistency == "eventual",
            localstack=None if options.compat is None else options.compat == "localstack",
        )
    except ValueError as error:
        parser.error(str(error))
    return 0


# ---- explain ----


def _explain_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "explain",
        _explain,
        "say why a request would be allowed or denied",
        "Decides one request by the policies given, and says which statement decided and which came near.\n"
        "Policies are JSON files, or JSON text on the command line. Exit code: 0 allowed, 1 denied.",
        "  kmslab explain --principal arn:aws:iam::111122223333:user/alice --action kms:Decrypt \\\n"
        "      --resource arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab \\\n"
        "      --key-policy key.json --identity-policy alice.json --context aws:SourceIp=192.0.2.7\n"
        "  kmslab explain question.json        the same, with the arguments of kmslab.authorize as a JSON object\n"
        "  kmslab explain - < question.json\n"
        "  kmslab explain --lab state.kmslab --principal ... --action ... --resource ...    by a saved lab's policies",
    )
    parser.add_argument(
        "question", nargs="?", metavar="FILE", help="a JSON object with the arguments of kmslab.authorize"
    )
    ask = parser.add_argument_group("the request")
    ask.add_argument("--principal", metavar="ARN", help="who asks: user, role, session, root, or the name of a service")
    ask.add_argument("--action", help="such as kms:Decrypt")
    ask.add_argument("--resource", metavar="ARN", help="on what")
    ask.add_argument(
        "--context", action="append", default=[], metavar="KEY=VALUE", help="a condition key; several times for a list"
    )
    ask.add_argument(
        "--encryption-context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a pair of the encryption context",
    )
    policies = parser.add_argument_group("policies (a JSON file, or JSON)")
    for option in ("key-policy", "permissions-boundary"):
        policies.add_argument(f"--{option}", metavar="POLICY")
    for option in ("identity-policy", "session-policy", "scp", "rcp", "grant"):
        policies.add_argument(f"--{option}", action="append", metavar="POLICY" if option != "grant" else "GRANT")
    policies.add_argument("--lab", metavar="FILE", help="a saved lab: its policies and grants, instead of those above")
    how = parser.add_mutually_exclusive_group()
    for form in ("json", "html", "markdown"):
        how.add_argument(f"--{form}", action="store_const", const=form, dest="form", help=f"as {form}")


_PLURALS = {
    "identity_policy": "identity_policies",
    "session_policy": "session_policies",
    "scp": "scps",
    "rcp": "rcps",
    "grant": "grants",
}


def _explain(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    asked: dict[str, Any] = _json(options.question) if options.question is not None else {}
    if not isinstance(asked, dict):
        raise LabError(f"{options.question}: not a JSON object")
    for name in ("principal", "action", "resource"):
        if getattr(options, name) is not None:
            asked[name] = getattr(options, name)
    for name in ("key_policy", "permissions_boundary"):
        if getattr(options, name) is not None:
            asked[name] = _policy(getattr(options, name))
    for name, plural in _PLURALS.items():
        if getattr(options, name) is not None:
            read = _grant if name == "grant" else _policy
            asked[plural] = [read(each) for each in getattr(options, name)]
    for name in ("context", "encryption_context"):
        if given := getattr(options, name):
            _pairs(parser, name.replace("_", "-"), given, asked.setdefault(name, {}))
    missing = [name for name in ("principal", "action", "resource") if name not in asked]
    if missing:
        parser.error(f"what is missing of the request: {', '.join(missing)}")
    try:
        explanation, found = _decide(options.lab, asked)
    except (TypeError, ValueError) as error:
        raise LabError(str(error)) from None
    if options.form == "json":
        print(json.dumps(found, indent=2))
    elif options.form == "html":
        print(explanation.to_html())
    elif options.form == "markdown":
        print(explanation.to_markdown())
    else:
        print(explanation)
    return 0 if explanation.allowed else 1


def _decide(lab: str | None, asked: dict[str, Any]) -> tuple[Explanation, dict[str, Any]]:
    """The explanation, and its form for programs."""
    if lab is None:
        from .policy import authorize

        decision = authorize(**asked)
        return decision.explain(), decision.to_dict()
    from .lab import Lab

    further = asked.keys() - {"principal", "action", "resource", "context", "encryption_context"}
    if further:
        raise ValueError(f"{lab} has policies of its own: leave {', '.join(sorted(further))} out")
    try:
        explanation = Lab.open(lab).authorize(**asked)
    except OSError as error:
        raise LabError(f"{lab}: {error}") from None
    return explanation, explanation.to_dict()["checks"][0]


def _policy(given: str) -> Any:
    # As text, so that the lines of the explanation are the file's.
    if given.lstrip().startswith(("{", "[")):
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{given}: {error}") from None


def _grant(given: str) -> Any:
    try:
        return json.loads(_policy(given))
    except ValueError as error:
        raise LabError(f"{given}: {error}") from None


def _json(path: str) -> Any:
    try:
        return json.loads(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LabError(f"{path}: {error}") from None


# ---- check ----


def _check_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "check",
        _check,
        "find what is wrong with policies",
        "Looks for what AWS refuses, what opens a key to others or locks its owner out, and what has no effect. A\n"
        "FILE is a policy, the answer of GetKeyPolicy, a CloudFormation template in JSON or YAML, or a Terraform\n"
        "plan or state in JSON ('terraform show -json'); '-' is standard input. Functions of templates count as\n"
        "plausible values, and nothing is found in what only a deployment tells. Nothing is asked of AWS. Every\n"
        "check has a code; docs/checks.md tells them all.\n\n"
        "--select chooses parts by a JSONPath query (RFC 9535): the policies in a part, the statements of a policy,\n"
        "or policies in a file of any other shape. Places are those in the file.\n\n"
        "The exit code is 0 when nothing as bad as --fail-on was found, 1 when something was, 2 for misuse.",
        "  kmslab check key-policy.json\n"
        "  kmslab check --fail-on warning template.json\n"
        "  terraform show -json plan | kmslab check -\n"
        "  kmslab check --select '$.Resources.Key' template.yaml\n"
        "  kmslab check --select '$..Statement[?@.Effect == \"Allow\"]' key-policy.json\n"
        "  kmslab check --kind scp guardrail.json            SCPs look like identity policies: say what they are\n"
        "  kmslab check --format sarif *.json > kmslab.sarif",
    )
    parser.add_argument("file", metavar="FILE", nargs="+", help="what to check; '-' is standard input")
    kinds = ("key", "identity", "trust", "bucket", "boundary", "session", "scp", "rcp", "endpoint")
    parser.add_argument(
        "--kind",
        choices=kinds,
        metavar="KIND",
        help=f"what the policies are, where the file does not tell: {', '.join(kinds)}",
    )
    parser.add_argument(
        "--select",
        action="append",
        metavar="QUERY",
        help="look only at the parts that this JSONPath query chooses; may be given several times",
    )
    parser.add_argument("--format", dest="form", choices=("text", "json", "sarif"), default="text", help="(text)")
    parser.add_argument(
        "--fail-on", choices=("error", "warning", "note"), default="error", help="what makes the exit code 1 (error)"
    )


def _check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from . import checking

    found: list[tuple[str, list[checking.Finding]]] = []
    policies = 0
    for path in options.file:
        try:
            data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
            text = data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            parser.exit(2, f"kmslab: {path}: {reason}\n")
        try:
            count, findings = checking.checked(text, options.kind, options.select)
        except ValueError as error:
            parser.exit(2, f"kmslab: --select: {error}\n")
        if count == 0:
            what = "nothing in it is selected" if options.select else "no policies in it"
            print(f"kmslab: {path}: {what}", file=sys.stderr)
        policies += count
        found.append(("<stdin>" if path == "-" else path, findings))
    if options.select and policies == 0:
        return 2  # a query that chooses nothing anywhere is mistaken, not fulfilled
    if options.form == "json":
        print(json.dumps([{"file": file, **each.to_dict()} for file, findings in found for each in findings], indent=2))
    elif options.form == "sarif":
        print(json.dumps(checking.sarif(found), indent=2))
    else:
        print(checking.report(found, policies))
    levels = checking.SEVERITIES
    bar = levels.index(options.fail_on)
    return int(any(levels.index(each.severity) >= bar for _, findings in found for each in findings))


# ---- cost ----


def _cost_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "cost",
        _cost,
        "tell what a lab would have cost in AWS",
        "Prices the keys and the requests of a saved lab until its last moment: by month, account and type, in US\n"
        "dollars, with the free tier taken off. The price list has a date, which is told.",
        "  kmslab run --lab state.kmslab app.py && kmslab cost state.kmslab\n  kmslab cost --json state.kmslab",
    )
    parser.add_argument("lab", metavar="FILE", help="a saved lab")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _cost(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from .lab import Lab

    try:
        cost = Lab.open(options.lab).cost()
    except OSError as error:
        raise LabError(f"{options.lab}: {error.strerror}") from None
    print(json.dumps(cost.to_dict(), indent=2) if options.json else cost)
    return 0


# ---- who-can ----


def _who_can_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "who-can",
        _who_can,
        "say who can do something, and what everybody can",
        "Says who can do an action on a resource, whatever the call, and under which conditions on it. Context values\n"
        "that no policy tells apart count as one, and every one of the others is looked at. With a principal instead:\n"
        "what it can do; with neither: who can do what with all keys. Exit code: 0.",
        "  kmslab who-can --lab state.kmslab kms:Decrypt arn:aws:kms:us-east-1:111122223333:key/1234abcd-...\n"
        "  kmslab who-can --lab state.kmslab --principal arn:aws:iam::111122223333:user/alice\n"
        "  kmslab who-can --lab state.kmslab                                   the whole matrix\n"
        "  kmslab who-can --policies estate.json kms:Decrypt ARN --markdown    by policies of your own: docs/access.md",
    )
    parser.add_argument("action", nargs="?", metavar="ACTION", help="such as kms:Decrypt")
    parser.add_argument("resource", nargs="?", metavar="RESOURCE", help="its ARN, or *")
    parser.add_argument("--principal", metavar="ARN", help="say what this one can do")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--lab", metavar="FILE", help="a saved lab")
    source.add_argument(
        "--policies", metavar="FILE", help="principals and resources with their policies, as JSON; or -"
    )
    parser.add_argument(
        "--context", action="append", default=[], metavar="KEY=VALUE", help="a condition key that every call has"
    )
    how = parser.add_mutually_exclusive_group()
    for form in ("json", "html", "markdown"):
        how.add_argument(f"--{form}", action="store_const", const=form, dest="form", help=f"as {form}")


def _who_can(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from . import access

    if (options.action is None) != (options.resource is None):
        parser.error("an ACTION needs a RESOURCE, '*' where there is none")
    if options.action is not None and options.principal is not None:
        parser.error("either an ACTION and its RESOURCE, or --principal")
    context: dict[str, Any] = {}
    _pairs(parser, "context", options.context, context)
    try:
        policies = _lab_or_policies(options)
        found: access.WhoCan | access.WhatCan | access.AccessMatrix
        if options.action is not None:
            found = access.who_can(options.action, options.resource, policies, context=context)
        elif options.principal is not None:
            found = access.what_can(options.principal, policies, context=context)
        else:
            found = access.access_matrix(policies, context=context)
    except ValueError as error:
        raise LabError(str(error)) from None
    if options.form == "json":
        print(json.dumps(found.to_dict(), indent=2))
    else:
        forms = {"html": found.to_html, "markdown": found.to_markdown, None: found.__str__}
        print(forms[options.form]())
    return 0


def _lab_or_policies(options: argparse.Namespace) -> Any:
    if options.lab is None:
        given = _json(options.policies)
        if not isinstance(given, dict):
            raise LabError(f"{options.policies}: not a JSON object")
        return given
    from .lab import Lab

    try:
        return Lab.open(options.lab)
    except OSError as error:
        raise LabError(f"{options.lab}: {error}") from None


# ---- inspect ----


def _inspect_parser(commands: Any) -> None:
    parser = _add(
        commands,
        "inspect",
        _inspect,
        "show what a ciphertext or a message consists of",
        "Takes a ciphertext of KMS apart, kmslab's or AWS's, or a message of the AWS Encryption SDK, as 'kmslab seal'\n"
        "makes them: every field with its place, its bytes and its meaning. No key is needed. Base64, raw bytes, or\n"
        "the JSON answer of Encrypt or GenerateDataKey.",
        "  kmslab inspect AQICAHhaWlpa...\n"
        "  kmslab inspect sealed.bin\n"
        "  kmslab inspect data.csv.sealed\n"
        "  aws kms encrypt --key-id alias/app --plaintext aGk= | kmslab inspect -\n"
        "  kmslab inspect --json sealed.bin",
    )
    parser.add_argument("ciphertext", metavar="CIPHERTEXT", help="base64, the name of a file, or - for standard input")
    how = parser.add_mutually_exclusive_group()
    for form in ("json", "html"):
        how.add_argument(f"--{form}", action="store_const", const=form, dest="form", help=f"as {form}")


def _inspect(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from .inspecting import inspect, read

    try:
        found = inspect(read(options.ciphertext))
    except ValueError as error:
        raise LabError(str(error)) from None
    forms = {"json": lambda: json.dumps(found.to_dict(), indent=2), "html": found.to_html, None: found.__str__}
    print(forms[options.form]())
    return 0


def _pairs(parser: argparse.ArgumentParser, option: str, given: Sequence[str], entries: dict[str, Any]) -> None:
    """Options KEY=VALUE into a mapping; a key that comes several times has a list."""
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            parser.error(f"--{option} is KEY=VALUE, not {pair!r}")
        before = entries.get(key)
        entries[key] = value if before is None else [*([before] if isinstance(before, str) else before), value]


if __name__ == "__main__":
    sys.exit(main())

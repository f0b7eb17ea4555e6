"""Runs a program against a lab as `python` would: its arguments, its `__main__`, its exit code, its traceback."""

from __future__ import annotations

import builtins
import os
import runpy
import sys
import threading
import traceback
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from pkgutil import get_importer
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from .display import coloured, columns
from .explanation import Explanation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .lab import Lab


def run(lab: Lab, program: str, arguments: Sequence[str], *, module: bool, explained: bool) -> int:
    """Runs `program`, a file or a module's name, and returns its exit code. The lab stays active to the very end."""
    _environment(lab)
    if explained:
        lab._on_refusal = _explainer(lab)
    # Never left: threads and exit handlers of the program may outlive its last line.
    lab.__enter__()
    code = _exit_code(lambda: _module(program, arguments) if module else _script(program, arguments))
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    return code


def _environment(lab: Lab) -> None:
    keys = lab.credentials
    for name in ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    os.environ["AWS_ACCESS_KEY_ID"] = keys.access_key_id
    os.environ["AWS_SECRET_ACCESS_KEY"] = keys.secret_access_key
    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = lab.region


def _explainer(lab: Lab) -> Callable[[str], None]:
    def tell(request_id: str) -> None:
        explained = lab._core.explain(request_id)
        if explained is not None and not explained.allowed:
            # What the program has printed so far comes first.
            sys.stdout.flush()
            text = Explanation(explained).text(columns(), coloured(sys.stderr))
            print(text.rstrip("\n"), file=sys.stderr, flush=True)

    return tell


class _NotFound(Exception):
    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def _script(path: str, arguments: Sequence[str]) -> None:
    sys.argv = [path, *arguments]
    if path == "-":
        sys.path[0:1] = [""]
        _execute(sys.stdin.buffer.read(), "<stdin>", _main("<stdin>"))
        return
    # What Python calls the program, too: absolute, but no simpler than it was given.
    path = os.path.join(Path.cwd(), path)  # noqa: PTH118 - Path would simplify it
    if get_importer(path) is not None:
        _folder(path)
        return
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        raise _NotFound(f"kmslab run: can't open file {path!r}: {reason}", 2) from None
    # In place of the folder of the command `kmslab` itself.
    sys.path[0:1] = [str(Path(path).resolve().parent)]
    _execute(source, path, _main(path))


def _folder(path: str) -> None:
    """Runs the __main__.py of a folder or an archive, which goes to sys.path itself."""
    spec = PathFinder.find_spec("__main__", [path])
    loader: Any = spec.loader if spec is not None else None
    if spec is None or loader is None:
        raise _NotFound(f"kmslab run: can't find '__main__' module in {path!r}", 1)
    sys.path[0:1] = [path]
    _execute(loader.get_code("__main__"), path, module_from_spec(spec))


def _main(file: str) -> ModuleType:
    main = ModuleType("__main__")
    main.__file__ = file
    return main


def _execute(source: bytes | CodeType, path: str, main: ModuleType) -> None:
    main.__dict__.update(__builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = main
    code = compile(source, path, "exec", dont_inherit=True) if isinstance(source, bytes) else source
    exec(code, main.__dict__)  # noqa: S102 - that is the command


def _module(name: str, arguments: Sequence[str]) -> None:
    sys.argv = [name, *arguments]
    sys.path[0:1] = [str(Path.cwd())]
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except ImportError as error:
        if error.__traceback__ is not None and _frames(error) <= 3:
            raise _NotFound(f"kmslab run: {error}", 1) from None
        raise


def _frames(error: BaseException) -> int:
    return len(list(traceback.walk_tb(error.__traceback__)))


def _exit_code(program: Callable[[], None]) -> int:
    """Calls `program`, and ends as the interpreter would."""
    try:
        program()
    except SystemExit as end:
        if end.code is None:
            return 0
        if isinstance(end.code, int):
            return end.code
        print(end.code, file=sys.stderr)
        return 1
    except _NotFound as error:
        print(error, file=sys.stderr)
        return error.code
    except BaseException as error:
        # Without our own frames, through the hook that the program may have set.
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename in _OURS:
            trace = trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        if isinstance(error, KeyboardInterrupt):
            # The interpreter ends itself by the signal; it is all said already.
            sys.excepthook = lambda *_: None
            raise
        return 1
    return 0


_OURS = frozenset((__file__, runpy.__file__, "<frozen runpy>", "<frozen importlib._bootstrap_external>"))

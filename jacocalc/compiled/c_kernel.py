"""A job → a shared library, made by the system's C compiler, kept by its content, called through ctypes.

The library stands in the user's cache folder under the hash of everything that it depends on: source, compiler, flags
and processor.  The folder belongs to the user alone; a file there that another user owns is not loaded.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import os
import pickle
import platform
import shlex
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jacocalc.compiled.c_driver import KernelOf, driver_source
from jacocalc.compiled.c_source import Source
from jacocalc.compiled.kernels import Array, Job, Seen, remade
from jacocalc.errors import JacocalcError

FLAGS = ("-O1", "-fexpensive-optimizations",  # the latter clears the vector registers before other code runs
         "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fno-strict-aliasing",
         "-std=gnu11", "-fPIC", "-shared", "-pipe", "-w")  # fmt: skip
_LIBRARIES = (("-lmvec", "-lm"), ("-lm",))
_TIME = 600  # seconds for one file


class NoCompiler(JacocalcError):
    """There is no C compiler, or it failed; its message is kept."""


class CKernel:
    """The compiled job.  Raises NoCompiler, NotInC."""

    worth: float = 1 << 23

    def __init__(self, job: Job, dtype: Any) -> None:
        self.job = job
        self.dtype = np.dtype(dtype)
        source = Source(job, self.dtype)
        self.library, self.driver = _both(source.text(), driver_source(self.dtype))
        self.entries = np.array(source.entries(), np.intc)
        self.constants = np.array(list(source.constants), self.dtype)
        self.of = KernelOf(
            ctypes.cast(self.library.compute, ctypes.c_void_p), job.inputs, job.width, source.varying, source.kept,
            self.entries.ctypes.data, self.constants.ctypes.data,
        )  # fmt: skip
        self.bytes = (source.workspace + 1) * 64
        self.local = threading.local()

    def __reduce__(self) -> Any:
        """Another process loads the library from its own cache, or makes it."""
        return remade, (type(self), pickle.dumps(self.job), self.dtype.str)

    def run(self, points: Array, results: Array) -> Seen:
        """Fill the results, and say what was seen; the interpreter is free meanwhile."""
        space = getattr(self.local, "space", None)
        if space is None:
            space = self.local.space = ctypes.create_string_buffer(self.bytes)
        return Seen(self.driver.run(len(points), points.ctypes.data, results.ctypes.data, space, ctypes.byref(self.of)))


def compiler() -> tuple[str, ...]:
    """The C compiler as it is called: $CC, with the flags that stand there, cc, gcc or clang.  Raises NoCompiler."""
    for words in (*_wanted(os.environ.get("CC", "")), ("cc",), ("gcc",), ("clang",)):
        found = shutil.which(words[0])
        if found:
            return (found, *words[1:])
    raise NoCompiler("there is no C compiler", hint="install gcc or clang, or set CC")


def _wanted(given: str) -> list[tuple[str, ...]]:
    """$CC: a path, which may have blanks and quotes in it, or words as in a shell, ``ccache gcc -m64``."""
    if shutil.which(given):
        return [(given,)]
    try:
        words = tuple(shlex.split(given))
    except ValueError as error:
        raise NoCompiler(f"CC cannot be read: {error}", hint=given) from None
    return [words] if words else []


@cache
def _identity(called: tuple[str, ...]) -> str:
    """What the compiler says that it is, and the processor that -march=native means: what it would run."""
    said = subprocess.run([*called, "-march=native", "-###", "-xc", "-E", "-"], capture_output=True, text=True)
    return said.stderr + platform.machine()


def cache_folder() -> Path:
    """Where libraries are kept: $JACOCALC_CACHE, else the user's cache folder; readable by the user alone."""
    base = os.environ.get("JACOCALC_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "jacocalc"
    )
    folder = Path(base)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to another user")
    except OSError:
        return _own_folder()
    return folder


@cache
def _own_folder() -> Path:
    """A folder for this process alone, where the cache cannot be used."""
    folder = Path(tempfile.mkdtemp(prefix="jacocalc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _loaded(source: str) -> Any:
    """The library of a source, from the cache or from the compiler."""
    called = compiler()
    content = "\0".join((source, _identity(called), *called[1:], *FLAGS))
    key, said = _digest(content.encode()), OSError()
    for folder in (cache_folder, _own_folder):  # the first may be full, not be writable, or be mounted without exec
        try:
            return ctypes.CDLL(str(_kept(folder(), key) or _compile(called, source, folder(), key)))
        except OSError as error:
            said = error
    raise NoCompiler(f"a compiled library cannot be loaded: {said}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:40]


def _kept(folder: Path, key: str) -> Path | None:
    """The library that was made before, by this user; its name says what it holds, since half a file is a crash."""
    for file in folder.glob(f"{key}-*.so"):
        if file.stat().st_uid == os.getuid() and file.stem == f"{key}-{_digest(file.read_bytes())}":
            return file
    return None


def _both(kernel: str, driver: str) -> tuple[Any, Any]:
    """The libraries of a kernel and of the driver, which the compiler makes side by side where both are missing."""
    with ThreadPoolExecutor(2) as pool:
        library, drives = pool.map(_loaded, (kernel, driver))
    drives.run.restype = ctypes.c_int
    drives.run.argtypes = [ctypes.c_long, *[ctypes.c_void_p] * 4]
    return library, drives


def _compile(called: Sequence[str], source: str, place: Path, key: str) -> Path:
    """Made beside its place and moved there, so that two processes never see half a file."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        file, made = Path(folder) / "kernel.c", Path(folder) / "kernel.so"
        file.write_text(source)
        said = ""
        for libraries in _LIBRARIES:
            words = [*called, *FLAGS, "-o", str(made), str(file), *libraries]
            try:
                done = subprocess.run(words, capture_output=True, text=True, timeout=_TIME)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise NoCompiler(f"the C compiler failed: {error}") from None
            if done.returncode == 0 and made.exists():
                return made.replace(place / f"{key}-{_digest(made.read_bytes())}.so")
            said = said or done.stderr.strip() or "it made no library"
        raise NoCompiler(f"the C compiler failed: {said[:2000]}")

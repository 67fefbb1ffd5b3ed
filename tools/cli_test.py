#!/usr/bin/env python3
"""Runs a test of the command line: a text file of commands with what they must print and how they must end.

Directives start at the margin; the lines under one that are indented by two spaces are its body.

    # a comment
    needs engine            skipped (exit 77) where the build has no engine
    needs data PATH         skipped where $INKLING_DATA (default: ../shared/data) has no PATH; else it is set
    needs tmpfs             skipped where a small file system cannot be mounted
    needs tensorboard       skipped where .venv has none; else $PYTHON is the Python that has it
    file PATH               writes the body to a file
    bytes PATH              the same of a body in the escapes of Python, without the ends of its lines
    $ COMMAND               runs the command (and the body) in bash, in a folder of the test's own, with `inkling` on
                            the path and as $INKLING, and the folder of the test's file
                            as $TESTS; what follows is about it
    exit CODE               its exit code; 0 where nothing is said
    stdout, stderr          what it printed: {*} is any text in a line, a line `...` any lines; no body: nothing
    json PATH VALUE         a member of the JSON document on standard output, as error.kind "data"; a VALUE of * is any
    absent PATTERN          no file is called so
    present PATTERN         a file is called so
    unchanged               the command left every file and folder of the test as it was
    fast MILLISECONDS       the quickest of ten more runs takes no longer
"""

import argparse
import ast
import difflib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
LIMIT = 240  # seconds a command may take


class Failure(Exception):
    pass


class Skip(Exception):
    pass


class Directive:
    def __init__(self, line, word, rest):
        self.line = line
        self.word = word
        self.rest = rest
        self.body = []

    def text(self):
        return "".join(line + "\n" for line in self.body)


def parse(path):
    directives = []
    blank = 0  # empty lines belong to a body where the body goes on after them
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("  "):
            if not directives:
                raise Failure(f"{path}:{number}: a body without a directive")
            directives[-1].body += [""] * blank + [line[2:]]
            blank = 0
        elif not line.strip():
            blank += 1
        elif line.startswith("#"):
            blank = 0
        else:
            word, _, rest = line.partition(" ")
            directives.append(Directive(number, word, rest.strip()))
            blank = 0
    return directives


def pattern_of(lines):
    """The expression that a body of expected lines stands for."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            pieces = line.split("{*}")
            parts.append("[^\n]*".join(re.escape(piece) for piece in pieces) + "\n")
    return re.compile("".join(parts))


def member(document, path):
    for key in path.split("."):
        try:
            document = document[int(key)] if isinstance(document, list) else document[key]
        except (KeyError, IndexError, ValueError, TypeError):
            raise Failure(f"the document has no {path}:\n{json.dumps(document, indent=2)}") from None
    return document


def snapshot(folder):
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_file():
            try:
                found[name] = path.read_bytes()
            except PermissionError:
                found[name] = path.stat().st_mtime_ns
        else:
            found[name] = None
    return found


class Test:
    def __init__(self, path, program, folder):
        self.path = path
        self.program = program
        self.folder = folder
        self.home = folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("INKLING_")
        }
        self.environment |= {
            "INKLING": str(program),
            "TESTS": str(path.resolve().parent),
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "INKLING_CACHE": str(self.home / "cache"),
            "INKLING_DATA": str(self.home / "no-data"),
            "LC_ALL": "C.UTF-8",
        }

    def execute(self, script):
        # The group is ended as a whole, so that nothing that the test started in the background outlives it.
        process = subprocess.Popen(
            ["bash", "-c", script], cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        try:
            stdout, stderr = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            raise Failure(f"still runs after {LIMIT} s") from None
        return process.returncode, stdout, stderr

    def needs(self, directive):
        what, _, name = directive.rest.partition(" ")
        if what == "engine":
            if not (self.program.parent / "libinkling_engine.so").exists():
                raise Skip("this build has no engine")
        elif what == "data":
            root = self.path.resolve().parents[2]
            data = pathlib.Path(os.environ.get("INKLING_DATA") or root / "../shared/data").resolve()
            if not (data / name).exists():
                raise Skip(f"there is no {name} in {data}")
            self.environment["INKLING_DATA"] = str(data)
        elif what == "tensorboard":
            python = self.path.resolve().parents[2] / ".venv" / "bin" / "python"
            code, _, _ = self.execute(f"{shlex.quote(str(python))} -c 'import tensorboard'")
            if code != 0:
                raise Skip("there is no tensorboard: ./setup --tests")
            self.environment["PYTHON"] = str(python)
        elif what == "tmpfs":
            code, _, _ = self.execute("unshare -rm mount -t tmpfs none .")
            if code != 0:
                raise Skip("a file system cannot be mounted here")
        else:
            raise Failure(f"needs what? {what}")

    def run(self, directives):
        self.script = None
        for directive in directives:
            try:
                self.step(directive)
            except Failure as failure:
                raise Failure(f"{self.path}:{directive.line}: {failure}{self.context()}") from None
        self.check_exit()

    def context(self):
        if self.script is None:
            return ""
        shown = [f"\n  after: {self.script.strip()}\n  exit code {self.code}"]
        for name, data in (("stdout", self.stdout), ("stderr", self.stderr)):
            shown.append(f"  {name}:\n{data.decode(errors='backslashreplace')[:4000]}")
        return "\n".join(shown)

    def check_exit(self):
        if self.script is not None and not self.exit_checked and self.code != 0:
            raise Failure(f"{self.path}: exit code {self.code} where 0 is expected{self.context()}")

    def step(self, directive):
        word, rest = directive.word, directive.rest
        if word == "needs":
            self.needs(directive)
        elif word == "file":
            path = self.work / rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(directive.text(), encoding="utf-8")
        elif word == "bytes":
            literal = "".join(directive.body)
            (self.work / rest).write_bytes(ast.literal_eval(f"b'''{literal}'''"))
        elif word == "$":
            self.check_exit()
            self.before = snapshot(self.work)
            self.script = "\n".join([rest] + directive.body)
            self.exit_checked = False
            self.code, self.stdout, self.stderr = None, b"", b""
            self.code, self.stdout, self.stderr = self.execute(self.script)
        elif self.script is None:
            raise Failure(f"'{word}' before any command, or an unknown directive")
        else:
            self.check(directive)

    def check(self, directive):
        word, rest = directive.word, directive.rest
        if word == "exit":
            self.exit_checked = True
            if self.code != int(rest):
                raise Failure(f"exit code {self.code} where {rest} is expected")
        elif word in ("stdout", "stderr"):
            self.check_text(directive, getattr(self, word).decode("utf-8"))
        elif word == "json":
            path, _, value = rest.partition(" ")
            found = member(json.loads(self.stdout), path)
            if value != "*" and found != json.loads(value):
                raise Failure(f"{path} is {json.dumps(found)} where {value} is expected")
        elif word in ("absent", "present"):
            found = sorted(self.work.glob(rest))
            if bool(found) != (word == "present"):
                raise Failure(f"{rest} is {'there' if found else 'not there'}")
        elif word == "unchanged":
            after = snapshot(self.work)
            if after != self.before:
                names = {n for n in after.keys() | self.before.keys()
                         if after.get(n, 0) != self.before.get(n, 0)}
                raise Failure("changed: " + ", ".join(sorted(names)))
        elif word == "fast":
            self.check_fast(float(rest))
        else:
            raise Failure(f"unknown directive '{word}'")

    def check_text(self, directive, text):
        if text and not text.endswith("\n"):
            text += "\n"
        if pattern_of(directive.body).fullmatch(text):
            return
        difference = difflib.unified_diff(directive.body, text.splitlines(), "expected", "printed",
                                          lineterm="")
        raise Failure(f"{directive.word} is not what is expected:\n" + "\n".join(difference))

    def check_fast(self, limit):
        words = shlex.split(self.script)
        words = [str(self.program) if word in ("inkling", "$INKLING") else word for word in words]
        best = float("inf")
        for _ in range(10):
            start = time.monotonic()
            subprocess.run(words, cwd=self.work, env=self.environment, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            best = min(best, (time.monotonic() - start) * 1000)
        if best > limit:
            raise Failure(f"took {best:.1f} ms where {limit:g} are allowed")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path, help="the inkling to test")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    program = options.program.resolve()
    outcome = 0
    for path in options.files:
        with tempfile.TemporaryDirectory(prefix="inkling-cli-") as folder:
            try:
                directives = parse(path)
                if not any(directive.word == "$" for directive in directives):
                    raise Failure(f"{path}: runs no command")
                Test(path, program, pathlib.Path(folder)).run(directives)
                print(f"{path}: passed")
            except Skip as skip:
                print(f"{path}: skipped: {skip}")
                outcome = outcome or (SKIPPED if len(options.files) == 1 else 0)
            except Failure as failure:
                print(f"{path}: FAILED\n{failure}")
                outcome = 1
    return outcome


if __name__ == "__main__":
    sys.exit(main())

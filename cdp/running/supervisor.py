"""Keep a few processes running until told to stop, and then leave none behind.

Every process leads a group of its own, so that what it started itself is stopped with it, and so
that Ctrl-C in the terminal reaches only the supervisor, which stops them in order.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from .programs import Program

TICK = 0.1
LONGEST_PAUSE = 30.0
SETTLED_AFTER = 60.0
LOG_KEEP_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class StartFailed(Exception):
    """A process did not come up; the text says which and shows the end of its log."""


class Runner:
    """One program: its process, its log, and when it may be started again."""

    def __init__(self, program: Program, folder: Path, say: Say):
        self.program, self.say = program, say
        self.log = folder / "logs" / f"{program.name}.log"
        self.pid_file = folder / "run" / f"{program.name}.pid"
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = 0.0
        self.due = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEEP_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_stop_with_parent,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        self.started = time.monotonic()
        self.pid_file.write_text(str(self.process.pid))

    def watch(self) -> None:
        """Start it again when it has died: at once the first time, then after longer and longer pauses."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._kill_group()
        ran = time.monotonic() - self.started
        self.pause = 0.5 if ran > SETTLED_AFTER else min(LONGEST_PAUSE, max(0.5, self.pause * 2))
        self.due, self.process = time.monotonic() + self.pause, None
        self.say(f"{self.program.name} ended ({_outcome(code)}); starting it again. Its log: {self.log}")

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Wait for the end within the program's grace, then kill what is left of its group."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.program.grace)
            self._kill_group()
            self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        if self.process:
            self._kill_group()

    def _kill_group(self) -> None:
        assert self.process is not None
        # Nobody left in the group is what we want.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def log_end(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])


class Supervisor:
    def __init__(self, folder: Path, say: Say):
        self.folder, self.say = folder, say
        self.runners: list[Runner] = []
        self.asked_to_stop = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under `nohup` a hang-up stays ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1
        if self.asked_to_stop > 1:
            for runner in self.runners:
                runner.kill()

    def start(self, program: Program) -> Runner:
        runner = Runner(program, self.folder, self.say)
        self.runners.append(runner)
        runner.start()
        return runner

    def wait_for(self, runner: Runner, answers: Callable[[], bool], seconds: float) -> bool:
        """Wait until a started program answers; False when asked to stop meanwhile. Raises `StartFailed`."""
        until = time.monotonic() + seconds
        while not self.asked_to_stop:
            if runner.process and runner.process.poll() is not None:
                raise StartFailed(f"{runner.program.name} did not start:\n{runner.log_end()}")
            if answers():
                return True
            if time.monotonic() > until:
                name = runner.program.name
                raise StartFailed(f"{name} does not answer after {seconds:.0f} s:\n{runner.log_end()}")
            time.sleep(TICK)
        return False

    def watch(self) -> None:
        """Until asked to stop: whoever dies is started again."""
        while not self.asked_to_stop:
            for runner in self.runners:
                runner.watch()
            time.sleep(TICK)

    def stop(self) -> None:
        """All but the first at once, and the first (the broker, if it is ours) when the others are gone."""
        first, others = self.runners[:1], self.runners[1:]
        for group in (others, first):
            for runner in group:
                runner.ask_to_stop()
            for runner in group:
                runner.stop()


def _outcome(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit {code}"


def _stop_with_parent() -> None:
    """In the new process: be told to stop when the supervisor itself is killed (Linux has a call for it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

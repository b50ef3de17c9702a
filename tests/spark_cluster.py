"""`python -m tests.spark_cluster COMMAND…` runs a command beside a real Spark cluster that ends with it.

A standalone master and two workers of one core each, on loopback and ports of their own. The command
finds its address in CDP_SPARK_MASTER. Also for the benchmark, which starts the same cluster.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import pyspark

WORKERS = 2
START_SECONDS = 120
DEPLOY = "org.apache.spark.deploy"
SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"


@contextmanager
def cluster(*, worker_memory: str = "1g") -> Iterator[str]:
    """Gives the master's address (spark://…) once both workers have registered."""
    port, page = _free_port(), _free_port()
    master = f"spark://127.0.0.1:{port}"
    with ExitStack() as ends:
        work = ends.enter_context(tempfile.TemporaryDirectory(prefix="quanxi-spark-"))
        log = ends.enter_context(open(f"{work}/cluster.log", "w+"))
        address = ["--host", "127.0.0.1", "--port"]
        started = [_start(ends, log, "master.Master", *address, str(port), "--webui-port", str(page))]
        each = ["--cores", "1", "--memory", worker_memory, "--work-dir", work, "--webui-port", "0"]
        started += [_start(ends, log, "worker.Worker", *address, "0", *each, master) for _ in range(WORKERS)]
        try:
            _wait(f"http://127.0.0.1:{page}/json/", started)
        except RuntimeError:
            log.seek(0)
            sys.stderr.write(log.read())
            raise
        yield master


def _start(ends: ExitStack, log: IO[str], name: str, *options: str) -> subprocess.Popen:
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    command = [str(SPARK_CLASS), f"{DEPLOY}.{name}", *options]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    ends.callback(_stop, process)
    return process


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(page: str, started: list[subprocess.Popen]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _alive(page) < WORKERS:
        if time.monotonic() > deadline or any(process.poll() is not None for process in started):
            raise RuntimeError("The Spark cluster did not start; its log is above.")
        time.sleep(0.2)


def _alive(page: str) -> int:
    try:
        with urlopen(page, timeout=5) as answer:
            return json.load(answer)["aliveworkers"]
    except (URLError, OSError):
        return 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def main(command: list[str]) -> int:
    with cluster() as master:
        sys.stderr.write(f"Spark: {master}, {WORKERS} workers\n")
        environment = os.environ | {"CDP_SPARK_MASTER": master, "SPARK_LOCAL_IP": "127.0.0.1"}
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

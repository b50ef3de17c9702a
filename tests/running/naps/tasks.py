import time

from cdp.ledger.services import job_progress, job_task


@job_task("naps.Nap", "naps.nap")
def nap(job) -> None:
    steps = max(1, int(job.seconds * 10))
    for step in range(steps):
        job_progress(job, done=step, total=steps)
        time.sleep(job.seconds / steps)

"""What of Glue was under way when the emulator ended: its processes ended with it."""

import time

from ministack.services import glue

from local.keeping import registry

# Runs that have not ended, and count against MaxConcurrentRuns.
ACTIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")
REASON = "The emulator ended while the job ran"


def install() -> None:
    registry.restoring.append(end)


def end() -> None:
    """After a restart: no job runs, and no crawler."""
    for runs in glue._job_runs._data.values():
        for run in runs:
            if run["JobRunState"] in ACTIVE:
                run.update(JobRunState="STOPPED", ErrorMessage=REASON, CompletedOn=time.time())
    for crawler in glue._crawlers._data.values():
        crawler["State"] = "READY"

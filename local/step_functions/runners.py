"""What runs each kind of state that calls or holds other work. An execution is given this table when it starts."""

from local.step_functions.distributed_map import run_map
from local.step_functions.parallel import run_parallel
from local.step_functions.strand import Runner
from local.step_functions.tasks import run_task

RUNNERS: dict[str, Runner] = {"Task": run_task, "Parallel": run_parallel, "Map": run_map}

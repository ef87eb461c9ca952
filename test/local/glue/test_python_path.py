"""What the Pythons of a job have on their path."""

import os
import subprocess

from local.glue import spark, spark_process

SHOWN = (
    "import pyspark, py4j, sys; print(*sys.path, *sys.path_importer_cache, pyspark.__file__, py4j.__file__, sep='\\n')"
)


def test_spark_s_own_archives_are_not_searched_and_what_is_in_them_is_there() -> None:
    home = spark.home()
    archives = [*home.glob("python/lib/*.zip"), *home.glob("jars/spark-core_*.jar")]
    assert len(archives) == 3
    environment = spark_process.environment()
    # As Spark puts them before what a job's environment has.
    path = os.pathsep.join([*map(str, archives), environment["PYTHONPATH"]])
    shown = subprocess.run(
        [environment["PYSPARK_PYTHON"], "-c", SHOWN],
        env={**environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert str(home / "__init__.py") in shown.splitlines()
    assert not [archive for archive in archives if str(archive) in shown]

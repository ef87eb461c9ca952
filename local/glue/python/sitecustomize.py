"""Takes Spark's own archives off the path of each Python that a job starts: what is in them is installed beside.

Spark puts two archives and a jar of five thousand files before all else. A worker has the lists of their contents read
anew for every task (`importlib.invalidate_caches`), in Python: that is longer than most tasks here.
"""

import sys

for place in [place for place in sys.path if "/pyspark/" in place and place.endswith((".zip", ".jar"))]:
    sys.path.remove(place)
    sys.path_importer_cache.pop(place, None)

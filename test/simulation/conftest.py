import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# As Glue finds it.
sys.path.insert(0, str(ROOT / "glue"))

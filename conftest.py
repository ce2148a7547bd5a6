import os
import sys
from pathlib import Path

pytest_plugins = ["tests.fast"]

# The tests start hundreds of processes. Where Python is told to keep no bytecode (as in most
# container images) each would compile all of Muster and its libraries, for a second: what it may
# not keep beside the sources is kept here.
if sys.dont_write_bytecode:
    kept = str(Path(__file__).parent / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode, sys.pycache_prefix = False, kept
    os.environ["PYTHONPYCACHEPREFIX"] = kept
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

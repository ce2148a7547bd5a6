"""The files that come with Muster: the response policy and the app manifest.

They live at the top of the repository. The links beside this file make them part of the package:
a wheel has copies of them, so an installed Muster works in an empty folder.
"""

from pathlib import Path

_HERE = Path(__file__).parent

PLAYBOOKS = _HERE / "playbooks"
MANIFEST = _HERE / "manifest.yml"

# Said once by whoever runs by the packaged policy without having been told to.
POLICY_IN_USE = (
    "Using the packaged policy: MUSTER_PLAYBOOKS isn't set and there is no ./playbooks. "
    "`muster init` writes one to change."
)

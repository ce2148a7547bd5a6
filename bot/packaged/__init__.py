"""The files that come with Muster: the response policy and the app manifest.

They live at the top of the repository. The links beside this file make them part of the package:
a wheel has copies of them, so an installed Muster works in an empty folder.
"""

from pathlib import Path

_HERE = Path(__file__).parent

PLAYBOOKS = _HERE / "playbooks"
MANIFEST = _HERE / "manifest.yml"

# Printed once if the packaged policy is used because none is configured.
POLICY_IN_USE = (
    "Using the packaged policy: MUSTER_PLAYBOOKS isn't set and there is no ./playbooks. "
    "`muster init` writes one to change."
)

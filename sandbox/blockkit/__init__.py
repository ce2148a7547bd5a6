"""Block Kit: what Slack accepts (``check``) and how people see it (``rendering``)."""

from sandbox.blockkit.check import check_message, check_view
from sandbox.blockkit.rendering import elements, label, render

__all__ = ["check_message", "check_view", "elements", "label", "render"]

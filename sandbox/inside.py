"""Start the worker inside a container: what it shows and loads is found out where it runs.

Runs inside the walls; standard library only.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from typing import Any

from rlvr_gym.sandbox import zygote

__all__ = ["PREPARED", "main"]

PREPARED = "/opt/rlvr_gym/prepared"  # made when the image is built


def main() -> None:
    """Complete the host's request by this interpreter's own folders and become the worker.

    The first argument is JSON: `runners` to load, and the folders of the `packages` that they import.
    """
    asked = json.loads(sys.argv[1])
    library = sorted({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")})
    homes = [path for home in asked["packages"] for path in (home, f"{home}.libs") if os.path.isdir(path)]
    config: dict[str, Any] = {
        "folders": [*library, *homes],
        "masked": [f"{path}/{name}" for path in library for name in ("site-packages", "dist-packages")],
        "packages": sorted({os.path.dirname(home) for home in homes}),
        "runners": asked["runners"],
        "loaded": asked["loaded"],
        "nice": asked.get("nice", 0),
    }
    if "cpp_program" in asked["runners"]:
        from rlvr_gym.sandbox import toolchain  # the other images hold nothing for it to find

        shown, config["tools"] = toolchain.ready(PREPARED)
        config["folders"] = [*config["folders"], *shown]
    sys.argv[1] = json.dumps(config)
    zygote.main()

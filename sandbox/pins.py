"""Pins: which images an environment's manifest accepts, and whether what is here is one of them.

    [sandbox.images]
    python = "recipe:0123456789ab"  # what makes the image: its Dockerfile and the sources inside
    sympy = "sha256:..."            # one very image, as a registry publishes it

A recipe holds for both backends, for both run the same sources; it says nothing of the versions of Python and
of packages. An image id does, and only the Docker backend can keep it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rlvr_gym.errors import BadTask, SandboxUnavailable
from rlvr_gym.sandbox import catalogue, docker
from rlvr_gym.sandbox.daemon import connect, find_image
from rlvr_gym.sandbox.pool import Sandbox

__all__ = ["check_pins", "is_pin", "pin_lines", "renew_pins"]

_LINE = re.compile(r'^(\w+) = "recipe:([0-9a-f]{12})"', re.MULTILINE)
_PIN = re.compile(r"sha256:[0-9a-f]{64}|recipe:[0-9a-f]{12}")


def is_pin(text: object) -> bool:
    """Whether that is "sha256:" with 64 hex digits, or "recipe:" with 12."""
    return isinstance(text, str) and _PIN.fullmatch(text) is not None


def pin_lines() -> list[str]:
    """Return the lines of [sandbox.images] that pin every image to the sources here."""
    return [f'{name} = "recipe:{docker.recipe(name)}"' for name in catalogue.IMAGES]


def renew_pins(path: Path) -> int:
    """Write the recipes of the sources here into the lines of a manifest that pin an image by one.

    Returns: how many lines have changed.
    Raises: SandboxUnavailable: for an unknown image. BadTask: if the file cannot be read or written.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTask(f"{path} is no manifest whose pins could be renewed: {error}") from None
    renewed = _LINE.sub(lambda line: f'{line[1]} = "recipe:{docker.recipe(line[1])}"', text)
    if renewed != text:
        try:
            path.write_text(renewed, encoding="utf-8")
        except OSError as error:
            raise BadTask(f"{path} cannot be written, so its pins are as they were: {error}") from None
    return sum(old != new for old, new in zip(text.splitlines(), renewed.splitlines(), strict=True))


def check_pins(pins: Mapping[str, str], sandbox: Sandbox, where: str) -> None:
    """Make sure that a sandbox judges by the images that a manifest pins.

    Args:
        pins: by image.
        where: what pins them, for the message.
    Raises: SandboxUnavailable: naming the image that is another, and what to do.
    """
    for name, pin in pins.items():
        kind, _, digest = pin.partition(":")
        if kind == "recipe":
            if (here := docker.recipe(name)) != digest:
                raise SandboxUnavailable(
                    f"{where} pins image {name!r} to {pin}, but the sources here make recipe:{here}: "
                    f'install the rlvr-gym that it was made with, or write {name} = "recipe:{here}" '
                    "(`rlvr-gym sandbox pins --write FILE` does)"
                )
            continue
        walls = sandbox.profile(name).split("/")
        if not walls[0].startswith("docker"):
            raise SandboxUnavailable(
                f"{where} pins image {name!r} to {pin}, which only the Docker backend can keep: "
                "use Sandbox(backend='docker')"
            )
        here = find_image(connect(), docker.tag(name)) or "none"
        if here != pin or walls[2] != digest[:12]:
            raise SandboxUnavailable(
                f"{where} pins image {name!r} to {pin}, but here it is {here}: pull that one and name it "
                f"{docker.tag(name)} (docker tag), or change the pin"
            )

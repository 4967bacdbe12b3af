"""Named random streams, and which split a piece of content belongs to.

`stream` gives every (environment, split, seed, index) its own generator. Different streams could
still produce the same small problem, so content itself decides where it may appear: `split_of` sends
each canonical content key to exactly one split, and sources draw again until it is theirs. Thus two
splits cannot share a task, whatever the seeds.
"""

from __future__ import annotations

import hashlib
import random

__all__ = ["SPLITS", "digest", "split_of", "stream"]

SPLITS = ("train", "public", "fresh", "held")


def digest(*parts: object) -> bytes:
    """Hash parts without ambiguity: each is written with its type and length before its text.

    Args:
        parts: strings, integers or bytes.
    Returns: 32 bytes of BLAKE2b.
    """
    hasher = hashlib.blake2b(digest_size=32, person=b"rlvr-gym-stream")
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        hasher.update(f"{type(part).__name__}:{len(data)}:".encode() + data)
    return hasher.digest()


def stream(*parts: object) -> random.Random:
    """Return the random generator of that name, the same on every platform.

    Args:
        parts: the name, usually (environment id, split, seed, index).
    Returns: a `random.Random` seeded with 256 bits of the name's hash.
    """
    return random.Random(int.from_bytes(digest(*parts), "big"))


def split_of(env_id: str, key: str) -> str:
    """Return the only split in which content with this key may appear.

    Args:
        env_id: versioned environment id.
        key: canonical content (family and parameters, not the wording).
    Returns: one of `SPLITS`, each with probability 1/4.
    """
    return SPLITS[digest("split", env_id, key)[0] % len(SPLITS)]

"""The folder of a record: made, held by one writer, and never mixed with another evaluation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlvr_gym.errors import RlvrError
from rlvr_gym.evaluation.manifest import RunManifest, read_manifest
from rlvr_gym.evaluation.records import write_json

__all__ = ["check_page", "only_writer", "open_record", "writing"]


def open_record(folder: Path, manifest: RunManifest, resume: bool) -> None:
    """Write the manifest of a new record, or check that the record there is of the same evaluation.

    A folder in which nothing has been recorded yet is taken over.

    Raises: RlvrError: if the folder holds another evaluation, or any where `resume` is False.
    """
    path, transcript = folder / "manifest.json", folder / "transcripts.jsonl"
    recorded = transcript.exists() and transcript.stat().st_size > 0
    if not path.exists():
        if transcript.exists():
            raise RlvrError(f"{folder} holds transcripts without a manifest; choose another --out")
        write_json(path, manifest.to_json())
        return
    if not resume:
        raise RlvrError(f"{folder} already holds an evaluation; choose another folder, or resume it")
    before = read_manifest(path)
    changed = before.differences(manifest)
    if changed and recorded:
        raise RlvrError(
            f"{folder} holds another evaluation: {'; '.join(changed)}. Choose another folder"
            + _way_out(transcript, before, manifest)
        )
    if changed:
        write_json(path, manifest.to_json())


def _way_out(transcript: Path, before: RunManifest, manifest: RunManifest) -> str:
    """Return how to keep the responses where only what judges them has changed."""
    if not set(before.changed(manifest)) <= {"checker", "limits"}:
        return ""
    return f"; to have the old responses judged there: --policy replay --responses {transcript}"


def check_page(path: Path) -> None:
    """Make the folder of a page and see that the page can be written, before any work is done for it.

    Raises: RlvrError: if it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = path.exists()
        with path.open("ab"):
            pass
        if not existed:
            path.unlink()
    except (OSError, ValueError) as error:
        raise RlvrError(f"cannot write the page {path}: {_reason(error)}") from error


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Make a folder and hold its lock, which the system frees when this process ends, however it ends.

    Raises: RlvrError: if the folder cannot be made, or another evaluation holds it.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":  # no flock there; two runs in one folder are the caller's affair
        yield
        return
    import fcntl

    with writing(folder):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RlvrError(f"another evaluation is writing to {folder}; wait or choose another") from error
        yield
    finally:
        os.close(lock)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder that cannot be written to into an RlvrError."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise RlvrError(f"cannot write the record to {folder}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "not a folder"
    return str(getattr(error, "strerror", None) or error)

"""Where a local Ray keeps its sockets and logs: a short private folder, gone when its driver is."""

import fcntl
import os
import re
import shutil
import tempfile
from pathlib import Path

# A Unix socket's path has at most 107 bytes, of which Ray's session and socket names need 64
# and this module's own name 24.
LONGEST_PARENT = 107 - 64 - 24

NAME = re.compile(r"gbench-(\d+)-\w+")


class SessionFolder:
    """A new folder that only this user may enter, locked for as long as this process lives."""

    def __init__(self, parent: Path | None = None):
        parent = parent or short_temporary_folder()
        prune(parent)
        self.path = Path(tempfile.mkdtemp(prefix=f"gbench-{os.getpid()}-", dir=parent))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def short_temporary_folder() -> Path:
    """The folder for temporary files, or `/tmp` where its name is too long for sockets."""
    usual = Path(tempfile.gettempdir())
    return usual if len(os.fsencode(usual)) <= LONGEST_PARENT else Path("/tmp")


def prune(parent: Path) -> None:
    """Remove this user's session folders whose driver is dead."""
    for entry in os.scandir(parent):
        match = NAME.fullmatch(entry.name)
        if match is None or not entry.is_dir(follow_symlinks=False):
            continue
        if entry.stat(follow_symlinks=False).st_uid == os.getuid() and not _alive(int(match[1])):
            _remove_unless_locked(Path(entry.path))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_unless_locked(folder: Path) -> None:
    """A driver in another container may share the folder but no process ids with us: its lock tells."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)

"""Whoever imports the engine can import MMOCR."""

import subprocess
import sys


def test_the_engine_mends_what_is_imported_after_it(repo_root):
    # In a process of its own: here the shims are in place already.
    code = 'import plugins.engine, mmcv.ops, mmocr.models.textdet'
    done = subprocess.run([sys.executable, '-c', code], cwd=repo_root, capture_output=True)
    assert done.returncode == 0, done.stderr

"""The first import of every tool: the code of this checkout, in a Python that has the packages.

Where this Python lacks them, the tool goes on with that of the repository's ``.venv``. Any Python
can read this file, so that one that is too old says so in one line.
"""

import os
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_OWN_PYTHON = os.path.join(_ROOT, '.venv', 'bin', 'python')
_OLDEST = (3, 11)
# A few that stand for all of requirements.txt; there are tools that need the first alone.
_ALWAYS_NEEDED = ('numpy', 'cv2', 'rich')
_MOSTLY_NEEDED = ('torch', 'mmengine', 'mmocr')
# Names the process that has changed its Python, which is done but once.
_CHANGED = 'MMRECEIPT_CHANGED_PYTHON'


def _start():
    # Before PYTHONPATH and site-packages, which may hold another copy.
    sys.path.insert(0, _ROOT)
    if _fault(_ALWAYS_NEEDED + _MOSTLY_NEEDED):
        _change_python()
    fault = _fault(_ALWAYS_NEEDED)
    if fault:
        setup = os.path.relpath(os.path.join(_ROOT, 'tools', 'setup.sh'))
        sys.stderr.write('error: ' + sys.executable + fault + '; run: bash ' + setup + '\n')
        sys.exit(2)


def _fault(packages):
    if sys.version_info < _OLDEST:
        found, oldest = ('.'.join(map(str, version[:2])) for version in (sys.version_info, _OLDEST))
        return ' is Python ' + found + ', but ' + oldest + ' or newer is needed'
    from importlib.util import find_spec

    lacking = [name for name in packages if find_spec(name) is None]
    return ' lacks ' + ', '.join(lacking) if lacking else None


def _change_python():
    if os.environ.get(_CHANGED) != str(os.getpid()) and os.access(_OWN_PYTHON, os.X_OK):
        os.environ[_CHANGED] = str(os.getpid())
        command = getattr(sys, 'orig_argv', None)  # with options such as -u
        os.execl(_OWN_PYTHON, _OWN_PYTHON, *(command[1:] if command else sys.argv))


_start()

"""Variables of the environment that are meant for another program than a tool."""

import os
import warnings


def take_own_environment() -> None:
    """Let this process, and those it starts, go by no variable that a notebook or a test set.

    A notebook's backend of matplotlib cannot be had outside of it, and no tool opens a window. A
    warning of some library is no error of a tool.
    """
    os.environ['MPLBACKEND'] = 'agg'
    if 'error' in os.environ.pop('PYTHONWARNINGS', ''):
        warnings.simplefilter('default')

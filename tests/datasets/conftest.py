"""Mends the imports that follow, see plugins/compat.py."""

import plugins.register  # noqa: F401

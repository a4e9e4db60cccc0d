"""Another copy of the code, which PYTHONPATH names and no process of ours may import."""

raise SystemExit('another copy of the code was imported')

"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ['README.md', *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob('*/*.md'))]

# Where flags of more than one tool are.
SHARED = ('cli/run_options', 'cli/cfg_options_argument', 'cli/everyday_arguments')


@pytest.mark.parametrize('document', DOCUMENTS)
def test_named_files_exist(document):
    text = (ROOT / document).read_text()
    named = set(re.findall(r'\b(?:tools|configs|plugins|docs)/[\w/]+\.(?:py|sh|md)\b', text))
    assert not [path for path in sorted(named) if not (ROOT / path).is_file()]


@pytest.mark.parametrize('document', DOCUMENTS)
def test_relative_links_lead_somewhere(document):
    path = ROOT / document
    links = re.findall(r'\]\((?!http)([^)#]+)', path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize('document', DOCUMENTS)
def test_named_flags_exist(document):
    # `tools/x.py ... --flag` on one line: the flag must be in that tool or in what it shares.
    shared = ''.join((ROOT / f'plugins/{name}.py').read_text() for name in SHARED)
    for line in (ROOT / document).read_text().splitlines():
        for tool in re.findall(r'tools/[\w/]+\.py', line)[:1]:
            source = (ROOT / tool).read_text() + shared
            flags = re.findall(r'(?<![\w-])--[a-z][a-z-]+', line)
            assert not [flag for flag in flags if f"'{flag}'" not in source], line

"""Files damaged at random, for readers that must either read them or say what is wrong."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

# What parsers stumble over more often than over noise.
_FRAGMENTS = (
    *(b'NaN', b'-Infinity', b'1e999', b'-0', b'9' * 400, b'1_0', b'\xd9\xa3', b'null', b'true'),
    *(b'\x00', b'\xff\xfe', b'\xef\xbb\xbf', b'\xed\xa0\x80', b'\r', b'\n\n', b'"', b'""', b'\\u'),
    *(b',', b'|', b' ', b'[', b'{', b'}', b'[' * 3000, b'{"a":' * 3000, b'../', b'/dev/null'),
)
_VALUES = (
    *(None, True, -1, 0, 10**30, 1e300, float('nan'), float('inf'), 0.5, '', 'x', '\x00', '\ud800'),
    *('1', '../up', 'n' * 5000, [], {}, [[]], [None], {'': None}, [1, 2, 3], [[0, 0]] * 3),
)


@st.composite
def damaged_bytes(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return ``whole`` cut off, overwritten, doubled or with something put in, or all of that."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 30))
        put = draw(st.sampled_from(_FRAGMENTS) | st.binary(max_size=8))
        match draw(st.sampled_from(['cut', 'replace', 'insert', 'double'])):
            case 'cut':
                del data[at:]
            case 'replace':
                data[at : at + length] = put
            case 'insert':
                data[at:at] = put
            case 'double':
                data[at:at] = data[at : at + length]
    return bytes(data)


@st.composite
def damaged_json(draw: st.DrawFn, content: Any) -> bytes:
    """Return a JSON text in which some values, keys or items are not what they should be."""
    content = json.loads(json.dumps(content))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(content))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        value = draw(st.sampled_from(_VALUES))
        match draw(st.sampled_from(['value', 'key', 'drop'])):
            case 'key' if isinstance(holder, dict):
                holder[draw(st.sampled_from(['', 'x', '\ud800', 'a/b', 'n' * 300]))] = holder.pop(
                    key
                )
            case 'drop':
                del holder[key]
            case _:
                holder[key] = json.loads(json.dumps(value))
    return json.dumps(content).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(items):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """Return damaged versions of a file, of its structure as well where it is JSON."""
    strategy = damaged_bytes(whole) | st.binary(max_size=60)
    try:
        return strategy | damaged_json(json.loads(whole))
    except ValueError:
        return strategy

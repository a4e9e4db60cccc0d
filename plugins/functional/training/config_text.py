"""The text of a config inside a checkpoint, read as data: nothing in it is run."""

import ast
import math
from typing import Any

# Those of this product have 7,000 characters; a parser takes a hundred times the memory of a text.
MOST_CHARACTERS = 1_000_000

_NUMBERS = {'inf': math.inf, 'nan': math.nan}


def parse_config_text(text: str) -> dict[str, Any]:
    """Return the values by name of a config as mmengine writes it: ``name = value`` lines.

    A value is a literal or ``dict(name=value, ...)``, one within another.

    Raises:
        ValueError: a line is anything else, with its number and what stands there.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f'it has {len(text):,} characters, more than {MOST_CHARACTERS:,}')
    try:
        values = {}
        for line in ast.parse(text).body:
            match line:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    values[name] = _value(value, text)
                case _:
                    raise _no_data(line, text)
        return values
    except SyntaxError as error:
        raise ValueError(f'line {error.lineno}: {error.msg}') from error
    except (RecursionError, MemoryError) as error:
        raise ValueError('it is nested too deeply') from error


def _value(node: ast.expr, text: str) -> Any:
    match node:
        case ast.Constant(value=value) if value is not Ellipsis:
            return value
        case ast.Name(id=name) if name in _NUMBERS:
            return _NUMBERS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _value(operand, text)
            if isinstance(number, int | float):
                return -number
        case ast.List(elts=items):
            return [_value(item, text) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, text) for item in items)
        case ast.Dict(keys=keys, values=items):
            pairs = zip(keys, items, strict=True)
            return {_key(key, node, text): _value(item, text) for key, item in pairs}
        case ast.Call(func=ast.Name(id='dict'), args=[], keywords=keywords):
            if all(each.arg is not None for each in keywords):
                return {each.arg: _value(each.value, text) for each in keywords}
        # Names that are no identifiers stand in braces.
        case ast.Call(func=ast.Name(id='dict'), args=[ast.Dict() as inside], keywords=[]):
            return _value(inside, text)
    raise _no_data(node, text)


def _key(key: ast.expr | None, node: ast.Dict, text: str) -> str | int | float:
    value = None if key is None else _value(key, text)
    if not isinstance(value, str | int | float):
        raise _no_data(key or node, text)
    return value


def _no_data(node: ast.AST, text: str) -> ValueError:
    lines = text.splitlines()[node.lineno - 1 : node.lineno]
    shown = ' '.join(lines)[node.col_offset :][:60].strip()
    return ValueError(f'line {node.lineno}: {shown!r} is more than data')

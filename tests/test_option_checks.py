"""Wrong options of a config name their owner, themselves and their value."""

import pytest

from plugins.functional.errors import UserError
from plugins.option_checks import check_choice, check_count, check_number, try_options


class Owner:
    """What a config builds."""


def halve(number: int, *, whole: bool = True) -> float:
    if whole and number % 2:
        raise ValueError(f'{number} is odd')
    return number / 2


NAN, INFINITE = float('nan'), float('inf')


@pytest.mark.parametrize('value', [0, 1, 0.5])
def test_numbers_in_range(value) -> None:
    check_number(Owner(), high=1.0, value=value)
    check_number(Owner(), value=value * 1e9)


@pytest.mark.parametrize(
    ('check', 'limits', 'value'),
    [
        *((check_number, {}, value) for value in (-1, NAN, INFINITE, True, '1', None, [1])),
        (check_number, {'low': 1.0}, 0.5),
        (check_number, {'high': 1.0}, 1.5),
        *((check_count, {}, value) for value in (0, -1, 1.0, '3', None)),
        (check_choice, {'choices': ('first', 'last')}, 'best'),
        (check_choice, {'choices': ('first', 'last')}, None),
    ],
)
def test_the_option_is_named(check, limits, value) -> None:
    with pytest.raises(UserError) as caught:
        check(Owner(), **limits, option=value)
    assert caught.value.line.startswith(f'Owner: option is {value!r}; give ')


def test_counts_and_choices_that_will_do() -> None:
    check_count(Owner(), one=1, many=10**9)
    check_choice(Owner(), ('first', 'last'), which='last')


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param({'number': 3}, 'Owner: 3 is odd', id='refused'),
        pytest.param({'numbre': 3}, "Owner: .*'numbre'", id='unknown'),
        pytest.param({'number': 'x'}, 'Owner: ', id='of another type'),
    ],
)
def test_options_are_tried(options, message) -> None:
    try_options(Owner(), halve, 3, whole=False)
    with pytest.raises(UserError, match=message):
        try_options(Owner(), halve, **options)

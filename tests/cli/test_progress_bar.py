"""Progress goes to standard error and changes nothing."""

from plugins.cli import progress


def test_items_pass_through(capsys) -> None:
    assert list(progress('abc', 'letters')) == ['a', 'b', 'c']
    assert list(progress(iter('ab'), 'letters', total=2)) == ['a', 'b']
    captured = capsys.readouterr()
    assert captured.out == ''
    assert 'letters' in captured.err

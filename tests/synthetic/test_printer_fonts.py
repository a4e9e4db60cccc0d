"""Single words, printed."""

import pytest

from plugins.synthetic.fonts import Face, find_faces
from plugins.synthetic.printer_fonts import Printer, PrinterFont

EM = 30.0


@pytest.fixture(scope='module')
def mono() -> Face:
    return next(face for face in find_faces() if face.mono and not face.bold)


@pytest.mark.parametrize('printer', ['thermal', 'needle', 'laser'])
def test_ink_is_cut_to_the_glyphs(mono: Face, printer: Printer):
    ink = PrinterFont(mono, EM, 0.9, printer).word('HE11')
    assert ink is not None
    dark = ink.mask > 80
    assert dark[0].any() and dark[-1].any() and dark[:, 0].any() and dark[:, -1].any()
    # Capitals are about 0.73 em tall and stand on the base line.
    assert ink.mask.shape[0] == pytest.approx(0.73 * EM, abs=3)
    assert ink.top + ink.mask.shape[0] == pytest.approx(0, abs=2)
    assert PrinterFont(mono, EM, 0.9, printer, embolden=True).word('HE11').mask.sum() > (
        ink.mask.sum()
    )


def test_blank_glyphs_print_nothing(mono: Face):
    assert PrinterFont(mono, EM, 1.0, 'laser').word('\u2003') is None


def test_widths_add_up_and_scale(mono: Face):
    font = PrinterFont(mono, EM, 0.5, 'laser')
    assert font.width('12 345') == pytest.approx(5 * font.digit + font.space)
    assert PrinterFont(mono, EM, 1.0, 'laser').digit == pytest.approx(2 * font.digit)

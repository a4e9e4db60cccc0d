"""Heat maps of what settings score."""

import numpy as np
import pytest
from PIL import Image

from plugins.functional.errors import UserError
from plugins.functional.tuning import Setting, Tuning, make_settings
from plugins.tuning.heatmap import draw_heatmap, write_heatmap

CURRENT = Setting(0.3, 0.3, 1.5, 600)
FOUR = {'thresh': ['0.2', '0.3'], 'box_thresh': ['0.3', '0.4'], 'unclip_ratio': ['1.5']}


def tuning(ranges, preset=None, current=CURRENT, seed=0, modes=()):
    settings = make_settings(ranges, preset, current, modes)
    means = np.random.default_rng(seed).random(len(settings))
    scores = np.repeat(np.tile(means, (3, 1))[:, :, None], 3, axis=2)
    return Tuning(settings, scores, current, [1, 2, 3])


def panels(figure):
    """The values of each panel by its title."""
    return {
        axes.get_title(loc='left'): np.ma.filled(axes.images[0].get_array(), np.nan)
        for axes in figure.axes
        if axes.images
    }


def labels(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_cell_is_the_mean_of_its_setting():
    found = tuning(FOUR)
    (cells,) = panels(draw_heatmap(found)).values()
    for setting, mean in zip(found.settings, found.means[:, 0], strict=True):
        row, column = [0.2, 0.3].index(setting.thresh), [0.3, 0.4].index(setting.box_thresh)
        assert cells[row, column] == pytest.approx(100 * mean)


def test_a_cell_is_the_best_over_max_candidates():
    found = tuning({**FOUR, 'max_candidates': ['100', '600', '900']})
    (cells,) = panels(draw_heatmap(found)).values()
    at = [i for i, s in enumerate(found.settings) if s[:2] == (0.2, 0.4)]
    assert len(at) == 3
    assert cells[0, 1] == pytest.approx(100 * found.means[at, 0].max())


def test_a_panel_an_unclip_ratio_on_one_scale():
    figure = draw_heatmap(tuning({**FOUR, 'unclip_ratio': ['1.3', '1.5', '2']}))
    assert list(panels(figure)) == ['unclip_ratio 1.3', 'unclip_ratio 1.5', 'unclip_ratio 2']
    assert len({axes.images[0].norm for axes in figure.axes if axes.images}) == 1


def test_a_panel_a_mode_where_there_are_two():
    found = tuning({**FOUR, 'unclip_ratio': ['1.3', '1.5']}, modes=['polygon', 'box'])
    figure = draw_heatmap(found)
    titles = [
        f'{mode}, unclip_ratio {ratio}' for mode in ('polygon', 'box') for ratio in (1.3, 1.5)
    ]
    assert list(panels(figure)) == titles
    for setting, mean in zip(found.settings, found.means[:, 0], strict=True):
        cells = panels(figure)[f'{setting.mode}, unclip_ratio {setting.unclip_ratio:g}']
        row, column = [0.2, 0.3].index(setting.thresh), [0.3, 0.4].index(setting.box_thresh)
        assert cells[row, column] == pytest.approx(100 * mean)
    assert all(label.endswith(('polygon', 'box')) for label in labels(figure))


@pytest.mark.parametrize(
    ('means', 'low'),
    [
        pytest.param(np.linspace(0.1, 0.97, 12), 0.65, id='the best third'),
        pytest.param(np.linspace(0.9, 0.901, 12), 0.896, id='half a point at least'),
    ],
)
def test_the_colours_span_the_best_cells(means, low):
    ranges = {'thresh': ['0.1', '0.2', '0.3'], 'box_thresh': ['0.1', '0.2', '0.3', '0.4']}
    settings = make_settings({**ranges, 'unclip_ratio': ['1.5']}, None, CURRENT)
    scores = np.repeat(means[None, :, None], 3, axis=2)
    figure = draw_heatmap(Tuning(settings, scores, CURRENT, [1]))
    (norm,) = (axes.images[0].norm for axes in figure.axes if axes.images)
    assert norm.vmax == pytest.approx(100 * means[-1])
    assert norm.vmin == pytest.approx(100 * low, abs=3)
    assert norm.vmin >= 100 * low - 1e-9


def test_a_current_setting_beside_the_cells_adds_none():
    found = tuning(FOUR, current=Setting(0.27, 0.3, 1.6, 600))
    figure = draw_heatmap(found)
    (cells,) = panels(figure).values()
    assert cells.shape == (2, 2)
    assert np.isfinite(cells).all()
    assert any('(no cell)' in label and 'thresh 0.27' in label for label in labels(figure))
    (mark,) = (line for axes in figure.axes for line in axes.lines)
    assert mark.get_xydata() == pytest.approx(np.array([[0, 0.7]]))


def test_best_and_current_are_named():
    found = tuning(FOUR)
    best, current = labels(draw_heatmap(found))
    assert best.startswith(f'best: {100 * found.means[found.best, 0]:.2f} % with thresh')
    assert current.startswith('current: ')
    assert 'thresh 0.3, box_thresh 0.3, unclip_ratio 1.5, max_candidates 600' in current


@pytest.mark.parametrize(
    ('ranges', 'preset', 'shape'),
    [
        pytest.param({}, 'nine-pairs', (6, 5), id='nine pairs, the other cells empty'),
        pytest.param({n: [str(v)] for n, v in CURRENT._asdict().items()}, None, (1, 1), id='one'),
        pytest.param({**FOUR, 'thresh': ['0.3']}, None, (1, 2), id='a row'),
        pytest.param({**FOUR, 'thresh': ['0:0.5:0.02']}, None, (26, 2), id='too many to label'),
    ],
)
def test_other_shapes_are_drawn(tmp_path, ranges, preset, shape):
    found = tuning(ranges, preset)
    (cells,) = panels(draw_heatmap(found)).values()
    assert cells.shape == shape
    write_heatmap(tmp_path / 'x.png', found, 'A sentence.')
    with Image.open(tmp_path / 'x.png') as image:
        assert image.width > 600
        assert len(set(image.convert('RGB').resize((60, 60)).get_flattened_data())) > 20


def test_all_settings_alike_are_drawn():
    settings = make_settings(FOUR, None, CURRENT)
    same = Tuning(settings, np.zeros((1, len(settings), 3)), CURRENT, [1])
    figure = draw_heatmap(same)
    assert labels(figure)[0].startswith('best and current: 0.00 %')


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(UserError, match='cannot be written'):
        write_heatmap(tmp_path / 'file' / 'x.png', tuning(FOUR))

"""MixUp and CutMix: pixels and maps of a page are mixed alike."""

import numpy as np
import pytest
import torch
from mmengine.structures import InstanceData, PixelData
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample

from plugins.functional.errors import UserError
from plugins.functional.targets import db_targets
from plugins.models.db_logit_loss import DBLogitLoss, stack_targets

WORDS = (
    np.array([[4, 6], [44, 6], [44, 26], [4, 26]], float),
    np.array([[20, 20], [60, 20], [60, 42], [20, 42]], float),
    np.array([[8, 30], [40, 30], [40, 46], [8, 46]], float),
)
SIZES = {'one size': [(48, 64)] * 3, 'three sizes': [(48, 64), (64, 50), (40, 40)]}
BOTH = ['MixUp', 'CutMix']


def page(words, size, ignored=None):
    """A sample, and pixels that are 1 where its probability map is."""
    sample = TextDetDataSample()
    maps = np.stack(db_targets(words, size, ignored=ignored)).astype(np.float16)
    sample.gt_maps = PixelData(data=torch.from_numpy(maps))
    sample.gt_instances = InstanceData(labels=torch.zeros(len(words)))
    return sample, torch.from_numpy(maps[:1].astype(np.float32)).repeat(3, 1, 1)


def batch(sizes=SIZES['one size']):
    """Pages padded with -1, which no page has, at the right and below."""
    samples, pixels = zip(
        *[page([word], size) for word, size in zip(WORDS, sizes, strict=False)], strict=True
    )
    height, width = (max(sides) for sides in zip(*sizes, strict=True))
    inputs = torch.full((len(samples), 3, height, width), -1.0)
    for canvas, image in zip(inputs, pixels, strict=True):
        canvas[:, : image.shape[1], : image.shape[2]] = image
    return inputs, list(samples)


def mix(name, inputs, samples, seed=0, **options):
    mixing = MODELS.build(dict(type=name, **{'prob': 1, **options}))
    torch.manual_seed(seed)
    return mixing(inputs, samples)


def maps_of(samples):
    return [sample.gt_maps.data.float() for sample in samples]


@pytest.mark.parametrize('sizes', SIZES.values(), ids=SIZES)
@pytest.mark.parametrize('name', BOTH)
@pytest.mark.parametrize('seed', range(5))
def test_pixels_and_maps_are_mixed_alike(name, sizes, seed):
    inputs, samples = batch(sizes)
    before = inputs.clone()
    mixed, mixed_samples = mix(name, inputs, samples, seed, alpha=1.0)
    # In place, because the data preprocessor of MMOCR drops what is returned.
    assert mixed is inputs and mixed_samples is samples
    assert not torch.equal(mixed, before)
    for canvas, old, maps, (height, width) in zip(
        mixed, before, maps_of(samples), sizes, strict=True
    ):
        assert maps.shape == (4, height, width)
        for channel in canvas:
            torch.testing.assert_close(channel[:height, :width], maps[0], rtol=0, atol=0)
        # Padding stays as it was, and out of the page.
        padding = torch.ones(canvas.shape[1:], dtype=torch.bool)
        padding[:height, :width] = False
        assert torch.equal(canvas[:, padding], old[:, padding])
        assert ((maps >= 0) & (maps <= 1)).all()


@pytest.mark.parametrize('seed', range(10))
def test_cutmix_replaces_one_rectangle_in_pixels_and_all_maps(seed):
    # Flat pages, each with its own number in pixels and maps.
    inputs = torch.arange(2.0).reshape(2, 1, 1, 1).repeat(1, 3, 30, 20)
    samples = [TextDetDataSample(), TextDetDataSample()]
    for number, sample in enumerate(samples):
        sample.gt_maps = PixelData(data=torch.full((4, 30, 20), number, dtype=torch.float16))
    mix('CutMix', inputs, samples, seed)
    for number, (canvas, sample) in enumerate(zip(inputs, samples, strict=True)):
        other = canvas[0] != number
        assert other.sum() <= 30 * 20 / 2 + 30  # half a page, rounded to whole pixels
        rows, columns = other.any(dim=1), other.any(dim=0)
        assert torch.equal(other, rows[:, None] & columns)
        for values in (*canvas, *sample.gt_maps.data):
            assert torch.equal(values != number, other)
        for side in (rows, columns):  # without a gap
            assert (side.float().diff() != 0).sum() <= 2


def test_partners_are_pages_as_they_were_before():
    for seed in range(20):
        inputs = torch.arange(3.0).reshape(3, 1, 1, 1).repeat(1, 3, 30, 20)
        mix('CutMix', inputs, batch([(30, 20)] * 3)[1], seed)
        assert all(canvas.unique().numel() <= 2 for canvas in inputs)


def test_cutmix_rectangles_reach_every_corner():
    seen = torch.zeros(6, 4)
    for seed in range(100):
        inputs = torch.arange(2.0).reshape(2, 1, 1, 1).repeat(1, 3, 6, 4)
        mix('CutMix', inputs, batch([(6, 4)] * 2)[1], seed)
        seen += inputs[0, 0]
    assert seen.min() > 0


@pytest.mark.parametrize('seed', range(5))
def test_mixup_blends_with_one_share_and_keeps_the_larger(seed):
    inputs, samples = batch()
    inputs[:] = torch.tensor([1.0, 10.0, 100.0]).reshape(3, 1, 1, 1)
    mix('MixUp', inputs, samples, seed, alpha=1.0)
    for own, canvas in zip((1.0, 10.0, 100.0), inputs, strict=True):
        assert canvas.unique().numel() == 1
        shares = [
            float((canvas[0, 0, 0] - own) / (other - own))
            for other in (1.0, 10.0, 100.0)
            if other != own
        ]
        assert any(0 <= share <= 0.5 for share in shares)


def mixup_of_two(share, monkeypatch, first, second):
    """The first of two pages with ``share`` of the second, and all maps in single precision."""
    (a, pixels_a), (b, pixels_b) = first, second
    before = maps_of([a, b])
    mixing = MODELS.build(dict(type='MixUp', prob=1))
    monkeypatch.setattr(mixing, '_other_share', lambda: share)
    mixing(torch.stack([pixels_a, pixels_b]), [a, b])
    return a, *before


def test_mixup_of_masks_and_thresholds(monkeypatch):
    size, share = (48, 64), 0.25
    first = page([WORDS[0], WORDS[2]], size, ignored=[False, True])
    mixed, a, b = mixup_of_two(share, monkeypatch, first, page([WORDS[1]], size))
    prob, prob_mask, thresh, thresh_mask = mixed.gt_maps.data
    torch.testing.assert_close(prob, 0.75 * a[0] + 0.25 * b[0], rtol=0, atol=1e-6)
    assert torch.equal(prob_mask, a[1] * b[1])
    torch.testing.assert_close(thresh_mask, 0.75 * a[3] + 0.25 * b[3], rtol=0, atol=1e-6)
    only_a, only_b = (a[3] == 1) & (b[3] == 0), (a[3] == 0) & (b[3] == 1)
    together = (a[3] == 1) & (b[3] == 1)
    assert only_a.any() and only_b.any() and together.any()
    for where, expected in (
        (only_a, a[2]),
        (only_b, b[2]),
        (together, 0.75 * a[2] + 0.25 * b[2]),
        ((a[3] == 0) & (b[3] == 0), a[2]),
    ):
        torch.testing.assert_close(thresh[where], expected[where], rtol=0, atol=1e-6)


@pytest.mark.parametrize('name', BOTH)
def test_gradients_pull_towards_the_mixed_map(name):
    inputs, samples = batch(SIZES['three sizes'])
    mix(name, inputs, samples, alpha=1.0)
    logits = [torch.zeros(3, 64, 64, requires_grad=True) for _ in range(2)]
    loss = sum(DBLogitLoss()(tuple(logits), samples).values())
    loss.backward()
    assert loss.isfinite()
    prob, prob_mask, _, thresh_mask = stack_targets(samples, inputs)
    assert all(logit.grad.isfinite().all() for logit in logits)
    # Padding, and what either page leaves out, pulls nowhere.
    assert not logits[0].grad[prob_mask == 0].any()
    assert not logits[1].grad[(prob_mask == 0) & (thresh_mask == 0)].any()
    assert (logits[0].grad[(prob > 0.6) & (prob_mask == 1)] < 0).all()


@pytest.mark.parametrize('share', [0.01, 0.1, 0.3])
def test_descent_on_the_whole_loss_arrives_at_a_blend(share, monkeypatch):
    pages = (page([word], (48, 64)) for word in WORDS[:2])
    mixed, *_ = mixup_of_two(share, monkeypatch, *pages)
    prob, _, thresh, thresh_mask = mixed.gt_maps.data[:, None]
    logits = [torch.zeros(1, 48, 64, requires_grad=True) for _ in range(2)]
    optimizer = torch.optim.Adam(logits, lr=0.2)
    for _ in range(150):
        optimizer.zero_grad()
        sum(DBLogitLoss()(tuple(logits), [mixed]).values()).backward()
        optimizer.step()
    # The binary map, which cannot be soft, draws some pixels off.
    assert (logits[0].sigmoid() - prob).abs()[prob > 0].mean() < 0.05
    assert (logits[0].sigmoid() - prob).abs().max() < 0.25
    assert (logits[1].sigmoid() - thresh).abs()[thresh_mask > 0].mean() < 0.02


@pytest.mark.parametrize('name', BOTH)
def test_mixed_pages_have_no_instances_and_others_keep_all(name):
    for seed in range(5):
        inputs, samples = batch()
        before, instances = inputs.clone(), [sample.gt_instances for sample in samples]
        maps = [sample.gt_maps for sample in samples]
        mix(name, inputs, samples, seed, prob=0.5)
        for canvas, old, sample, old_maps, words in zip(
            inputs, before, samples, maps, instances, strict=True
        ):
            if 'gt_instances' in sample:
                assert sample.gt_instances is words
                assert sample.gt_maps is old_maps
                assert torch.equal(canvas, old)
            else:
                assert sample.gt_maps.data.dtype == torch.float32


@pytest.mark.parametrize('name', BOTH)
@pytest.mark.parametrize(
    ('pages', 'prob'),
    [pytest.param(1, 1, id='a page alone'), pytest.param(3, 0, id='never')],
)
def test_pages_that_stay_as_they_are(name, pages, prob):
    inputs, samples = batch(SIZES['one size'][:pages])
    before, maps = inputs.clone(), maps_of(samples)
    mix(name, inputs, samples, prob=prob)
    assert torch.equal(inputs, before)
    assert all(map(torch.equal, maps_of(samples), maps))
    assert all('gt_instances' in sample for sample in samples)


@pytest.mark.parametrize('name', BOTH)
def test_a_tiny_partner(name):
    inputs, samples = batch([(48, 64), (1, 1)])
    mix(name, inputs, samples)
    assert [tuple(maps.shape) for maps in maps_of(samples)] == [(4, 48, 64), (4, 1, 1)]
    assert (inputs[1, :, 1:] == -1).all() and (inputs[1, :, :, 1:] == -1).all()


@pytest.mark.parametrize('name', BOTH)
def test_torchs_seed_decides(name):
    drawn = []
    for seed in (1, 1, 2):
        inputs, samples = batch()
        mix(name, inputs, samples, seed)
        drawn.append((inputs, torch.stack(maps_of(samples))))
    for first, same, other in zip(*drawn, strict=True):
        assert torch.equal(first, same)
        assert not torch.equal(first, other)


@pytest.mark.parametrize('name', BOTH)
def test_autocast_which_is_on_in_a_training_step_changes_nothing(name):
    mixed = []
    for enabled in (False, True):
        inputs, samples = batch(SIZES['three sizes'])
        with torch.autocast('cpu', torch.bfloat16, enabled=enabled):
            mix(name, inputs, samples)
        mixed.append([inputs, *maps_of(samples)])
    assert all(map(torch.equal, *mixed))


@pytest.mark.parametrize('alpha', [0.01, 0.2, 1, 1e6])
def test_shares_are_drawn_from_the_folded_beta_distribution(alpha):
    torch.manual_seed(0)
    mixing = MODELS.build(dict(type='MixUp', alpha=alpha))
    shares = np.array([mixing._other_share() for _ in range(400)])
    assert (shares >= 0).all() and (shares <= 0.5).all()
    # Of Beta(a, a), whose variance about a half is 1 / (8 a + 4).
    deviation = np.sqrt(((shares - 0.5) ** 2).mean())
    assert deviation == pytest.approx((8 * alpha + 4) ** -0.5, rel=0.1)


@pytest.mark.parametrize('name', BOTH)
def test_the_data_preprocessor_mixes_in_training_and_only_there(name):
    config = dict(type='TextDetDataPreprocessor', mean=[0.5] * 3, std=[0.25] * 3)
    plain, mixing = (
        MODELS.build({**config, 'batch_augments': augments})
        for augments in (None, [dict(type=name, alpha=1.0, prob=1)])
    )
    _, samples = batch()
    pixels = [(sample.gt_maps.data[:1] * 1.0).float().repeat(3, 1, 1) for sample in samples]
    expected = plain(dict(inputs=list(pixels), data_samples=samples), True)['inputs']
    tested = mixing(dict(inputs=list(pixels), data_samples=samples), False)
    assert torch.equal(tested['inputs'], expected)
    trained = mixing(dict(inputs=list(pixels), data_samples=samples), True)
    assert not torch.equal(trained['inputs'], expected)
    prob = torch.stack(maps_of(trained['data_samples']))[:, 0]
    torch.testing.assert_close(trained['inputs'][:, 0] * 0.25 + 0.5, prob)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param(dict(alpha=0), 'alpha is 0', id='no alpha'),
        pytest.param(dict(prob=1.5), r'prob is 1\.5', id='prob above 1'),
    ],
)
@pytest.mark.parametrize('name', BOTH)
def test_impossible_options_are_named(name, options, message):
    with pytest.raises(UserError, match=f'{name}: {message}'):
        MODELS.build(dict(type=name, **options))


@pytest.mark.parametrize('name', BOTH)
def test_pages_without_maps_are_refused(name):
    inputs, samples = batch()
    del samples[1].gt_maps
    with pytest.raises(UserError, match=f'{name}: pages have no gt_maps; put MakeDBTargets'):
        mix(name, inputs, samples)

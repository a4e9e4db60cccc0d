"""The loss of the DB head on logits."""

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmocr.models.textdet.module_losses import DBModuleLoss
from mmocr.registry import MODELS
from mmocr.structures import TextDetDataSample

from plugins.functional.errors import UserError
from plugins.functional.targets import db_targets
from plugins.models.db_logit_loss import DBLogitLoss, stack_targets

SIZE = (32, 48)
WORD = np.array([[4, 6], [40, 6], [40, 24], [4, 24]], float)


FOCAL = dict(
    type='WeightedLoss', losses=[(4, dict(type='FocalLoss')), (1, dict(type='TverskyLoss'))]
)
LOSSES = [
    dict(type='DBLogitLoss'),
    dict(type='DBLogitLoss', loss_prob=FOCAL, loss_db=dict(type='FocalTverskyLoss')),
]


def page(words: list[np.ndarray], size: tuple[int, int] = SIZE) -> TextDetDataSample:
    sample = TextDetDataSample()
    maps = np.stack(db_targets(words, size)).astype(np.float16)
    sample.gt_maps = PixelData(data=torch.from_numpy(maps))
    return sample


def logits(pages: int = 2, scale: float = 3.0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(pages, *SIZE, generator=generator) * scale for _ in range(2))


def total(losses: dict[str, torch.Tensor]) -> torch.Tensor:
    return sum(losses.values())


def test_the_loss_is_mmocrs_on_the_same_maps(monkeypatch) -> None:
    prob_logits, thresh_logits = logits()
    samples = [page([WORD]), page([WORD + 3])]
    targets = stack_targets(samples, prob_logits)
    monkeypatch.setattr(DBModuleLoss, 'get_targets', lambda self, samples: targets)
    thresh_map = thresh_logits.sigmoid()
    binary = 1 / (1 + torch.exp(-50 * (prob_logits.sigmoid() - thresh_map)))
    expected = DBModuleLoss()((prob_logits, thresh_map, binary), samples)
    found = DBLogitLoss()((prob_logits, thresh_logits), samples)
    assert found.keys() == expected.keys()
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('module_loss', LOSSES, ids=['default', 'focal and Tversky'])
@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize('prob', [1e4, 0.0, -1e4])
@pytest.mark.parametrize('thresh', [1e4, 0.0, -1e4])
@pytest.mark.parametrize('words', [[WORD], []], ids=['word', 'no word'])
def test_extreme_logits_in_half_precision(module_loss, dtype, prob, thresh, words) -> None:
    maps = [
        torch.full((1, *SIZE), value, dtype=dtype, requires_grad=True) for value in (prob, thresh)
    ]
    loss = MODELS.build(module_loss)
    value = total(loss(tuple(maps), [page(words)]))
    value.backward()
    assert value.isfinite()
    assert all(logit.grad.isfinite().all() for logit in maps)
    torch.testing.assert_close(value, total(loss([each.float() for each in maps], [page(words)])))


@pytest.mark.parametrize('slot', ['loss_prob', 'loss_thr', 'loss_db'])
@pytest.mark.parametrize('kind', ['BalancedBCELoss', 'FocalLoss', 'TverskyLoss', 'L1Loss'])
def test_every_loss_serves_every_map(slot, kind) -> None:
    prob_logits, thresh_logits = logits()
    samples = [page([WORD]), page([WORD + 3])]
    prob, prob_mask, thresh, thresh_mask = stack_targets(samples, prob_logits)
    binary = 50 * (prob_logits.sigmoid() - thresh_logits.sigmoid())
    weight, *arrays = {
        'loss_prob': (2, prob_logits, prob, prob_mask),
        'loss_thr': (3, thresh_logits, thresh, thresh_mask),
        'loss_db': (1, binary, prob, prob_mask),
    }[slot]
    loss = DBLogitLoss(**{slot: dict(type=kind)}, weight_prob=2, weight_thr=3)
    found = loss((prob_logits, thresh_logits), samples)[slot]
    torch.testing.assert_close(found, weight * MODELS.build(dict(type=kind))(*arrays))


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        pytest.param(
            dict(loss_db=dict(type='MaskedDiceLoss')), 'loss_db is a MaskedDiceLoss', id='of maps'
        ),
        pytest.param(dict(loss_prob='DiceLoss'), "loss_prob is 'DiceLoss'", id='name alone'),
        pytest.param(dict(weight_prob=-1), 'weight_prob is -1', id='negative weight'),
        pytest.param(dict(k=float('nan')), 'k is nan', id='no steepness'),
    ],
)
def test_options_that_do_not_fit(options, message) -> None:
    with pytest.raises(UserError, match=f'DBLogitLoss: {message}'):
        DBLogitLoss(**options)


def test_padding_is_masked() -> None:
    prob_logits, thresh_logits = logits(1)
    samples = [page([WORD[:, ::1] * 0.5], (20, 30))]
    changed = [logit.clone() for logit in (prob_logits, thresh_logits)]
    for logit in changed:
        logit[:, 20:] = 7.0
        logit[:, :, 30:] = -7.0
    before = DBLogitLoss()((prob_logits, thresh_logits), samples)
    after = DBLogitLoss()(tuple(changed), samples)
    for name in before:
        torch.testing.assert_close(before[name], after[name])


def test_pages_of_several_sizes_are_stacked_at_the_top_left() -> None:
    maps = stack_targets([page([WORD]), page([], (20, 30))], torch.zeros(2, *SIZE))
    assert maps.shape == (4, 2, *SIZE)
    assert maps.dtype == torch.float32
    # The page without words: all of it is learnt from, its padding is not.
    assert maps[1, 1, :20, :30].all() and maps[1, 1].sum() == 20 * 30


def test_the_better_map_costs_less() -> None:
    sample = page([WORD])
    prob, _, thresh, _ = sample.gt_maps.data.float()[:, None]
    good = ((prob - 0.5) * 12, torch.logit(thresh))
    bad = ((0.5 - prob) * 12, torch.logit(thresh))
    good_losses, bad_losses = DBLogitLoss()(good, [sample]), DBLogitLoss()(bad, [sample])
    assert good_losses['loss_prob'] < 0.1 < bad_losses['loss_prob']
    assert good_losses['loss_db'] < 0.1 < bad_losses['loss_db']
    assert good_losses['loss_thr'] < 0.01


ON_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason='no GPU is visible')


@pytest.mark.parametrize('device', ['cpu', pytest.param('cuda', marks=ON_GPU)])
@pytest.mark.parametrize(
    ('dtype', 'tolerance'),
    [
        # They round to 1 / 512 and 1 / 4096; a detector has some 60 layers.
        pytest.param(torch.bfloat16, 0.01, id='bfloat16'),
        pytest.param(torch.float16, 0.002, id='float16'),
    ],
)
@pytest.mark.parametrize('module_loss', LOSSES, ids=['default', 'focal and Tversky'])
def test_the_detector_in_half_precision(device, dtype, tolerance, module_loss) -> None:
    torch.manual_seed(0)
    detector = MODELS.build(
        dict(
            type='ReceiptDBNet',
            backbone=dict(
                type='TimmBackbone', model_name='mobilenetv3_small_050', pretrained=False
            ),
            neck=dict(type='UNetNeck', inner_channels=8, out_channels_per_level=4),
            det_head=dict(type='DBLogitHead', module_loss=module_loss),
        )
    ).to(device)
    inputs = torch.randn(2, 3, 96, 128, device=device)
    samples = [page([WORD], (96, 128)), page([WORD * 2], (96, 128))]
    plain = detector(inputs, samples, mode='loss')
    with torch.autocast(device, dtype):
        assert detector.extract_feat(inputs).dtype == dtype
        cast = detector(inputs, samples, mode='loss')
    # A scaler halves its factor until gradients are finite; it is not to end up at nothing.
    (total(cast) * 2**8).backward()
    for name in plain:
        assert cast[name].dtype == torch.float32
        torch.testing.assert_close(cast[name], plain[name], rtol=tolerance, atol=0)
    assert all(each.grad.isfinite().all() for each in detector.parameters())

"""Losses of logits against their formulae, on soft and empty targets, in half precision."""

import numpy as np
import pytest
import torch
from mmocr.registry import MODELS
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from plugins.functional.errors import UserError
from plugins.models.losses import DiceLoss

SHAPE = (2, 6, 8)
WEIGHTED = dict(
    type='WeightedLoss', losses=[(2, dict(type='FocalLoss')), (0.5, dict(type='TverskyLoss'))]
)
KINDS = ('BalancedBCELoss', 'FocalLoss', 'TverskyLoss', 'FocalTverskyLoss', 'DiceLoss', 'L1Loss')
CONFIGS = [*(dict(type=kind) for kind in KINDS), WEIGHTED]
every_loss = pytest.mark.parametrize('config', CONFIGS, ids=lambda config: config['type'])


def example(soft: bool = False, dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    """Return logits, target and mask: a fifth positive, a quarter masked out."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, SHAPE)
    target = (rng.random(SHAPE) < 0.2) * (rng.random(SHAPE) if soft else 1.0)
    mask = (rng.random(SHAPE) < 0.75).astype(float)
    return tuple(torch.tensor(array, dtype=dtype) for array in (logits, target, mask))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def balanced_bce(x, t, m):
    loss = -(t * np.log(sigmoid(x)) + (1 - t) * np.log(sigmoid(-x)))
    positives = (t * m).sum()
    count = min(3 * positives, ((1 - t) * m).sum())
    hardest = np.sort((loss * (1 - t) * m).ravel())[::-1]
    whole = int(count)
    negative = hardest[:whole].sum() + (count - whole) * hardest[whole]
    return ((loss * t * m).sum() + negative) / (positives + count)


def focal(x, t, m):
    p_t = np.where(t == 1, sigmoid(x), sigmoid(-x))
    alpha_t = np.where(t == 1, 0.25, 0.75)
    return (-alpha_t * (1 - p_t) ** 2 * np.log(p_t))[m == 1].mean()


def tversky(x, t, m):
    p = sigmoid(x)
    hits, false, missed = (p * t * m).sum(), (p * (1 - t) * m).sum(), ((1 - p) * t * m).sum()
    return 1 - hits / (hits + 0.3 * false + 0.7 * missed)


@pytest.mark.parametrize(
    ('config', 'soft', 'formula'),
    [
        (CONFIGS[0], True, balanced_bce),
        (CONFIGS[1], False, focal),
        (CONFIGS[2], False, tversky),
        (CONFIGS[3], False, lambda x, t, m: tversky(x, t, m) ** (3 / 4)),
        (CONFIGS[5], True, lambda x, t, m: np.abs(sigmoid(x) - t)[m == 1].mean()),
        (WEIGHTED, False, lambda x, t, m: 2 * focal(x, t, m) + 0.5 * tversky(x, t, m)),
    ],
    ids=lambda value: value['type'] if isinstance(value, dict) else '',
)
def test_the_formula(config, soft, formula) -> None:
    arrays = example(soft)
    expected = formula(*(each.numpy() for each in arrays))
    assert MODELS.build(config)(*arrays).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ('ours', 'theirs', 'takes_maps'),
    [
        ('BalancedBCELoss', dict(type='MaskedBalancedBCEWithLogitsLoss'), False),
        ('DiceLoss', dict(type='MaskedDiceLoss'), True),
        ('L1Loss', dict(type='MaskedSmoothL1Loss', beta=0), True),
    ],
)
def test_value_and_gradient_are_mmocrs(ours, theirs, takes_maps) -> None:
    logits, target, mask = example(dtype=torch.float32)
    logits.requires_grad_()
    found = MODELS.build(dict(type=ours))(logits, target, mask)
    expected = MODELS.build(theirs)(logits.sigmoid() if takes_maps else logits, target, mask)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(
        *(torch.autograd.grad(each, logits)[0] for each in (found, expected))
    )


@every_loss
@pytest.mark.parametrize('soft', [False, True], ids=['hard', 'soft'])
def test_gradients_are_those_of_finite_differences(config, soft) -> None:
    logits, target, mask = example(soft)
    loss = MODELS.build(config)
    assert torch.autograd.gradcheck(lambda x: loss(x, target, mask), logits.requires_grad_())


@every_loss
def test_the_soft_target_itself_costs_least(config) -> None:
    _, target, mask = example(soft=True)
    target = target.clamp(0.05, 0.95)
    loss = MODELS.build(config)
    best = loss(target.logit(), target, mask)
    if config['type'] in ('TverskyLoss', 'FocalTverskyLoss', 'DiceLoss', 'L1Loss'):
        # 1e-6, the eps, to the power of 3 / 4 for the focal one.
        assert best.item() == pytest.approx(0, abs=1e-4)
    for change in (0.1, -0.1, 1.0, -1.0):
        assert loss(target.logit() + change, target, mask) > best


@every_loss
@pytest.mark.parametrize(
    ('target', 'mask'),
    [
        pytest.param(0, 1, id='no positive'),
        pytest.param(1, 1, id='no negative'),
        pytest.param(1, 0, id='all masked'),
        pytest.param(0, 0, id='nothing at all'),
        pytest.param(0.5, 1, id='all soft'),
    ],
)
@pytest.mark.parametrize('logit', [0.0, 1e4, -1e4])
def test_empty_and_extreme_cases_are_finite(config, target, mask, logit) -> None:
    logits = torch.full(SHAPE, logit, requires_grad=True)
    targets, masks = torch.full(SHAPE, float(target)), torch.full(SHAPE, float(mask))
    value = MODELS.build(config)(logits, targets, masks)
    value.backward()
    assert value.isfinite()
    assert logits.grad.isfinite().all()
    if mask == 0:
        assert not logits.grad.any()


@pytest.mark.parametrize(
    ('kind', 'cost'),
    [
        # ln 2 a pixel; focal: 3 / 4 of it for being negative, times (1 / 2) squared.
        ('BalancedBCELoss', np.log(2)),
        ('FocalLoss', 3 / 4 * np.log(2) / 4),
        *(('TverskyLoss', 1), ('FocalTverskyLoss', 1), ('DiceLoss', 1)),
        ('L1Loss', 1 / 2),
    ],
)
def test_pages_without_words(kind, cost) -> None:
    value = MODELS.build(dict(type=kind))(torch.zeros(SHAPE), torch.zeros(SHAPE))
    assert value.item() == pytest.approx(cost)


@pytest.mark.parametrize(
    ('options', 'positives', 'chosen'),
    [
        pytest.param({}, 1, 3, id='three a positive'),
        pytest.param(dict(negative_ratio=1), 1, 1, id='one a positive'),
        pytest.param(dict(negative_ratio=100), 1, 7, id='no more than there are'),
        pytest.param(dict(fallback_negatives=2), 0, 2, id='some without a positive'),
    ],
)
def test_the_hardest_negatives_count(options, positives, chosen) -> None:
    logits = torch.arange(-8.0, 0).requires_grad_()
    target = torch.tensor([positives] + [0.0] * 7)
    MODELS.build(dict(type='BalancedBCELoss', **options))(logits, target).backward()
    assert (logits.grad < 0).sum() == positives
    assert (logits.grad > 0).tolist() == [False] * (8 - chosen) + [True] * chosen


@every_loss
@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_gives_the_loss_of_the_rounded_logits(config, dtype) -> None:
    logits, target, mask = example(dtype=torch.float32)
    logits = (logits * 3e3).clamp(-1e4, 1e4).to(dtype).requires_grad_()
    loss = MODELS.build(config)
    with torch.autocast('cpu', dtype):
        cast = loss(logits, target.half(), mask.bool())
    cast.backward()
    assert cast.dtype == torch.float32
    assert torch.equal(cast, loss(logits.float(), target, mask))
    assert logits.grad.isfinite().all()


class HostReads(TorchDispatchMode):
    """Refuses what makes a host wait for its device."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert func.overloadpacket.__name__ not in ('_local_scalar_dense', 'nonzero', 'equal'), func
        return func(*args, **(kwargs or {}))


@every_loss
def test_the_host_never_waits(config) -> None:
    logits, target, mask = example(dtype=torch.float32)
    loss = MODELS.build(config)
    with HostReads():
        loss(logits.requires_grad_(), target, mask).backward()
        with pytest.raises(AssertionError, match='_local_scalar_dense'):
            logits.sum().item()


@pytest.mark.skipif(not torch.cuda.is_available(), reason='no GPU is visible')
@every_loss
def test_the_same_on_a_gpu(config) -> None:
    logits, target, mask = example(dtype=torch.float32)
    loss = MODELS.build(config)
    arrays = [each.cuda() for each in (logits, target, mask)]
    torch.cuda.set_sync_debug_mode('error')
    try:
        with torch.autocast('cuda', torch.float16):
            found = loss(*arrays)
    finally:
        torch.cuda.set_sync_debug_mode('default')
    torch.testing.assert_close(found.cpu(), loss(logits, target, mask))


@pytest.mark.parametrize(
    ('kind', 'option', 'value'),
    [
        ('BalancedBCELoss', 'negative_ratio', -1),
        ('BalancedBCELoss', 'fallback_negatives', 'x'),
        ('FocalLoss', 'alpha', 2),
        # Its gradient would be infinite.
        ('FocalLoss', 'gamma', 0.5),
        ('TverskyLoss', 'beta', float('inf')),
        ('FocalTverskyLoss', 'gamma', 0.5),
        ('DiceLoss', 'eps', 0),
        ('WeightedLoss', 'losses', []),
        ('WeightedLoss', 'losses', [0.5]),
    ],
)
def test_options_out_of_range(kind, option, value) -> None:
    with pytest.raises(UserError) as caught:
        MODELS.build({'type': kind, option: value})
    assert caught.value.line.startswith(f'{kind}: {option} is {value!r}; give ')


def test_a_loss_wants_some_weight() -> None:
    with pytest.raises(UserError, match='TverskyLoss: alpha and beta are 0'):
        MODELS.build(dict(type='TverskyLoss', alpha=0, beta=0))


@pytest.mark.parametrize(
    ('weight', 'config', 'message'),
    [
        pytest.param(-1, dict(type='DiceLoss'), 'weight 1 is -1', id='negative weight'),
        pytest.param(1, 'DiceLoss', "loss 1 is 'DiceLoss'", id='name alone'),
        pytest.param(
            1,
            dict(type='MaskedDiceLoss'),
            'loss 1 is a MaskedDiceLoss.*DiceLoss, FocalLoss',
            id='loss of probabilities',
        ),
    ],
)
def test_terms_that_do_not_fit(weight, config, message) -> None:
    with pytest.raises(UserError, match=f'WeightedLoss: {message}'):
        MODELS.build(dict(type='WeightedLoss', losses=[(weight, config)]))


def test_sums_nest() -> None:
    arrays = example()
    nested = MODELS.build(dict(type='WeightedLoss', losses=[(3, WEIGHTED)]))
    torch.testing.assert_close(nested(*arrays), 3 * MODELS.build(WEIGHTED)(*arrays))


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r'\(2, 1, 4\), \(2, 4\)'):
        DiceLoss()(torch.zeros(2, 1, 4), torch.zeros(2, 4))

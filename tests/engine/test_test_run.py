"""What a test makes of a config."""

import pytest

from plugins.engine import test_run
from plugins.engine.everyday_options import set_batch_size
from plugins.functional.errors import UserError


def test_testing_takes_one_evaluator_or_several(parse, tmp_path) -> None:
    config = parse()
    config.test_evaluator = dict(type='LeaderboardDumper', out_dir='x')
    test_run.set_test(config, 'val', str(tmp_path), force=True)
    assert config.test_evaluator[0] == dict(
        type='LeaderboardDumper', out_dir=str(tmp_path), force=True
    )
    assert config.test_dataloader == config.val_dataloader


def test_the_scores_are_named_after_the_split(parse) -> None:
    config = parse()
    config.test_evaluator.reverse()
    test_run.set_test(config, 'val', None, force=False)
    prefixes = {e.type: e.get('prefix') for e in config.test_evaluator}
    assert prefixes == {'CLEvalMetric': 'val', 'LeaderboardDumper': None}


@pytest.mark.parametrize(
    ('key', 'value', 'message'),
    [
        ('test_evaluator', [dict(type='CLEvalMetric')], 'LeaderboardDumper'),
        ('test_evaluator', None, 'has no test_evaluator'),
        ('val_dataloader', None, 'has no val_dataloader'),
    ],
)
def test_a_config_that_cannot_be_tested(parse, key, value, message) -> None:
    config = parse()
    config[key] = value
    with pytest.raises(UserError, match=message):
        test_run.set_test(config, 'val', None, force=False)


def test_views_of_pages_that_share_a_batch_are_alike_at_every_scale(parse) -> None:
    config = parse()
    set_batch_size(config, 3, ['test_dataloader'])
    test_run.set_tta(config, scales=[0.9, 1.0])
    assert config.test_dataloader.batch_sampler.divisor is None


@pytest.mark.parametrize(
    ('pipeline', 'message'),
    [(None, '--tta needs tta_pipeline'), ([dict(type='LoadReceipt')], 'has no PageViews')],
)
def test_a_config_without_views(parse, pipeline, message) -> None:
    config = parse()
    config.tta_pipeline = pipeline
    with pytest.raises(UserError, match=message):
        test_run.set_tta(config, scales=[1.0])

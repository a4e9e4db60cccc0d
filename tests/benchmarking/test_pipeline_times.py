"""The time of a page in each stage of a pipeline."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import init_default_scope
from tiny_receipts import draw_page, entry, write_annotations

from plugins.benchmarking.compared_trainings import ComparedTraining
from plugins.benchmarking.pipeline_times import (
    MAIN,
    TARGETS,
    WORKER,
    TimedPipeline,
    time_pipelines,
)
from plugins.functional.errors import UserError

JITTER = dict(type='TorchVisionWrapper', op='ColorJitter', brightness=0.2)
FIT = [dict(type='LoadReceipt'), dict(type='FitPage')]


def make_training(root: Path, pipeline: list[dict], loss: str = 'DBLogitLoss') -> ComparedTraining:
    init_default_scope('mmocr')
    draw_page(root / 'images/a.png')
    draw_page(root / 'images/b.png')
    write_annotations(root / 'train.json', {'a.png': entry(), 'b.png': entry()})
    dataset = dict(
        type='ReceiptDataset',
        data_root=str(root),
        ann_file='train.json',
        data_prefix=dict(img_path='images'),
        input_size=64,
        pipeline=pipeline,
    )
    model = dict(det_head=dict(module_loss=dict(type=loss)))
    return ComparedTraining('a training', dict(dataset=dataset), model, {})


def run(timed: TimedPipeline, repeat: int = 1) -> TimedPipeline:
    assert len(list(time_pipelines([timed], repeat))) == 2 * repeat
    return timed


def test_stages_come_in_the_order_of_the_pipeline(tmp_path: Path):
    pipeline = [*FIT, JITTER, JITTER, dict(type='PackReceipt')]
    stages = run(TimedPipeline(make_training(tmp_path, pipeline)), 3).figures()['stages']
    names = ['LoadReceipt', 'FitPage', 'ColorJitter', 'ColorJitter 2', 'PackReceipt']
    assert [stage['name'] for stage in stages] == ['annotation', *names]
    assert {stage['where'] for stage in stages} == {WORKER}
    assert all(
        stage[key] > 0 for stage in stages for key in ('cpu_median', 'wall_median', 'cpu_mean')
    )


@pytest.mark.parametrize(('loss', 'main'), [('DBModuleLoss', 1), ('DBLogitLoss', 0)])
def test_targets_count_where_they_are_drawn(tmp_path: Path, loss: str, main: int):
    pipeline = [*FIT, dict(type='SinglePrecisionPolygons'), dict(type='PackReceipt')]
    timed = run(TimedPipeline(make_training(tmp_path, pipeline, loss)))
    figures = timed.figures()
    drawn = [stage for stage in figures['stages'] if stage['where'] == MAIN]
    assert [stage['name'] for stage in drawn] == [TARGETS] * main
    in_worker, in_main = figures['totals']
    assert in_main['cpu_mean'] == sum(stage['cpu_mean'] for stage in drawn)
    assert (in_main['cpu_mean'] > 0) == bool(main)
    assert in_worker['where'] == WORKER


def test_means_add_up(tmp_path: Path):
    timed = run(TimedPipeline(make_training(tmp_path, [*FIT, dict(type='PackReceipt')])), 2)
    stages, (total, _) = timed.figures().values()
    assert total['cpu_mean'] == pytest.approx(sum(stage['cpu_mean'] for stage in stages))


class DropEverySecond:
    def __init__(self):
        self.seen = 0

    def __call__(self, page: dict) -> dict | None:
        self.seen += 1
        return page if self.seen % 2 else None


def test_a_dropped_page_burdens_the_others(tmp_path: Path):
    timed = TimedPipeline(make_training(tmp_path, [*FIT, dict(type='PackReceipt')]))
    timed.transforms = {'LoadReceipt': timed.transforms['LoadReceipt'], 'drop': DropEverySecond()}
    run(timed)
    assert (len(timed.passes), timed.delivered) == (2, 1)
    load = timed.figures()['stages'][1]
    # Two values have their mean for a median; both were spent for the one page that came out.
    assert load['cpu_mean'] == pytest.approx(2 * load['cpu_median'])


def test_a_pipeline_that_drops_every_page_is_the_users_to_mend(tmp_path: Path):
    timed = TimedPipeline(make_training(tmp_path, FIT))
    timed.transforms = {'drop': lambda page: None}
    with pytest.raises(UserError, match='a training: its pipeline dropped every page'):
        run(timed).figures()


def test_one_thread_computes_and_the_others_come_back(tmp_path: Path):
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    seen = []
    timed = TimedPipeline(make_training(tmp_path, FIT))
    timed.transforms = {'look': lambda page: seen.append(torch.get_num_threads())}
    run(timed)
    assert (set(seen), torch.get_num_threads()) == ({1}, before + 1)
    torch.set_num_threads(before)

"""The time of a page in each stage of a pipeline."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import init_default_scope
from tiny_receipts import draw_page, entry, write_annotations

from plugins.benchmarking.sides import Side
from plugins.benchmarking.stages import MAIN, TARGETS, WORKER, PipelineTimer, time_pipelines
from plugins.functional.errors import UserError

JITTER = dict(type='TorchVisionWrapper', op='ColorJitter', brightness=0.2)
FIT = [dict(type='LoadReceipt'), dict(type='FitPage')]


def make_side(root: Path, pipeline: list[dict], loss: str = 'DBLogitLoss') -> Side:
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
    return Side('a side', dict(dataset=dataset), model, {})


def run(timer: PipelineTimer, repeat: int = 1) -> PipelineTimer:
    assert len(list(time_pipelines([timer], repeat))) == 2 * repeat
    return timer


def test_stages_come_in_the_order_of_the_pipeline(tmp_path: Path) -> None:
    pipeline = [*FIT, JITTER, JITTER, dict(type='PackReceipt')]
    stages = run(PipelineTimer(make_side(tmp_path, pipeline)), 3).stages()
    names = ['LoadReceipt', 'FitPage', 'ColorJitter', 'ColorJitter 2', 'PackReceipt']
    assert [stage.name for stage in stages] == ['annotation', *names]
    assert {stage.where for stage in stages} == {WORKER}
    assert all(min(stage.cpu_median, stage.wall_median, stage.cpu_mean) > 0 for stage in stages)


@pytest.mark.parametrize(('loss', 'main'), [('DBModuleLoss', 1), ('DBLogitLoss', 0)])
def test_targets_count_where_they_are_drawn(tmp_path: Path, loss: str, main: int) -> None:
    pipeline = [*FIT, dict(type='SinglePrecisionPolygons'), dict(type='PackReceipt')]
    timer = run(PipelineTimer(make_side(tmp_path, pipeline, loss)))
    drawn = [stage for stage in timer.stages() if stage.where == MAIN]
    assert [stage.name for stage in drawn] == [TARGETS] * main
    in_worker, in_main = timer.totals()
    assert in_main.cpu_mean == sum(stage.cpu_mean for stage in drawn)
    assert (in_main.cpu_mean > 0) == bool(main)
    assert in_worker.where == WORKER


def test_means_add_up(tmp_path: Path) -> None:
    timer = run(PipelineTimer(make_side(tmp_path, [*FIT, dict(type='PackReceipt')])), 2)
    total = timer.totals()[0].cpu_mean
    assert total == pytest.approx(sum(stage.cpu_mean for stage in timer.stages()))


class DropEverySecond:
    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, page: dict) -> dict | None:
        self.seen += 1
        return page if self.seen % 2 else None


def test_a_dropped_page_burdens_the_others(tmp_path: Path) -> None:
    timer = PipelineTimer(make_side(tmp_path, [*FIT, dict(type='PackReceipt')]))
    timer.transforms = {'LoadReceipt': timer.transforms['LoadReceipt'], 'drop': DropEverySecond()}
    run(timer)
    assert (len(timer.passes), timer.delivered) == (2, 1)
    load = timer.stages()[1]
    # Two values have their mean for a median; both were spent for the one page that came out.
    assert load.cpu_mean == pytest.approx(2 * load.cpu_median)


def test_a_pipeline_that_drops_every_page_is_the_users_to_mend(tmp_path: Path) -> None:
    timer = PipelineTimer(make_side(tmp_path, FIT))
    timer.transforms = {'drop': lambda page: None}
    with pytest.raises(UserError, match='a side: its pipeline dropped every page'):
        run(timer).stages()


def test_one_thread_computes_and_the_others_come_back(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    seen = []
    timer = PipelineTimer(make_side(tmp_path, FIT))
    timer.transforms = {'look': lambda page: seen.append(torch.get_num_threads())}
    run(timer)
    assert (set(seen), torch.get_num_threads()) == ({1}, before + 1)
    torch.set_num_threads(before)

"""The time of a page in each stage of a pipeline."""

from pathlib import Path

import pytest
import torch
from tiny_receipts import draw_page, entry, write_annotations

from plugins.benchmarking.compared_trainings import ComparedTraining
from plugins.benchmarking.pipeline_times import MAIN, TARGETS, WORKER, TimedPipeline, time_pipelines
from plugins.functional.errors import UserError

JITTER = dict(type='TorchVisionWrapper', op='ColorJitter', brightness=0.2)
PIPELINE = [dict(type='LoadReceipt'), dict(type='FitPage'), dict(type='PackReceipt')]


@pytest.fixture
def timed(tmp_path: Path, config):
    """Make a timed pipeline of two pages; ``config`` has set the default scope."""
    for name in ('a.png', 'b.png'):
        draw_page(tmp_path / 'images' / name)
    write_annotations(tmp_path / 'train.json', {'a.png': entry(), 'b.png': entry()})

    def make(pipeline: list[dict] = PIPELINE, loss: str = 'DBLogitLoss', **transforms):
        dataset = dict(
            type='ReceiptDataset',
            data_root=str(tmp_path),
            ann_file='train.json',
            data_prefix=dict(img_path='images'),
            input_size=64,
            pipeline=pipeline,
        )
        model = dict(det_head=dict(module_loss=dict(type=loss)))
        made = TimedPipeline(ComparedTraining('ours', dict(dataset=dataset), model, {}))
        made.transforms = transforms or made.transforms
        return made

    return make


def run(timed: TimedPipeline, repeat: int = 1) -> TimedPipeline:
    assert len(list(time_pipelines([timed], repeat))) == 2 * repeat
    return timed


def test_stages_come_in_the_order_of_the_pipeline_and_their_means_add_up(timed):
    stages, (total, _) = (
        run(timed([PIPELINE[0], JITTER, JITTER, *PIPELINE[1:]]), 3).figures().values()
    )
    names = ['LoadReceipt', 'ColorJitter', 'ColorJitter 2', 'FitPage', 'PackReceipt']
    assert [stage['name'] for stage in stages] == ['annotation', *names]
    assert {stage['where'] for stage in stages} == {WORKER}
    assert all(stage[key] > 0 for stage in stages for key in ('cpu_median', 'wall_median'))
    assert total['cpu_mean'] == pytest.approx(sum(stage['cpu_mean'] for stage in stages))


@pytest.mark.parametrize(('loss', 'main'), [('DBModuleLoss', 1), ('DBLogitLoss', 0)])
def test_targets_count_where_they_are_drawn(timed, loss: str, main: int):
    pipeline = [*PIPELINE[:2], dict(type='SinglePrecisionPolygons'), PIPELINE[2]]
    stages, (worker, in_main) = run(timed(pipeline, loss)).figures().values()
    drawn = [stage for stage in stages if stage['where'] == MAIN]
    assert [stage['name'] for stage in drawn] == [TARGETS] * main
    assert (worker['where'], in_main['where']) == (WORKER, MAIN)
    assert in_main['cpu_mean'] == sum(stage['cpu_mean'] for stage in drawn)


def test_a_dropped_page_burdens_the_others(timed):
    pages = iter([{'data_samples': None}, None])
    dropping = run(timed(drop=lambda page: sum(range(10**5)) and next(pages)))
    assert (len(dropping.passes), dropping.delivered) == (2, 1)
    _, drop = dropping.figures()['stages']
    # Two values have their mean for a median; both were spent for the one page that came out.
    assert drop['cpu_mean'] == pytest.approx(2 * drop['cpu_median'])


def test_a_pipeline_that_drops_every_page_is_the_users_to_mend(timed):
    with pytest.raises(UserError, match='ours: its pipeline dropped every page'):
        run(timed(drop=lambda page: None)).figures()


def test_one_thread_computes_and_the_others_come_back(timed):
    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(before + 1)
    run(timed(look=lambda page: seen.append(torch.get_num_threads())))
    assert (set(seen), torch.get_num_threads()) == ({1}, before + 1)
    torch.set_num_threads(before)

"""A test run: what it runs on, where its files go, and pictures of what it found."""

from pathlib import Path

from . import compat

compat.install()

from mmengine.config import Config  # noqa: E402
from mmengine.runner import Runner  # noqa: E402

from .cli import progress  # noqa: E402
from .functional.annotations import load_pages  # noqa: E402
from .functional.errors import UserError  # noqa: E402
from .functional.files import refuse_overwrite  # noqa: E402
from .functional.images import read_image  # noqa: E402
from .functional.overlay import FOUND, TRUTH, draw_polygons, write_image  # noqa: E402
from .functional.submission import read_predictions  # noqa: E402


def set_test(config: Config, split: str, out: str | None, force: bool) -> None:
    """Test on the pages of ``split`` and write the submission into ``out``, or the work dir.

    Raises:
        UserError: the config has no LeaderboardDumper to write it, or lacks a part of a test.
    """
    # The checkpoint on the command line is the one to test, not what a recipe started from.
    config.load_from, config.resume = None, False
    for key in (f'{split}_dataloader', 'test_evaluator', 'test_cfg'):
        if not config.get(key):
            raise UserError(f'{config.filename}: has no {key}; add it')
    if not isinstance(config.test_evaluator, list):
        config.test_evaluator = [config.test_evaluator]
    if split == 'val':
        config.test_dataloader = config.val_dataloader
    dumpers = [e for e in config.test_evaluator if e.get('type') == 'LeaderboardDumper']
    if not dumpers:
        raise UserError(
            f"{config.filename}: test_evaluator has no dict(type='LeaderboardDumper'); add it"
        )
    for evaluator in config.test_evaluator:
        if evaluator.get('type') == 'CLEvalMetric':
            evaluator.prefix = split
    dumpers[0].update(out_dir=out or config.work_dir, force=force)


def check_show_dir(runner: Runner, folder: str, force: bool) -> None:
    """Refuse to draw over pictures that are there already, and over the data itself in any case.

    Raises:
        UserError: see above.
    """
    dataset = runner.test_dataloader.dataset
    images = Path(dataset.data_prefix['img_path'])
    if Path(folder).resolve() == images.resolve():
        raise UserError(f'--show-dir {folder}: holds the pages themselves; name another folder')
    for name in dataset.metainfo['pages']:
        refuse_overwrite(Path(folder) / name, force)


def show_predictions(runner: Runner, out_dir: str, folder: str) -> None:
    """Draw what a test found, and the ground truth where there is one, one picture a page."""
    dataset = runner.test_dataloader.dataset
    images = Path(dataset.data_prefix['img_path'])
    truth = load_pages(dataset.ann_file)
    pages = read_predictions(Path(out_dir) / 'predictions.json')
    for name, found in progress(pages.items(), 'drawing', len(pages)):
        if (images / name).is_file():
            page = draw_polygons(read_image(images / name), truth[name].polygons, TRUTH)
            page = draw_polygons(page, [detection.polygon for detection in found], FOUND)
            write_image(Path(folder) / name, page)

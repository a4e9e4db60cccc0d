"""A test, as ``tools/test.py`` and ensembles run it, with maps and pictures of what it found."""

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.runner import Runner

from .. import cli
from ..functional.annotations import load_pages
from ..functional.drawing import colours, draw_polygons
from ..functional.errors import UserError
from ..functional.files import checksum, one_writer, refuse_overwrite
from ..functional.images import read_image, write_image
from ..functional.maps import TRAINED_PAGES
from ..functional.submission import read_predictions
from ..models import onnx_detector
from .cfg_options import parse_cfg_options
from .checkpoint_loading import load_weights, read_checkpoint, without_initial_weights
from .checkpoints import find_checkpoint
from .decoding_choice import choose_decoding
from .model_size import built_for
from .process_group import is_first
from .run_errors import run_errors
from .run_report import tell_score
from .runner_building import build_runner
from .seen_pages import check_seen
from .terminal_log import tell
from .test_config import load_test_config


def test(args: argparse.Namespace) -> None:
    """Test as the options of :func:`.cli.parse_test` say.

    Raises:
        UserError: whatever is wrong with the options, the config, the data or the checkpoint.
    """
    checkpoint = None
    if args.checkpoint is not None:
        checkpoint = read_checkpoint(find_checkpoint(args.checkpoint), args.trust)
    config, lines = load_test_config(args, checkpoint)
    set_test(config, args.split, args.out, args.force)
    if checkpoint is None:
        beside, weights = args.config, str(onnx_detector.find_onnx_file(config.model.backbone.file))
    else:
        beside = weights = checkpoint.path
        without_initial_weights(config.model, checkpoint)
    overridden = parse_cfg_options(args.cfg_options)
    decoding = choose_decoding(config.model, args.decode, beside, overridden)
    if args.tta or args.tta_scales or args.tta_flips:
        set_tta(config, args.tta_scales, args.tta_flips)
    if args.dump_maps is not None:
        set_maps(config, args.dump_maps, args.map_bits, args.force, weights)
    out = args.out or config.work_dir
    with ExitStack() as held:
        if is_first(args.launcher):
            held.enter_context(one_writer(out, 'predictions'))
            if args.dump_maps is not None:
                held.enter_context(one_writer(args.dump_maps, 'maps'))
        with nullcontext() if checkpoint is None else built_for(checkpoint):
            runner = build_runner(config, train=False)
        if args.show_dir is not None:
            check_show_dir(runner, args.show_dir, args.force)
        if checkpoint is not None:
            seen = check_seen(runner, checkpoint, args.allow_seen)
            if args.dump_maps is not None and seen is not None:
                runner.test_loop.source[TRAINED_PAGES] = seen
            load_weights(runner.model, checkpoint)
        for line in lines:
            tell(line)
        try:
            with run_errors(runner):
                metrics = runner.test()
        finally:
            cli.TERMINAL.end()
        tell_score(runner, metrics, decoding)
        if args.show_dir is not None and runner.rank == 0:
            show_predictions(runner, out, args.show_dir)


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


def set_tta(
    config: Config, scales: Sequence[float] | None = None, flips: Sequence[str] | None = None
) -> None:
    """Average the maps of several views of a page: the config's, or of these scales and flips.

    Raises:
        UserError: the config says nothing of test-time augmentation.
    """
    for key in ('tta_model', 'tta_pipeline'):
        if not config.get(key):
            raise UserError(f'{config.filename}: --tta needs {key}, which it does not have; add it')
    views = [step for step in config.tta_pipeline if step.type == 'PageViews']
    if (scales or flips) and not views:
        raise UserError(f'{config.filename}: tta_pipeline has no PageViews to set; add it')
    for step in views:
        step.update({'scales': scales} if scales else {}, **({'flips': flips} if flips else {}))
        for reader in config.tta_pipeline:
            if scales and reader.get('max_zoom'):
                reader.max_zoom = max(reader.max_zoom, max(scales))
    config.test_dataloader.dataset.pipeline = config.tta_pipeline
    batches = config.test_dataloader.get('batch_sampler') or {}
    if batches.get('type') == 'EqualPagesBatchSampler':
        # At other scales, pages of different sizes are padded differently.
        batches.divisor = None
    config.model = Config(dict(model={**config.tta_model, 'module': config.model})).model


def set_maps(config: Config, folder: str, bits: int, force: bool, checkpoint: str) -> None:
    """Write probability maps into ``folder`` and go by them, see MapTestLoop.

    Raises:
        UserError: the detector's postprocessor does not give maps.
    """
    outer = config.model
    head = (outer.module if 'module' in outer else outer).det_head
    inner = head.setdefault('postprocessor', dict(type='ReceiptPostprocessor'))
    for postprocessor in (inner, outer.get('postprocessor') or inner):
        if postprocessor.get('type') != 'ReceiptPostprocessor':
            raise UserError(
                f'{config.filename}: --dump-maps needs ReceiptPostprocessor, but the '
                f'postprocessor is {postprocessor.get("type")}; change it'
            )
    decoding = dict(outer.get('postprocessor') or inner)
    for key in ('type', 'output'):
        decoding.pop(key, None)
    inner.output = 'maps'
    if outer.get('postprocessor'):
        outer.postprocessor.output = 'maps'
    config.test_cfg = dict(
        type='MapTestLoop',
        folder=folder,
        source=_source(config, checkpoint),
        decoding=decoding,
        bits=bits,
        force=force,
        fp16=config.test_cfg.get('fp16', False),
    )


def _source(config: Config, checkpoint: str) -> dict[str, Any]:
    """Return what a map depends on, beside the page."""
    model = json.loads(json.dumps(config.model.to_dict(), default=str))
    detector = model.pop('module', model)
    for part, key in ((model, 'postprocessor'), (detector['det_head'], 'postprocessor')):
        part.pop(key, None)
    detector['det_head'].pop('module_loss', None)
    # Where the layers are read from again; the checkpoint's checksum stands for them.
    for key in ('layers_of', 'trust'):
        detector['backbone'].pop(key, None)
    dataset = config.test_dataloader.dataset
    network = json.dumps([model, detector, dataset.pipeline], default=str, sort_keys=True)
    return {
        'checkpoint': Path(checkpoint).name,
        'checkpoint_sha256': checksum(Path(checkpoint)),
        'annotation': dataset.ann_file.replace('{fold}', str(dataset.get('fold'))),
        'input_size': dataset.get('input_size'),
        # Pages of a batch are padded to one size, which neighbours of the padding notice.
        'batch_size': config.test_dataloader.get('batch_size', 1),
        'fp16': bool((config.get('test_cfg') or {}).get('fp16')),
        'tta': detector is not model,
        'network_sha256': checksum(network.encode()),
    }


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
    for name, found in cli.progress(pages.items(), 'drawing', len(pages)):
        if os.path.isfile(images / name):
            page = read_image(images / name)
            page = draw_polygons(page, truth[name].polygons, colours.GROUND_TRUTH)
            page = draw_polygons(page, [detection.polygon for detection in found], colours.FOUND)
            write_image(Path(folder) / name, page)


if __name__ == '__main__':
    cli.run(lambda: test(cli.parse_test()))

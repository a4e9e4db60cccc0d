"""The receipt annotation JSON as an MMOCR text detection dataset."""

import logging
import os
from pathlib import Path
from typing import ClassVar, NamedTuple

from mmengine.dataset import BaseDataset
from mmengine.logging import print_log
from mmocr.registry import DATASETS

from ..functional.annotations import Page, load_pages
from ..functional.errors import UserError
from ..functional.files import form_note, unreadable
from ..functional.images import image_size
from .page_seed import seeded


class PageRequest(NamedTuple):
    """What a batch sampler asks for: which page, at which size, with which randomness.

    It travels to the workers in place of an index. A size thus reaches persistent workers without
    a restart, and what augmentation makes of a page depends on neither the worker nor on what came
    before, so that a resumed training sees what an undisturbed one would have seen.
    """

    index: int
    input_size: int | None = None
    seed: int | None = None


@DATASETS.register_module()
class ReceiptDataset(BaseDataset):
    """Pages of an annotation JSON, in the fields MMOCR's pipelines read.

    Each item has ``img_path``, ``height``, ``width`` (as displayed) and ``instances`` with
    ``polygon`` (flat list of floats), ``bbox``, ``bbox_label`` 0 and ``ignore`` False. Pages that
    are listed but missing on disk are left out with a warning; ``metainfo['pages']`` names all
    that are listed, so that a submission has a row for each.

    Args:
        ann_file: annotation JSON below ``data_root``; ``{fold}`` in it is replaced.
        fold: which fold ``{fold}`` stands for.
        input_size: longer side of the network input, in pixels, handed to the pipeline with every
            page unless a ``PageRequest`` names another; ``RandomWarp`` and ``FitPage`` go by it.
        with_size: read the size of pages whose annotation lacks it from the image header.
        **kwargs: of mmengine's BaseDataset; ``data_prefix`` is ``dict(img_path=FOLDER)``.

    Raises:
        UserError: the annotation file cannot be used, lists no page, or none is on disk.
    """

    METAINFO: ClassVar = dict(dataset_type='ReceiptDataset', task_name='textdet')

    def __init__(
        self,
        ann_file: str = '',
        *,
        fold: int | None = None,
        input_size: int = 960,
        with_size: bool = True,
        **kwargs,
    ) -> None:
        if '{fold}' in ann_file:
            if not isinstance(fold, int) or fold < 0:
                raise UserError(f'{ann_file}: fold is {fold!r}; name a fold, 0 or more')
            ann_file = ann_file.replace('{fold}', str(fold))
        if not isinstance(input_size, int) or input_size < 32:
            raise UserError(f'{ann_file}: input_size is {input_size!r}; give 32 pixels or more')
        self.input_size = input_size
        self.with_size = with_size
        super().__init__(ann_file=ann_file, **kwargs)

    def load_data_list(self) -> list[dict]:
        """Return one record a page that is on disk, in file order."""
        pages = load_pages(self.ann_file)
        folder = Path(self.data_prefix.get('img_path', ''))
        present = _files_in(folder)
        self._metainfo['pages'] = tuple(pages)
        missing = [name for name in pages if name not in present]
        if len(missing) == len(pages):
            raise UserError(self._nothing_to_read(pages, folder, present))
        if missing:
            print_log(
                f'{self.ann_file}: {len(missing)} of {len(pages)} images are not in {folder}, '
                f'first {missing[0]!r}{form_note(missing, present)}; they are left out (see '
                'tools/check_dataset.py)',
                logger='current',
                level=logging.WARNING,
            )
        return [
            self._record(folder / name, page) for name, page in pages.items() if name in present
        ]

    def __getitem__(self, idx: int | PageRequest) -> dict:
        """Return what the pipeline makes of a page, of the size and by the seed of a request."""
        with seeded(idx.seed if isinstance(idx, PageRequest) else None):
            return super().__getitem__(idx)

    def get_data_info(self, idx: int | PageRequest) -> dict:
        """Return a page's record with ``input_size``."""
        index, size, _ = idx if isinstance(idx, PageRequest) else PageRequest(idx)
        return {**super().get_data_info(index), 'input_size': size or self.input_size}

    def _nothing_to_read(self, pages: dict[str, Page], folder: Path, present: set[str]) -> str:
        if not pages:
            return f'{self.ann_file}: lists no image; give an annotation file with pages'
        return (
            f'{folder}: none of the {len(pages)} images of {self.ann_file} is there, '
            f'first {next(iter(pages))!r}{form_note(pages, present)}; check --data-root and '
            'data_prefix'
        )

    def _record(self, path: Path, page: Page) -> dict:
        width, height = page.width, page.height
        if self.with_size and (width is None or height is None):
            width, height = image_size(path)
        return dict(
            img_path=str(path),
            height=height,
            width=width,
            instances=[
                dict(
                    polygon=polygon.ravel().tolist(),
                    bbox=[*polygon.min(axis=0).tolist(), *polygon.max(axis=0).tolist()],
                    bbox_label=0,
                    ignore=False,
                )
                for polygon in page.polygons
            ],
        )


def _files_in(folder: Path) -> set[str]:
    """Return the names in a folder, without those of links that lead nowhere."""
    if not os.path.isdir(folder):
        return set()
    try:
        with os.scandir(folder) as entries:
            return {e.name for e in entries if not e.is_symlink() or os.path.exists(e.path)}
    except OSError as error:
        raise unreadable(folder, error) from error

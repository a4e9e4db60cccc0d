"""What CLEval made of a page, for people to look at: missed, split, merged and false in colours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..cleval import match_page, score_page
from ..drawing import Image, Layer, colours, layered_page
from ..errors import counted
from ..submission import as_submitted


def match_layers(gt: Sequence[NDArray], det: Sequence[NDArray]) -> list[Layer]:
    """Return a page's words and detections as layers, by what CLEval made of them.

    A detection that covers several words counts as merged, also where it is a piece of a split
    word. Polygons that do not count, of under 4 points or after the 500th, are not drawn.
    """
    matches = match_page(gt, det)
    # A split word shows as its pieces, a thin line round the word tells where it should have ended.
    split_words = [gt[i] for i in matches.split]
    found, pieces = ([det[i] for i in index] for index in (matches.one_to_one, matches.pieces))
    merged, false = ([det[i] for i in index] for index in (matches.merged, matches.false))
    missed = [gt[i] for i in matches.missed]
    in_pieces = f'split: {counted(len(split_words), "word")} in pieces'
    of_several = f'merged: {counted(len(merged), "detection")} of several words'
    return [
        Layer(f'found: {len(found)}', colours.MATCHED, found),
        Layer(in_pieces, colours.SPLIT, pieces + split_words, 'filled'),
        Layer(of_several, colours.MERGED, merged, 'filled'),
        Layer(f'missed: {counted(len(missed), "word")}', colours.MISSED, missed, 'filled'),
        Layer(f'false: {counted(len(false), "detection")}', colours.FALSE, false, 'hatched'),
    ]


def match_picture(
    name: str, image: Image, gt: Sequence[NDArray], det: Sequence[NDArray]
) -> NDArray[np.uint8]:
    """Return a BGR page (H, W, 3) with the layers of :func:`match_layers` and the page's score.

    What is scored and drawn is what the CSV keeps of ``det``.
    """
    det = as_submitted(det)
    score = score_page(gt, det)
    figures = f'H {score.hmean:.3f}  P {score.precision:.3f}  R {score.recall:.3f}'
    return layered_page(image, f'{figures}   {name}', match_layers(gt, det))

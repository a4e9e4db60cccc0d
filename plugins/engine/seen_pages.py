"""Whether a test is of pages that its checkpoint was trained on."""

from mmengine.runner import Runner

from ..datasets.page_names import has_labels, page_names
from ..functional.training import pages_among, refuse_seen
from ..hooks.trained_pages import read_trained_pages
from .checkpoint_loading import Checkpoint
from .terminal_log import tell


def check_seen(runner: Runner, checkpoint: Checkpoint, allow: bool) -> list[str] | None:
    """Refuse to score a checkpoint on pages that it was trained on.

    Pages without any labels are not scored, and may be any.

    Args:
        runner: built for a test.
        checkpoint: what is tested.
        allow: score them nevertheless.

    Returns:
        The pages of the test that the checkpoint was trained on; None where it does not say.

    Raises:
        UserError: there are such pages, with labels, and it is not allowed.
    """
    loop = runner.test_loop
    # A test that writes maps loads those pages alone whose map is to be made.
    dataset = getattr(loop, 'pages', loop.dataloader.dataset)
    names = page_names(dataset)
    scored = has_labels(dataset)
    hashes = read_trained_pages(checkpoint.content, checkpoint.path)
    if hashes is None:
        if scored:
            tell(
                f'{checkpoint.path}: does not say which pages it was trained on, so these may be '
                'among them'
            )
        return None
    seen = pages_among(names, hashes)
    if scored:
        refuse_seen(seen, len(names), checkpoint.path, 'score', allow)
        if seen:
            tell(f'{len(seen):,} of these pages were trained on: H says nothing of others')
    return seen

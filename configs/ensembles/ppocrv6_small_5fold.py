_base_ = 'convnext_tiny_5fold.py'

# The five trainings of `bash tools/run_5fold.sh configs/dbnet_ppocrv6_small.py`.
members = [
    dict(
        name=f'ppocrv6_small_fold{fold}',
        config='configs/dbnet_ppocrv6_small.py',
        checkpoint=f'work_dirs/dbnet_ppocrv6_small_fold{fold}',
    )
    for fold in range(5)
]

# Tuned for the single detectors, as there are no pages that none of them was trained on.
averaging = dict(thresh=0.2, box_thresh=0.45, unclip_ratio=1.4, max_candidates=1000)

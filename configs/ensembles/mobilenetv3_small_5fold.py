_base_ = 'convnext_tiny_5fold.py'

# By the maps that `tools/test.py --dump-maps` wrote of each fold's detector.
members = [dict(name=f'fold{fold}', maps=f'work_dirs/maps/test/fold{fold}') for fold in range(5)]

# Tuned for the single detectors, as there are no pages that none of them was trained on.
averaging = dict(thresh=0.1, box_thresh=0.25, unclip_ratio=0.9)

custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)

# The best that anyone reported on the predecessor's leaderboard, 98.97: a weighted mean of the
# probability maps of HRNet and ConvNeXt, each with its mirror image. The weights were not reported.
_flip = ['--tta', '--tta-scales', '1.0', '--tta-flips', 'none', 'horizontal']
members = [
    dict(
        name='hrnet_w44',
        config='configs/dbnet_hrnet_w44_1024.py',
        checkpoint='work_dirs/dbnet_hrnet_w44_1024',
        test_options=_flip,
        weight=0.6,
    ),
    dict(
        name='convnext_tiny',
        config='configs/dbnet_convnext_tiny.py',
        checkpoint='work_dirs/dbnet_convnext_tiny',
        test_options=_flip,
        weight=0.4,
    ),
]

averaging = dict(type='MapAveragingEnsembler', thresh=0.22, box_thresh=0.4, max_candidates=1000)

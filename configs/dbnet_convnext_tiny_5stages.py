_base_ = 'dbnet_convnext_tiny.py'

custom_hooks = [
    dict(
        type='ProgressiveResolutionHook',
        stages=[(0, 512), (2, 640), (4, 768), (6, 896), (8, 960)],
    ),
]

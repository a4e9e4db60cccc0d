_base_ = 'dbnet_convnext_tiny.py'

custom_hooks = [
    dict(
        type='ProgressiveResolutionHook',
        stages=[(0, 512), (2, 640), (4, 768), (6, 896), (8, 960)],
    ),
    dict(type='EarlyStoppingHook', monitor='val/hmean', rule='greater', min_delta=1e-4, patience=5),
]

_base_ = 'dbnet_convnext_tiny.py'

# Validated, kept and handed in: the mean of about the last hundred steps' weights.
custom_hooks = [
    *_base_.custom_hooks,
    dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.01),
]

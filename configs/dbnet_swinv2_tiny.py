_base_ = 'dbnet_convnext_tiny.py'

model = dict(
    # Windows shift in the last stage too, which is one window at 256 pixels and twelve at 960.
    backbone=dict(model_name='swinv2_tiny_window8_256', always_partition=True),
)
optim_wrapper = dict(optimizer=dict(lr=2e-4))

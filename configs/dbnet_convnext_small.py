_base_ = 'dbnet_convnext_tiny.py'

model = dict(backbone=dict(model_name='convnext_small'))

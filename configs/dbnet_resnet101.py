_base_ = 'dbnet_resnet50.py'

model = dict(backbone=dict(model_name='resnet101'))

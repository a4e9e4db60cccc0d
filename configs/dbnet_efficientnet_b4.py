_base_ = 'dbnet_resnet50.py'

model = dict(backbone=dict(model_name='efficientnet_b4'))
# Tried as well: 2.5e-4 and 4e-4.
optim_wrapper = dict(optimizer=dict(lr=3e-4))

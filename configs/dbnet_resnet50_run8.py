_base_ = 'dbnet_resnet50.py'

optim_wrapper = dict(optimizer=dict(lr=5.13e-4, weight_decay=6.8e-5))

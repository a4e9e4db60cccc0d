_base_ = 'dbnet_convnext_tiny.py'

train_dataloader = dict(dataset=dict(fold=3))
val_dataloader = dict(dataset=dict(fold=3))

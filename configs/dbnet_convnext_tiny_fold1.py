_base_ = 'dbnet_convnext_tiny.py'

train_dataloader = val_dataloader = dict(dataset=dict(fold=1))

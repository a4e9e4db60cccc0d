_base_ = 'dbnet_resnet50.py'

model = dict(
    det_head=dict(postprocessor=dict(thresh=0.3, box_thresh=0.4, max_candidates=500)),
)

max_epochs = 20
train_cfg = dict(max_epochs=max_epochs)
# Two batches of 4 a step; accumulative_counts=1 is the same recipe in batches of 4.
optim_wrapper = dict(optimizer=dict(lr=1e-3), accumulative_counts=2)
param_scheduler = dict(T_max=max_epochs)

train_dataloader = val_dataloader = test_dataloader = dict(dataset=dict(input_size=1024))

default_hooks = dict(early_stop=dict(type='ResumableEarlyStoppingHook', patience=3))

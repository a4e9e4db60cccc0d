_base_ = 'dbnet_resnet50.py'

model = dict(
    backbone=dict(model_name='hrnet_w44'),
    det_head=dict(postprocessor=dict(thresh=0.22, box_thresh=0.4, max_candidates=1000)),
)

max_epochs = 13
train_cfg = dict(max_epochs=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=3e-4))
param_scheduler = dict(T_max=max_epochs, eta_min=1e-5)

train_dataloader = val_dataloader = test_dataloader = dict(dataset=dict(input_size=1024))

default_hooks = dict(early_stop=dict(type='ResumableEarlyStoppingHook', patience=3))

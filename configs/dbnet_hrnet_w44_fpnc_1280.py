_base_ = 'dbnet_resnet50.py'

model = dict(
    backbone=dict(model_name='hrnet_w44'),
    neck=dict(_delete_=True, type='FPNC'),
    det_head=dict(postprocessor=dict(thresh=0.3, box_thresh=0.5, max_candidates=1000)),
)

max_epochs = 20
train_cfg = dict(max_epochs=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
param_scheduler = dict(T_max=max_epochs)

val_dataloader = test_dataloader = dict(dataset=dict(input_size=1280))
train_dataloader = dict(batch_size=8, **val_dataloader)

auto_scale_lr = dict(base_batch_size=8)

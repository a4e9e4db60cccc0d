_base_ = [
    '_base_/default_runtime.py',
    '_base_/dataloaders/receipts.py',
    '_base_/models/dbnet_unet.py',
    '_base_/schedules/cosine_20e.py',
]

model = dict(det_head=dict(postprocessor=dict(thresh=0.22, box_thresh=0.25)))

max_epochs = 22
train_cfg = dict(max_epochs=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=4e-4, weight_decay=1e-4))
param_scheduler = dict(T_max=max_epochs, eta_min=0)

val_dataloader = test_dataloader = dict(dataset=dict(input_size=960))
train_dataloader = dict(batch_size=4, **val_dataloader)

auto_scale_lr = dict(base_batch_size=4)

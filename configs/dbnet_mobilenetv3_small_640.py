_base_ = [
    '_base_/default_runtime.py',
    '_base_/dataloaders/receipts.py',
    '_base_/models/dbnet_unet.py',
    '_base_/schedules/cosine_20e.py',
]

# Small enough for two CPU cores: the quickstart trains it in minutes.
model = dict(
    backbone=dict(model_name='mobilenetv3_small_075', pretrained=False),
    neck=dict(inner_channels=64, out_channels_per_level=16),
    # Tuned on the 97 validation pages of SROIE's fold 0, after ten epochs from scratch.
    det_head=dict(postprocessor=dict(thresh=0.1, box_thresh=0.3, unclip_ratio=1.1)),
)

max_epochs = 10
train_cfg = dict(max_epochs=max_epochs)
optim_wrapper = dict(optimizer=dict(lr=3e-3))
param_scheduler = dict(T_max=max_epochs)

val_dataloader = test_dataloader = dict(num_workers=1, dataset=dict(input_size=640))
train_dataloader = dict(batch_size=4, **val_dataloader)

auto_scale_lr = dict(base_batch_size=4)

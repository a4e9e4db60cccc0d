_base_ = [
    '_base_/default_runtime.py',
    '_base_/dataloaders/receipts.py',
    '_base_/models/dbnet_unet.py',
    '_base_/schedules/cosine_20e.py',
]

model = dict(
    backbone=dict(model_name='convnext_tiny'),
    det_head=dict(postprocessor=dict(thresh=0.29, box_thresh=0.25, max_candidates=600)),
)

train_dataloader = val_dataloader = test_dataloader = dict(dataset=dict(input_size=960))

custom_hooks = [dict(type='ProgressiveResolutionHook', stages=[(0, 640), (4, 960)])]
default_hooks = dict(early_stop=dict(type='ResumableEarlyStoppingHook', patience=5))

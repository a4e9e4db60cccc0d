# MMOCR's own DBNet-r18: its model, loss, pipelines, optimizer and decoding, on receipts and scored
# by CLEval. The yardstick beside the recipes, not one of them.
_base_ = [
    '_base_/default_runtime.py',
    '_base_/datasets/receipts.py',
    '_base_/evaluation/cleval.py',
    'mmocr::textdet/dbnet/_base_dbnet_resnet18_fpnc.py',
    'mmocr::textdet/_base_/schedules/schedule_sgd_1200e.py',
]

model = dict(backbone=dict(init_cfg=None))

# The one change without which it does not run.
_base_.train_pipeline.insert(-1, dict(type='SinglePrecisionPolygons'))

train_dataloader = dict(
    batch_size=16,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=_base_.train_pipeline, **_base_.receipts_train),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(pipeline=_base_.test_pipeline, **_base_.receipts_val),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=False,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(pipeline=_base_.test_pipeline, **_base_.receipts_test),
)

auto_scale_lr = dict(base_batch_size=16)

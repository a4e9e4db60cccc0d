_base_ = [
    '../datasets/receipts.py',
    '../evaluation/cleval.py',
    '../test_time_augmentation.py',
]

train_pipeline = [
    dict(type='LoadReceipt', max_zoom=1.35),
    dict(type='RandomWarp', degrees=5, scale=(0.8, 1.25), stretch=0.1, shift=0.05, flip=0.5),
    dict(type='ColorJitter', brightness=0.2, contrast=0.2, saturation=0.2, hue=0.02),
    dict(type='RandomBlur', prob=0.1, sigma=(0.3, 1.0)),
    dict(type='RandomNoise', prob=0.1, sigma=(1, 8)),
    dict(type='RandomJPEG', prob=0.1, quality=(40, 90)),
    dict(type='MakeDBTargets'),
    dict(type='PackReceipt'),
]
test_pipeline = [
    dict(type='LoadReceipt', max_zoom=1.1),
    dict(type='FitPage'),
    dict(type='PackReceipt'),
]

train_dataloader = dict(
    batch_size=8,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    batch_sampler=dict(type='ReceiptBatchSampler'),
    dataset=dict(pipeline=train_pipeline, **_base_.receipts_train),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    batch_sampler=dict(type='ReceiptBatchSampler'),
    dataset=dict(pipeline=test_pipeline, **_base_.receipts_val),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=False,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(pipeline=test_pipeline, **_base_.receipts_test),
)

auto_scale_lr = dict(base_batch_size=8)

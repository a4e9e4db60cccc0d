_base_ = 'dbnet_convnext_tiny.py'

model = dict(
    data_preprocessor=dict(
        batch_augments=[
            dict(type='MixUp', alpha=0.2, prob=0.3),
            dict(type='CutMix', alpha=1.0, prob=0.3),
        ],
    ),
)

train_pipeline = [
    *_base_.train_pipeline[:2],  # read and warp as ever
    dict(type='RandomShadow', prob=0.3, strength=(0.1, 0.5)),
    dict(type='ColorJitter', brightness=0.3, contrast=0.4, saturation=0.5, hue=0.05),
    dict(type='RandomBlur', prob=0.3, sigma=(0.3, 1.5)),
    dict(type='RandomNoise', prob=0.3, sigma=(2, 15)),
    dict(type='RandomJPEG', prob=0.3, quality=(25, 90)),
    *_base_.train_pipeline[-2:],  # the maps, packed
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))

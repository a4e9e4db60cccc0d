max_epochs = 20

train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=max_epochs, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=4.5e-4, weight_decay=8.5e-5),
    clip_grad=dict(max_norm=1.0),
)
param_scheduler = dict(type='CosineAnnealingLR', T_max=max_epochs, eta_min=8e-6, by_epoch=True)

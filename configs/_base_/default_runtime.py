custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)
default_scope = 'mmocr'

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=1),
    dist_cfg=dict(backend='nccl'),
)
randomness = dict(seed=42)

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=20),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='AtomicCheckpointHook',
        interval=1,
        max_keep_ckpts=1,
        save_best='val/hmean',
        keep_best=3,
    ),
    epoch_seed=dict(type='EpochSeedHook'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    sync_buffer=dict(type='SyncBuffersHook'),
    nonfinite_loss=dict(type='NonFiniteLossHook'),
)

log_level = 'INFO'
log_processor = dict(type='LogProcessor', window_size=20, by_epoch=True)
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='TextDetLocalVisualizer', name='visualizer', vis_backends=vis_backends)

load_from = None
resume = False

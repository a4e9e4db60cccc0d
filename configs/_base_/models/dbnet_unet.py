model = dict(
    type='ReceiptDBNet',
    data_preprocessor=dict(
        type='TextDetDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_size_divisor=32,
    ),
    backbone=dict(type='TimmBackbone', model_name='resnet50', pretrained=True),
    neck=dict(type='UNetNeck', inner_channels=256, out_channels_per_level=64),
    det_head=dict(
        type='DBLogitHead',
        module_loss=dict(type='DBLogitLoss'),
        postprocessor=dict(
            type='ReceiptPostprocessor',
            thresh=0.3,
            box_thresh=0.3,
            unclip_ratio=1.5,
            max_candidates=1000,
        ),
    ),
)

custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)

# Two backbones, five folds each; coordinates are the mean of those that agree.
members = [
    dict(
        name=f'{recipe}_fold{fold}',
        config=f'configs/dbnet_{recipe}.py',
        checkpoint=f'work_dirs/dbnet_{recipe}_fold{fold}',
    )
    for recipe in ('resnet50_5fold', 'convnext_tiny')
    for fold in range(5)
]

voting = dict(type='KFoldVotingEnsembler', min_votes=5, iou_threshold=0.5, merge='mean')

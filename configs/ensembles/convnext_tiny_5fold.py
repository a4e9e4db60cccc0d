custom_imports = dict(imports=['plugins.register'], allow_failed_imports=False)

# The five trainings of `bash tools/run_5fold.sh configs/dbnet_convnext_tiny.py`, each by the best
# checkpoint of its work folder.
members = [
    dict(
        name=f'convnext_tiny_fold{fold}',
        config='configs/dbnet_convnext_tiny.py',
        checkpoint=f'work_dirs/dbnet_convnext_tiny_fold{fold}',
    )
    for fold in range(5)
]

voting = dict(type='KFoldVotingEnsembler', min_votes=3, iou_threshold=0.5)
# The recipe's own thresholds; tune them on the averaged maps, as docs/ensembles.md says.
averaging = dict(type='MapAveragingEnsembler', thresh=0.29, box_thresh=0.25, max_candidates=600)

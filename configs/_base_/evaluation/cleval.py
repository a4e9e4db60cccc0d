val_evaluator = dict(type='CLEvalMetric', prefix='val')
test_evaluator = [
    dict(type='CLEvalMetric', prefix='test'),
    dict(type='LeaderboardDumper', out_dir='work_dirs'),
]

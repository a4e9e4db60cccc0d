# With --tta: the maps of every scale in every mirror image are averaged.
tta_pipeline = [
    dict(type='LoadReceipt', max_zoom=1.15),
    dict(type='PageViews', scales=[0.95, 1.0, 1.05], flips=['none', 'horizontal']),
]
tta_model = dict(type='ProbMapTTA')

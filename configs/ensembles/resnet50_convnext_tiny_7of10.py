_base_ = 'resnet50_convnext_tiny_5of10.py'

voting = dict(min_votes=7)

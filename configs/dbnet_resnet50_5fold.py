# The rate that was trained on every fold: tools/run_5fold.sh, or --fold 0 to 4.
_base_ = 'dbnet_resnet50.py'

optim_wrapper = dict(optimizer=dict(lr=5e-4))

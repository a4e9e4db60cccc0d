_base_ = 'dbnet_convnext_tiny.py'

# Hard pixels weigh more, and missed ones more than false alarms.
region_loss = dict(
    type='WeightedLoss',
    losses=[
        (4.0, dict(type='FocalLoss', alpha=0.25, gamma=2.0)),
        (1.0, dict(type='TverskyLoss', alpha=0.3, beta=0.7)),
    ],
)
model = dict(
    det_head=dict(
        module_loss=dict(
            loss_prob=region_loss,
            loss_db=dict(type='FocalTverskyLoss', alpha=0.3, beta=0.7, gamma=4 / 3),
        )
    )
)

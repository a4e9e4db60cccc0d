"""The DB head on logits."""

import torch
from mmocr.models.textdet.heads import DBHead

from plugins.models.db_logit_head import DBLogitHead


def test_weights_are_interchangeable_with_mmocrs_head() -> None:
    ours, theirs = DBLogitHead(16), DBHead(16)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    theirs.load_state_dict(ours.state_dict())
    features = torch.randn(2, 16, 8, 12)
    prob_logits, thresh_logits = ours(features, mode='loss')
    expected_logits, thresh_map, _ = theirs(features, mode='loss')
    torch.testing.assert_close(prob_logits, expected_logits)
    torch.testing.assert_close(thresh_logits.sigmoid(), thresh_map)
    torch.testing.assert_close(ours(features), theirs(features))


def test_the_three_modes() -> None:
    head = DBLogitHead(16).eval()
    features = torch.randn(1, 16, 8, 12)
    prob = head(features, mode='predict')
    assert prob.shape == (1, 32, 48)
    assert prob.min() >= 0 and prob.max() <= 1
    prob_logits, thresh_logits, same = head(features, mode='both')
    assert torch.equal(prob_logits.sigmoid(), prob) and torch.equal(same, prob)
    assert torch.equal(head(features, mode='loss')[1], thresh_logits)

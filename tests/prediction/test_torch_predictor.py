"""Errors of the network end a run."""

import threading

import pytest
import torch

from plugins.functional.errors import UserError
from plugins.prediction import predict


def test_an_error_of_the_network_ends_the_run(predictor, pictures, monkeypatch) -> None:
    def hungry(*args):
        raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 20 GiB')

    monkeypatch.setattr(predictor._model.det_head, 'forward', hungry)
    threads = threading.active_count()
    with pytest.raises(UserError, match='too little memory for a batch of 1; lower --batch-size'):
        list(predict(predictor, pictures))
    assert threading.active_count() == threads

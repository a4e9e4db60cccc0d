"""Any timm feature extractor as an MMOCR backbone."""

import difflib
import os

import timm
import torch
from mmengine.model import BaseModule
from mmocr.registry import MODELS
from torch import Tensor, nn

from ..functional.errors import UserError

STRIDES = (4, 8, 16, 32)


@MODELS.register_module()
class TimmBackbone(BaseModule):
    """Feature maps at strides 4, 8, 16 and 32 of a timm model, always NCHW.

    ``out_channels`` holds the four channel counts as timm reports them. A tiny forward pass at
    construction proves that the model takes pages of any size divisible by 32; models with a
    fixed size are rebuilt with ``strict_img_size=False``, which Swin understands.

    Args:
        model_name: as in ``timm.list_models()``.
        pretrained: load timm's weights, from its cache or the network.
        checkpoint: a local weight file (.pth, .bin, .safetensors) in timm's layout, used instead of
            a download.
        **model_args: passed on, e.g. ``drop_path_rate=0.1``.

    Raises:
        UserError: the model is unknown or cannot give these strides, or its weights cannot be had.
    """

    def __init__(
        self,
        model_name: str,
        pretrained: bool = False,
        checkpoint: str | None = None,
        **model_args,
    ) -> None:
        super().__init__()
        if checkpoint is not None and not os.path.isfile(checkpoint):
            raise UserError(f'{checkpoint}: no such file; check model.backbone.checkpoint')
        if not timm.is_model(model_name.partition('.')[0]):
            raise UserError(f'model.backbone.model_name: {_unknown(model_name)}')
        weights = {'pretrained': pretrained or checkpoint is not None}
        if checkpoint is not None:
            weights['pretrained_cfg_overlay'] = {'file': checkpoint}
        self.model_name = model_name
        failure = None
        for adaptation in ({}, {'strict_img_size': False}):
            try:
                self.model = _create(model_name, weights, {**model_args, **adaptation})
                self.out_channels = self.model.feature_info.channels()
                self._nhwc = self._probe()
                return
            except UserError:
                raise
            except (RuntimeError, ValueError, AssertionError, TypeError, IndexError) as error:
                failure = failure or error
        if isinstance(failure, TypeError) and model_args:
            raise UserError(
                f'model.backbone: {model_name!r} does not take {", ".join(model_args)} '
                f'({_first_line(failure)}); mend or remove it'
            ) from failure
        raise UserError(
            f'model.backbone.model_name: {model_name!r} cannot serve as a backbone '
            f'({_first_line(failure)}); choose one with feature maps at strides 4, 8, 16 and 32, '
            'such as convnext_tiny, efficientnet_b3, resnet50, hrnet_w44 or '
            'swin_tiny_patch4_window7_224'
        )

    def _probe(self) -> list[bool]:
        """Return which levels are NHWC, from a forward pass at 64 x 96 pixels."""
        training = self.model.training
        self.model.eval()
        with torch.no_grad():
            levels = self.model(torch.zeros(1, 3, 64, 96))
        self.model.train(training)
        channels_last = []
        for level, channels, stride in zip(levels, self.out_channels, STRIDES, strict=True):
            size = (64 // stride, 96 // stride)
            if tuple(level.shape[1:]) not in ((channels, *size), (*size, channels)):
                raise ValueError(f'its stride-{stride} map has shape {tuple(level.shape)}')
            channels_last.append(tuple(level.shape[1:]) == (*size, channels))
        return channels_last

    def init_weights(self) -> None:
        """Keep the weights timm made or loaded; mmengine's recursion would reset some models."""
        self._is_init = True

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return four maps (N, C_i, H / stride_i, W / stride_i) for images (N, 3, H, W)."""
        return tuple(
            level.permute(0, 3, 1, 2).contiguous() if nhwc else level
            for level, nhwc in zip(self.model(images), self._nhwc, strict=True)
        )


def _create(model_name: str, weights: dict, model_args: dict) -> nn.Module:
    state = torch.get_rng_state()
    try:
        model = _build(model_name, weights, model_args)
    except Exception as error:
        if not weights['pretrained'] or isinstance(error, (TypeError, AssertionError)):
            raise
        raise UserError(_no_weights(model_name, weights, _first_line(error))) from error
    reduction = tuple(model.feature_info.reduction())
    if reduction != STRIDES:
        raise ValueError(f'its last maps have strides {reduction}')
    if 'pretrained_cfg_overlay' in weights:
        # The same random weights again, without the checkpoint.
        torch.set_rng_state(state)
        untouched = _untouched(model, _build(model_name, {'pretrained': False}, model_args))
        if untouched:
            reason = f'{len(untouched)} layers stay as they were, first {untouched[0]!r}'
            raise UserError(_no_weights(model_name, weights, reason))
    return model


def _build(model_name: str, weights: dict, model_args: dict) -> nn.Module:
    return timm.create_model(
        model_name, features_only=True, out_indices=(-4, -3, -2, -1), **weights, **model_args
    )


def _untouched(model: nn.Module, fresh: nn.Module) -> list[str]:
    """Return which random weights are those of ``fresh``: timm loads many models in parts."""
    fresh_weights = dict(fresh.named_parameters())
    return [
        name
        for name, weight in model.named_parameters()
        if weight.ndim > 1
        and torch.equal(weight, fresh_weights[name])
        and (weight != weight.flatten()[0]).any()
    ]


def _no_weights(model_name: str, weights: dict, reason: str) -> str:
    source = weights.get('pretrained_cfg_overlay', {}).get('file')
    if source is not None:
        return (
            f'{source}: no weights of {model_name!r} in it ({reason}); '
            'model.backbone.checkpoint wants a timm state dict of that model'
        )
    return (
        f'model.backbone.pretrained: the weights of {model_name!r} cannot be fetched ({reason}); '
        'connect to the network once, or give a local file with model.backbone.checkpoint=FILE, '
        'or start from scratch with model.backbone.pretrained=False'
    )


def _unknown(model_name: str) -> str:
    names = timm.list_models()
    similar = difflib.get_close_matches(model_name.partition('.')[0], names, 5, 0.7)
    known = ', '.join(similar or ['convnext_tiny', 'resnet50', 'efficientnet_b3', 'hrnet_w44'])
    meant = f'did you mean {known}?' if similar else f'take one that it has, such as {known}'
    return f'timm {timm.__version__} has no model {model_name!r}; {meant}'


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]

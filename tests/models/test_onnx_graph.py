"""Graphs that are simpler than before and do the same."""

import numpy as np
import pytest
from onnx import helper
from tiny_onnx import make_model, run_onnx, weights

from plugins.models.onnx_graph import OnnxGraph

IMAGES = weights(2, 3, 13, 10, seed=9)


def part(model):
    """Return all of a model, simplified."""
    return OnnxGraph(model.graph).part('image', OnnxGraph(model.graph).outputs[0], model)


def kinds(model) -> list[str]:
    return [node.op_type for node in model.graph.node]


def sizes(model) -> int:
    return sum(int(np.prod(weight.dims)) for weight in model.graph.initializer)


@pytest.mark.parametrize(
    ('convolution', 'weight', 'options'),
    [
        pytest.param('Conv', (6, 3, 3, 3), {}, id='convolution'),
        pytest.param('Conv', (6, 1, 3, 3), dict(group=3), id='in groups'),
        pytest.param('ConvTranspose', (3, 6, 2, 2), dict(strides=[2, 2]), id='transposed'),
        pytest.param('ConvTranspose', (3, 2, 2, 2), dict(group=3), id='transposed, in groups'),
    ],
)
@pytest.mark.parametrize('shape', [(1, 6, 1, 1), (6, 1, 1)], ids=str)
def test_what_is_added_to_a_convolution_is_its_bias(convolution, weight, options, shape) -> None:
    nodes = [
        helper.make_node(convolution, ['image', 'w'], ['a'], **options),
        helper.make_node('Identity', ['a'], ['b']),
        helper.make_node('Add', ['added', 'b'], ['c']),
        helper.make_node('Identity', ['c'], ['map']),
    ]
    model = make_model(nodes, dict(w=weights(*weight), added=weights(*shape)))
    expected = run_onnx(model, IMAGES)
    simple = part(model)
    assert kinds(simple) == [convolution]
    assert sizes(simple) == np.prod(weight) + 6
    np.testing.assert_allclose(run_onnx(simple, IMAGES), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ('nodes', 'added'),
    [
        pytest.param(
            [
                helper.make_node('Conv', ['image', 'w'], ['a']),
                helper.make_node('Add', ['a', 'added'], ['b']),
                helper.make_node('Mul', ['a', 'b'], ['map']),
            ],
            (1, 3, 1, 1),
            id='others take the output as well',
        ),
        pytest.param(
            [
                helper.make_node('Conv', ['image', 'w'], ['a']),
                helper.make_node('Add', ['a', 'added'], ['map']),
            ],
            (1, 1, 13, 10),
            id='not a number a channel',
        ),
        pytest.param(
            [
                helper.make_node('Conv', ['image', 'w'], ['a']),
                helper.make_node('Add', ['a', 'added'], ['map']),
            ],
            (1, 1, 1, 1),
            id='one number for all channels',
        ),
        pytest.param(
            [
                helper.make_node('Conv', ['image', 'w', 'bias'], ['a']),
                helper.make_node('Add', ['a', 'added'], ['map']),
            ],
            (1, 3, 1, 1),
            id='there is a bias',
        ),
        pytest.param(
            [
                helper.make_node('Conv', ['image', 'w'], ['a']),
                helper.make_node('Add', ['a', 'a'], ['b']),
                helper.make_node('Add', ['b', 'added'], ['map']),
            ],
            (1, 3, 1, 1),
            id='nothing constant is added',
        ),
    ],
)
def test_what_cannot_be_part_of_a_convolution_stays(nodes, added) -> None:
    constants = dict(w=weights(3, 3, 1, 1), added=weights(*added))
    if 'bias' in nodes[0].input:
        constants['bias'] = weights(3)
    model = make_model(nodes, constants)
    expected = run_onnx(model, IMAGES)
    simple = part(model)
    assert kinds(simple) == [node.op_type for node in nodes]
    assert sizes(simple) == sum(value.size for value in constants.values())
    np.testing.assert_array_equal(run_onnx(simple, IMAGES), expected)


@pytest.mark.parametrize('way', ['SAME_UPPER', 'SAME_LOWER'])
@pytest.mark.parametrize('window', [2, 3, 4])
@pytest.mark.parametrize('kind', ['Conv', 'MaxPool'])
def test_padding_is_given_in_numbers(way, window, kind) -> None:
    options = dict(auto_pad=way, kernel_shape=[window] * 2, strides=[1, 1])
    constants = dict(w=weights(4, 3, window, window)) if kind == 'Conv' else {}
    nodes = [helper.make_node(kind, ['image', *constants], ['map'], **options)]
    model = make_model(nodes, constants)
    expected = run_onnx(model, IMAGES)
    simple = part(model)
    stated = {each.name for each in simple.graph.node[0].attribute}
    assert 'pads' in stated and 'auto_pad' not in stated
    np.testing.assert_allclose(run_onnx(simple, IMAGES), expected, atol=1e-5)


def test_padding_that_depends_on_the_size_stays_as_it_is() -> None:
    options = dict(auto_pad='SAME_UPPER', kernel_shape=[3, 3], strides=[2, 2])
    nodes = [helper.make_node('MaxPool', ['image'], ['map'], **options)]
    stated = part(make_model(nodes, {})).graph.node[0].attribute
    assert 'auto_pad' in {each.name for each in stated}


def test_weights_are_told_from_what_steers_and_from_formulas() -> None:
    nodes = [
        helper.make_node('Resize', ['image', '', 'twice'], ['a'], mode='nearest'),
        helper.make_node('Mul', ['a', 'scale'], ['b']),
        helper.make_node('Mul', ['b', 'half'], ['map']),
    ]
    twice = np.array([1, 1, 2, 2], np.float32)
    constants = dict(twice=twice, scale=weights(1), half=np.array(0.5, np.float32))
    simple = part(make_model(nodes, constants))
    assert [weight.name for weight in simple.graph.initializer] == ['scale']
    names = [node.name for node in simple.graph.node]
    assert names == ['constant_0', 'constant_1', 'resize_0', 'mul_0', 'mul_1']

//! The processor's own operations in burn's graph: each half of a layer is one node with our kernels both ways.
//!
//! Through burn's extension API, on its CPU backend; every other device runs the composed form of the same half
//! (`attention.rs`, `feed_forward.rs`), which is also what the kernels are tested against. Invariants: only the residual
//! stream flows through the graph, and gradients by weights go straight to their [`Slots`], so that a parameter has one
//! gradient buffer for good; a node's backward runs once.

mod blocks;
mod slots;

pub(super) use blocks::{Angles, AttentionBlock, FeedForwardBlock};
pub(super) use slots::Slots;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, BackendTypes, Flex};
use burn::tensor::{Tensor, TensorData};
use std::fmt::Debug;
use std::sync::Arc;

/// A tensor of burn's CPU backend.
pub(super) type Primitive = <Flex as BackendTypes>::FloatTensorPrimitive;

/// The tensor's storage, in order from its first value.
pub(super) fn primitive<const D: usize>(tensor: Tensor<D>) -> Primitive {
    let primitive = tensor.try_into_primitive::<Flex>().expect("the processor's operations get its tensors");
    if primitive.is_contiguous() && primitive.layout().start_offset() == 0 {
        primitive
    } else {
        primitive.to_contiguous()
    }
}

/// The values of a [`primitive`].
pub(super) fn values(primitive: &Primitive) -> &[f32] {
    &primitive.storage::<f32>()[..primitive.layout().num_elements()]
}

/// A tensor that takes over `values`.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_primitive::<Flex>(Primitive::from_data(TensorData::new(values, shape)))
}

/// Lets `work` write the tensor's own memory (a copy, if someone else holds it too).
pub(super) fn in_place<const D: usize>(tensor: &mut Tensor<D>, work: impl FnOnce(&mut [f32])) {
    tensor.inplace(|tensor| {
        let mut own = primitive(tensor);
        work(own.storage_mut());
        Tensor::from_primitive::<Flex>(own)
    });
}

/// One operation on the residual stream.
pub(super) trait Operation: Debug + Send + Sync + 'static {
    /// What the way back needs.
    type Kept: Debug + Send + Sync + 'static;

    /// The result for `x` into `out`, which is as long.
    fn forward(&self, x: &[f32], out: &mut [f32]) -> Self::Kept;

    /// The gradient by `x` into `grad_in`; those by weights go where the operation has their place.
    fn backward(&self, x: &[f32], kept: &Self::Kept, grad_out: &[f32], grad_in: &mut [f32]);
}

/// Applies `operation`, as a node of the gradient graph if `x` is part of one.
pub(super) fn apply<O: Operation>(operation: O, x: Tensor<3>) -> Tensor<3> {
    let shape = x.dims();
    if !x.is_autodiff() {
        let x = primitive(x);
        let (out, _) = run(&operation, &x);
        return tensor(out, shape);
    }
    let x = x.try_into_primitive::<Autodiff<Flex>>().expect("the processor's operations get its tensors");
    let input = x.primitive().to_contiguous();
    let (out, kept) = run(&operation, &input);
    let out = Primitive::from_data(TensorData::new(out, shape));
    let node = Node(std::marker::PhantomData::<O>);
    let out = match node.prepare::<NoCheckpointing>([x.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(Arc::new(State { operation, input, kept }), out),
        OpsKind::UnTracked(prep) => prep.finish(out),
    };
    Tensor::from_primitive::<Autodiff<Flex>>(out)
}

fn run<O: Operation>(operation: &O, x: &Primitive) -> (Vec<f32>, O::Kept) {
    let x = values(x);
    let mut out = vec![0.0; x.len()];
    let kept = operation.forward(x, &mut out);
    (out, kept)
}

#[derive(Debug)]
struct Node<O>(std::marker::PhantomData<O>);

#[derive(Debug)]
struct State<O: Operation> {
    operation: O,
    input: Primitive,
    kept: O::Kept,
}

impl<O: Operation> Backward<Flex, 1> for Node<O> {
    type State = Arc<State<O>>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad_out = grads.consume::<Flex>(&ops.node).to_contiguous();
        let [Some(parent)] = ops.parents else { return };
        let state = ops.state;
        let mut grad_in = vec![0.0; values(&state.input).len()];
        state.operation.backward(values(&state.input), &state.kept, values(&grad_out), &mut grad_in);
        let shape = state.input.layout().shape().clone();
        grads.register::<Flex>(parent.id, Primitive::from_data(TensorData::new(grad_in, shape)));
    }
}

/// A number whose backward gives `x` the gradient `grad`: where a graph begins its way back.
pub(super) fn seed(x: Tensor<3>, grad: Tensor<3>) -> Tensor<1> {
    let x = x.try_into_primitive::<Autodiff<Flex>>().expect("the processor's operations get its tensors");
    let zero = primitive(tensor(vec![0.0], [1]));
    let out = match Seed.prepare::<NoCheckpointing>([x.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(primitive(grad), zero),
        OpsKind::UnTracked(prep) => prep.finish(zero),
    };
    Tensor::from_primitive::<Autodiff<Flex>>(out)
}

#[derive(Debug)]
struct Seed;

impl Backward<Flex, 1> for Seed {
    type State = Primitive;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        if let [Some(parent)] = ops.parents {
            grads.register::<Flex>(parent.id, ops.state);
        }
    }
}

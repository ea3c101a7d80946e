//! Between checkpoint layout and the layout computed with: linear maps transposed, norms as one row.

use crate::neurollm::Device;
use crate::parameters::{Kind, Spec};
use burn::tensor::{Tensor, TensorData};

/// Checkpoint layout to the layout computed with: linear maps transposed, norms as one row.
pub(super) fn to_tensor(spec: &Spec, values: Vec<f32>, device: &Device) -> Tensor<2> {
    let [rows, columns] = matrix(spec);
    match spec.kind {
        Kind::Norm | Kind::Embedding => Tensor::from_data(TensorData::new(values, [rows, columns]), device.inner()),
        Kind::Linear | Kind::Residual => {
            let turned = transpose(&values, rows, columns);
            Tensor::from_data(TensorData::new(turned, [columns, rows]), device.inner())
        }
    }
}

pub(super) fn from_tensor(spec: &Spec, tensor: &Tensor<2>) -> Vec<f32> {
    let [rows, columns] = matrix(spec);
    let values = to_vec(tensor.clone());
    match spec.kind {
        Kind::Norm | Kind::Embedding => values,
        Kind::Linear | Kind::Residual => transpose(&values, columns, rows),
    }
}

fn matrix(spec: &Spec) -> [usize; 2] {
    match spec.shape[..] {
        [rows, columns] => [rows, columns],
        _ => [1, spec.len()],
    }
}

/// `rows × columns` to `columns × rows`, in blocks that stay in the cache.
fn transpose(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const BLOCK: usize = 32;
    let mut out = vec![0.0; values.len()];
    for row_block in (0..rows).step_by(BLOCK) {
        for column_block in (0..columns).step_by(BLOCK) {
            for row in row_block..(row_block + BLOCK).min(rows) {
                for column in column_block..(column_block + BLOCK).min(columns) {
                    out[column * rows + row] = values[row * columns + column];
                }
            }
        }
    }
    out
}

pub(super) fn to_vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("tensors of this crate hold f32")
}

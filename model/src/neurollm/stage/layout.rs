//! Between checkpoint layout and the layout computed with: linear maps of layers transposed, norms as one row.

use crate::neurollm::Device;
use crate::parameters::{Kind, Spec, Unit};
use burn::tensor::{Tensor, TensorData};

pub(super) fn to_tensor(spec: &Spec, values: Vec<f32>, device: &Device) -> Tensor<2> {
    let [rows, columns] = matrix(spec);
    if is_turned(spec) {
        let turned = transpose(&values, rows, columns);
        Tensor::from_data(TensorData::new(turned, [columns, rows]), device.inner())
    } else {
        Tensor::from_data(TensorData::new(values, [rows, columns]), device.inner())
    }
}

pub(super) fn from_tensor(spec: &Spec, tensor: &Tensor<2>) -> Vec<f32> {
    from_values(spec, to_vec(tensor.clone()))
}

/// Values in the layout computed with to checkpoint layout.
pub(super) fn from_values(spec: &Spec, values: Vec<f32>) -> Vec<f32> {
    let [rows, columns] = matrix(spec);
    if is_turned(spec) { transpose(&values, columns, rows) } else { values }
}

/// Whether a parameter is held as the transpose of its checkpoint form.
fn is_turned(spec: &Spec) -> bool {
    matches!(spec.kind, Kind::Linear | Kind::Residual) && spec.unit != Unit::Head
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

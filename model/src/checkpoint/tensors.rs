//! Tensors in safetensors files: written one at a time, read through a memory map.
//!
//! Invariant: a tensor is converted only after its name, type, shape and byte length were compared with what the model
//! needs, so a file can't make us allocate more than the model itself.

use super::CheckpointError;
use crate::files::Mapped;
use crate::neurollm::Stage;
use crate::parameters::Spec;
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors, View};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A tensor that is produced when its turn comes to be written.
struct Lazy<F> {
    shape: Vec<usize>,
    values: F,
}

impl<F: Fn() -> Vec<f32>> View for Lazy<F> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        (self.values)().iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into()
    }

    fn data_len(&self) -> usize {
        self.shape.iter().product::<usize>() * size_of::<f32>()
    }
}

pub(super) fn write(path: &Path, tensors: Vec<(String, impl View)>) -> Result<(), CheckpointError> {
    // Readers of the wider ecosystem take the format tag as the framework that the names follow.
    let tag = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let result = safetensors::serialize_to_file(tensors, Some(tag), path).and_then(|()| {
        // It comes from a temporary file, which only its owner may read; a checkpoint is as open as its folder.
        let usual = File::create(path.with_extension("mode")).and_then(|file| file.metadata());
        std::fs::remove_file(path.with_extension("mode"))?;
        Ok(std::fs::set_permissions(path, usual?.permissions())?)
    });
    result.map_err(|error| match error {
        SafeTensorError::IoError(error) => CheckpointError::write(path)(error),
        other => CheckpointError::write(path)(io::Error::other(other)),
    })
}

/// Writes a stage's weights under their checkpoint names.
pub(super) fn write_weights(path: &Path, stage: &Stage) -> Result<(), CheckpointError> {
    let lazy = |(index, spec): (usize, &Spec)| {
        (spec.name.clone(), Lazy { shape: spec.shape.clone(), values: move || stage.weight(index) })
    };
    write(path, stage.specs().iter().enumerate().map(lazy).collect())
}

/// Writes Adam's moments as `first.NAME` and `second.NAME`; an optimizer that has made no step yet has none.
pub(super) fn write_moments(path: &Path, stage: &Stage) -> Result<(), CheckpointError> {
    let mut tensors = Vec::new();
    for (index, spec) in stage.specs().iter().enumerate().filter(|_| stage.has_moments()) {
        for (which, prefix) in ["first", "second"].into_iter().enumerate() {
            let values = move || {
                let both = stage.moments(index).expect("all parameters have moments once one has");
                both.into_iter().nth(which).expect("there are two")
            };
            tensors.push((format!("{prefix}.{}", spec.name), Lazy { shape: spec.shape.clone(), values }));
        }
    }
    write(path, tensors)
}

/// One or more safetensors files, mapped, with their headers checked.
pub(super) struct TensorFiles {
    files: Vec<(PathBuf, Mapped, usize, Metadata)>,
    place: BTreeMap<String, usize>,
}

impl TensorFiles {
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, CheckpointError> {
        let mut files = Vec::new();
        let mut place = BTreeMap::new();
        for path in paths {
            let mapped = Mapped::open(path).map_err(CheckpointError::read(path))?;
            let (header, metadata) = SafeTensors::read_metadata(&mapped)
                .map_err(|error| CheckpointError::damaged(path, format!("not a safetensors file ({error})")))?;
            for name in metadata.tensors().into_keys() {
                place.insert(name, files.len());
            }
            files.push((path.clone(), mapped, header, metadata));
        }
        Ok(Self { files, place })
    }

    /// All tensor names, sorted.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        self.place.keys().map(String::as_str).collect()
    }

    /// File, header and bytes of a tensor.
    fn find(&self, name: &str) -> Result<(&Path, &TensorInfo, &[u8]), CheckpointError> {
        let found = self.place.get(name).and_then(|&index| {
            let (path, mapped, header, metadata) = &self.files[index];
            let info = metadata.info(name)?;
            let start = size_of::<u64>() + header;
            let bytes = mapped.get(start + info.data_offsets.0..start + info.data_offsets.1)?;
            Some((path.as_path(), info, bytes))
        });
        let anywhere = self.files.first().map_or(Path::new(""), |file| file.0.as_path());
        found.ok_or_else(|| CheckpointError::damaged(anywhere, format!("the tensor {name} is missing")))
    }

    /// Bytes of a tensor as they stand in the file.
    pub(super) fn bytes(&self, name: &str) -> Result<&[u8], CheckpointError> {
        Ok(self.find(name)?.2)
    }

    /// Type of a tensor as it stands in the file.
    pub(super) fn dtype(&self, name: &str) -> Result<Dtype, CheckpointError> {
        Ok(self.find(name)?.1.dtype)
    }

    /// That the tensor is there with the shape and a type that can be read.
    pub(super) fn check(&self, name: &str, shape: &[usize]) -> Result<(), CheckpointError> {
        let (path, info, bytes) = self.find(name)?;
        if info.shape != shape {
            let what = format!("the tensor {name} has shape {:?} where the model needs {shape:?}", info.shape);
            return Err(CheckpointError::damaged(path, what));
        }
        let Some(width) = width(info.dtype) else {
            let what = format!("the tensor {name} has type {:?}; F32, F16 and BF16 can be read", info.dtype);
            return Err(CheckpointError::unsupported(path, what));
        };
        if bytes.len() != shape.iter().product::<usize>() * width {
            return Err(CheckpointError::damaged(path, format!("the tensor {name} has {} bytes", bytes.len())));
        }
        Ok(())
    }

    /// The tensor's values as f32, once [`TensorFiles::check`] passed.
    pub(super) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, CheckpointError> {
        self.check(name, shape)?;
        let (_, info, bytes) = self.find(name)?;
        let wide = |bytes: &[u8]| bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let half = |of: fn([u8; 2]) -> f32| bytes.as_chunks::<2>().0.iter().map(|b| of(*b)).collect();
        Ok(match info.dtype {
            Dtype::F16 => half(|b| half::f16::from_le_bytes(b).to_f32()),
            Dtype::BF16 => half(|b| half::bf16::from_le_bytes(b).to_f32()),
            _ => wide(bytes),
        })
    }
}

fn width(dtype: Dtype) -> Option<usize> {
    match dtype {
        Dtype::F32 => Some(4),
        Dtype::F16 | Dtype::BF16 => Some(2),
        _ => None,
    }
}

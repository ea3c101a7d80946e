//! A checkpoint as a plain Hugging Face folder: shape, weights and tokenizer, and nothing for going on with training.
//!
//! Invariant: the folder appears whole or not at all; its tensors are exactly those of the shape, in one file, as they
//! were or rounded to the type asked for; a value that this type can't hold is refused.

use super::gguf::{GgufType, encode};
use super::manifest::{read_json, read_text};
use super::open::CONFIG_BYTES_MAX;
use super::place::Place;
use super::tensors::{TensorFiles, write};
use super::{CONFIG_FILE, Checkpoint, CheckpointError, WEIGHTS_FILE};
use crate::parameters::{Span, Spec, specs};
use safetensors::{Dtype, View};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fs;
use std::path::Path;

/// What goes along as it is, where it is there.
const COPIED: [&str; 5] =
    ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "special_tokens_map.json", "tokenizer.model"];

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatType {
    /// 32 bits.
    F32,
    /// Half precision.
    F16,
    /// The upper half of f32.
    Bf16,
}

impl FloatType {
    fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::BF16,
        }
    }

    /// Its name in a `config.json`.
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
        }
    }

    fn encoding(self) -> GgufType {
        match self {
            Self::F32 => GgufType::F32,
            Self::F16 => GgufType::F16,
            Self::Bf16 => GgufType::Bf16,
        }
    }
}

impl Checkpoint {
    /// Writes the model as the folder `out`, its weights as `kind` or as they are. Returns bytes and tensors written.
    pub fn export_plain(&self, out: &Path, kind: Option<FloatType>) -> Result<(u64, usize), CheckpointError> {
        let specs = specs(self.config(), &Span::whole(self.config()));
        for spec in &specs {
            self.check_fits(spec, kind)?;
        }
        let place = Place::folder(out)?;
        let put = |name: &str, text: &str| {
            fs::write(place.path().join(name), text).map_err(CheckpointError::write(place.out()))
        };
        put(CONFIG_FILE, &self.plain_config(kind)?)?;
        for name in COPIED.into_iter().filter(|name| self.folder().join(name).exists()) {
            let copy = fs::copy(self.folder().join(name), place.path().join(name));
            copy.map_err(CheckpointError::write(place.out()))?;
        }
        let tensors = specs.iter().map(|spec| Ok((spec.name.clone(), self.stored(spec, kind)?)));
        write(&place.path().join(WEIGHTS_FILE), tensors.collect::<Result<_, CheckpointError>>()?)?;
        let mut bytes = 0;
        for entry in fs::read_dir(place.path()).map_err(CheckpointError::read(place.path()))?.flatten() {
            bytes += entry.metadata().map_or(0, |metadata| metadata.len());
        }
        place.commit()?;
        Ok((bytes, specs.len()))
    }

    /// The shape as it was written, with the type that the weights now have.
    fn plain_config(&self, kind: Option<FloatType>) -> Result<String, CheckpointError> {
        let path = self.folder().join(CONFIG_FILE);
        let Some(kind) = kind else { return read_text(&path, CONFIG_BYTES_MAX) };
        let mut config: Map<String, Value> = read_json(&path, CONFIG_BYTES_MAX)?;
        let newer = config.contains_key("dtype");
        config.insert(if newer { "dtype" } else { "torch_dtype" }.to_owned(), kind.name().into());
        Ok(format!("{:#}\n", Value::Object(config)))
    }

    /// That every value of the tensor is a number that the type can hold.
    fn check_fits(&self, spec: &Spec, kind: Option<FloatType>) -> Result<(), CheckpointError> {
        let Some(kind) = kind else { return Ok(()) };
        encode(&self.weights().values(&spec.name, &spec.shape)?, kind.encoding()).map(drop).map_err(|value| {
            let what = format!("{} has the value {value}, which {} can't hold", spec.name, kind.name());
            CheckpointError::unsupported(self.folder(), what)
        })
    }

    fn stored<'a>(&'a self, spec: &'a Spec, kind: Option<FloatType>) -> Result<Stored<'a>, CheckpointError> {
        let stands = self.weights().dtype(&spec.name)?;
        let change = kind.filter(|kind| kind.dtype() != stands);
        Ok(Stored { files: self.weights(), spec, dtype: change.map_or(stands, FloatType::dtype), change })
    }
}

/// A tensor that is read when its turn comes to be written.
struct Stored<'a> {
    files: &'a TensorFiles,
    spec: &'a Spec,
    dtype: Dtype,
    change: Option<FloatType>,
}

impl View for Stored<'_> {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.spec.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let Some(kind) = self.change else {
            return self.files.bytes(&self.spec.name).expect("the tensor was found before").into();
        };
        let values = self.files.values(&self.spec.name, &self.spec.shape).expect("the tensor was read before");
        encode(&values, kind.encoding()).expect("the values were encoded before").into()
    }

    fn data_len(&self) -> usize {
        self.spec.len() * self.dtype.bitsize() / 8
    }
}

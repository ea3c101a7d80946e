//! Which tensors a GGUF file of a model has, and which of the checkpoint's each is made of.
//!
//! llama.cpp turns neighbouring dimensions of a head where a checkpoint turns dimension `i` with `i + d/2`, so the rows
//! of queries and keys are put in another order. Invariant: each tensor of the checkpoint goes into exactly one of the
//! file's, and only its rows' order is ever changed.

use super::file::Entry;
use super::values::{BLOCK, GgufType};
use crate::config::{ModelConfig, RopeScaling};
use crate::neurollm::divisors;
use crate::parameters::{Kind, Span, Spec, specs};

/// A tensor of the file.
pub(super) struct Part {
    pub(super) name: String,
    content: Content,
    /// Rows of a head that are interleaved; 0 leaves all rows where they are.
    head_rows: usize,
    /// Whether it is f32 whatever the file's type.
    exact: bool,
}

enum Content {
    /// The checkpoint's tensors one after the other: one, or one for each expert.
    Tensors(Vec<Spec>),
    /// Numbers that follow from the shape.
    Numbers(Vec<f32>),
}

/// All tensors of the file, in its order.
pub(super) fn parts(config: &ModelConfig) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for spec in specs(config, &Span::whole(config)) {
        let name = file_name(&spec.name);
        // The three matrices of an expert follow each other, so that the first expert's are the last three parts.
        match parts.iter_mut().rev().take(3).find(|part| part.name == name).map(|part| &mut part.content) {
            Some(Content::Tensors(experts)) => experts.push(spec),
            _ => parts.push(Part::new(name, spec, config)),
        }
    }
    if let Some(RopeScaling::Llama3 { .. }) = config.rope_scaling {
        let numbers = divisors(config).into_iter().map(|divisor| divisor as f32).collect();
        let content = Content::Numbers(numbers);
        parts.push(Part { name: "rope_freqs.weight".to_owned(), content, head_rows: 0, exact: true });
    }
    parts
}

impl Part {
    fn new(name: String, spec: Spec, config: &ModelConfig) -> Self {
        let turns = name.ends_with("attn_q.weight") || name.ends_with("attn_k.weight");
        let exact = spec.kind == Kind::Norm || name.ends_with("ffn_gate_inp.weight");
        let head_rows = if turns { config.head_dim() } else { 0 };
        Self { name, content: Content::Tensors(vec![spec]), head_rows, exact }
    }

    /// Its line in the list of tensors of a file of this type.
    pub(super) fn entry(&self, kind: GgufType) -> Entry {
        let sizes: Vec<u64> = match &self.content {
            Content::Numbers(numbers) => vec![numbers.len() as u64],
            Content::Tensors(pieces) => {
                let inner = pieces[0].shape.iter().rev().map(|&size| size as u64);
                let is_of_experts = self.name.ends_with("_exps.weight");
                inner.chain(is_of_experts.then_some(pieces.len() as u64)).collect()
            }
        };
        let kind = match kind {
            _ if self.exact => GgufType::F32,
            GgufType::Q8 if !sizes[0].is_multiple_of(BLOCK as u64) => GgufType::F16,
            kind => kind,
        };
        Entry { name: self.name.clone(), sizes, kind }
    }

    /// How many times [`Part::values`] has something to give.
    pub(super) fn pieces(&self) -> usize {
        match &self.content {
            Content::Numbers(_) => 1,
            Content::Tensors(pieces) => pieces.len(),
        }
    }

    /// The values of a piece in the file's order, from those of the checkpoint.
    pub(super) fn values<E>(&self, piece: usize, read: impl Fn(&Spec) -> Result<Vec<f32>, E>) -> Result<Vec<f32>, E> {
        match &self.content {
            Content::Numbers(numbers) => Ok(numbers.clone()),
            Content::Tensors(pieces) => {
                let spec = &pieces[piece];
                let values = read(spec)?;
                Ok(if self.head_rows == 0 { values } else { interleave(&values, self.head_rows, spec.shape[1]) })
            }
        }
    }
}

/// Each head's rows in the order 0, d/2, 1, d/2 + 1 …
pub(super) fn interleave(values: &[f32], head_rows: usize, row: usize) -> Vec<f32> {
    let (half, head) = (head_rows / 2, head_rows * row);
    let rows_of = |head: &[f32]| -> Vec<f32> {
        let rows = (0..half).flat_map(|i| [i, i + half]);
        rows.flat_map(|i| head[i * row..(i + 1) * row].iter().copied()).collect()
    };
    values.chunks_exact(head).flat_map(rows_of).collect()
}

/// The file's name for a tensor of the checkpoint; all experts of a layer share one.
fn file_name(name: &str) -> String {
    let inner = name.trim_end_matches(".weight");
    let Some((layer, part)) = inner.strip_prefix("model.layers.").and_then(|rest| rest.split_once('.')) else {
        let outer = match inner {
            "model.embed_tokens" => "token_embd",
            "model.norm" => "output_norm",
            _ => "output",
        };
        return format!("{outer}.weight");
    };
    let expert = part.strip_prefix("block_sparse_moe.experts.").and_then(|rest| rest.split_once('.'));
    let part = match expert.map_or(part, |(_, matrix)| matrix) {
        "input_layernorm" => "attn_norm",
        "self_attn.q_proj" => "attn_q",
        "self_attn.k_proj" => "attn_k",
        "self_attn.v_proj" => "attn_v",
        "self_attn.o_proj" => "attn_output",
        "post_attention_layernorm" => "ffn_norm",
        "mlp.gate_proj" => "ffn_gate",
        "mlp.up_proj" => "ffn_up",
        "mlp.down_proj" => "ffn_down",
        "block_sparse_moe.gate" => "ffn_gate_inp",
        "w1" => "ffn_gate_exps",
        "w3" => "ffn_up_exps",
        "w2" => "ffn_down_exps",
        other => other,
    };
    format!("blk.{layer}.{part}.weight")
}

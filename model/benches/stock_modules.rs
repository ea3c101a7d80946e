//! NeuroLLM beside the same model made of burn's own modules: tokens per second of forward and backward, interleaved.
//!
//! `cargo bench -p neuroshard-model --features flex --bench stock_modules [-- PRESET ROUNDS]` prints one line a round
//! and the median ratio. Above 1 ours is faster. The optimizer is left out: it is the same arithmetic on both sides.
#![allow(missing_docs, clippy::print_stdout, reason = "a program of its own that prints figures")]

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{
    Embedding, EmbeddingConfig, Linear, LinearConfig, RmsNorm, RmsNormConfig, RotaryEncoding, RotaryEncodingConfig,
    SwiGlu, SwiGluConfig,
};
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{Device, Int, Tensor, TensorData, module};
use neuroshard_model::config::ModelConfig;
use neuroshard_model::neurollm::{self, Input, MicroBatch, Stage};
use neuroshard_model::parameters::Span;
use neuroshard_model::random::Stream;
use neuroshard_model::training::Recipe;
use std::time::Instant;

#[derive(Module, Debug)]
struct Block {
    attention_norm: RmsNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    ffn_norm: RmsNorm,
    gate_up: SwiGlu,
    down: Linear,
}

#[derive(Module, Debug)]
struct Stock {
    embedding: Embedding,
    blocks: Vec<Block>,
    rotary: RotaryEncoding,
    norm: RmsNorm,
    head: Linear,
}

impl Stock {
    fn new(config: &ModelConfig, device: &Device) -> Self {
        let linear = |from, to| LinearConfig::new(from, to).with_bias(false).init(device);
        let norm = || RmsNormConfig::new(config.hidden).with_epsilon(config.norm_eps).init(device);
        let block = |_| Block {
            attention_norm: norm(),
            query: linear(config.hidden, config.query_width()),
            key: linear(config.hidden, config.kv_width()),
            value: linear(config.hidden, config.kv_width()),
            output: linear(config.query_width(), config.hidden),
            ffn_norm: norm(),
            gate_up: SwiGluConfig::new(config.hidden, config.ffn).with_bias(false).init(device),
            down: linear(config.ffn, config.hidden),
        };
        Self {
            embedding: EmbeddingConfig::new(config.vocab, config.hidden).init(device),
            blocks: (0..config.layers).map(block).collect(),
            rotary: RotaryEncodingConfig::new(config.seq, config.head_dim()).init(device),
            norm: norm(),
            head: linear(config.hidden, config.vocab),
        }
    }

    fn loss(&self, config: &ModelConfig, inputs: Tensor<2, Int>, targets: Tensor<1, Int>) -> Tensor<1> {
        let [rows, seq] = inputs.dims();
        let mut x = self.embedding.forward(inputs);
        for block in &self.blocks {
            let normed = block.attention_norm.forward(x.clone());
            let heads = |x: Tensor<3>, count| x.reshape([rows, seq, count, config.head_dim()]).swap_dims(1, 2);
            let group = config.heads / config.kv_heads;
            let repeated = |x: Tensor<4>| {
                let shape = [rows, config.kv_heads, group, seq, config.head_dim()];
                x.unsqueeze_dim::<5>(2).expand(shape).reshape([rows, config.heads, seq, config.head_dim()])
            };
            let query = self.rotary.forward(heads(block.query.forward(normed.clone()), config.heads));
            let key = self.rotary.forward(heads(block.key.forward(normed.clone()), config.kv_heads));
            let value = heads(block.value.forward(normed), config.kv_heads);
            let options = AttentionModuleOptions { is_causal: true, ..AttentionModuleOptions::default() };
            let mixed = module::attention(query, repeated(key), repeated(value), None, None, options);
            let joined = mixed.swap_dims(1, 2).reshape([rows, seq, config.query_width()]);
            x = x + block.output.forward(joined);
            let normed = block.ffn_norm.forward(x.clone());
            x = x + block.down.forward(block.gate_up.forward(normed));
        }
        let logits = self.head.forward(self.norm.forward(x)).reshape([rows * seq, config.vocab]);
        CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let preset = words.first().map_or("tiny", String::as_str);
    let rounds: usize = words.get(1).map_or(5, |word| word.parse().expect("a number of rounds"));
    let config = ModelConfig::preset(preset).expect("a preset");
    let recipe = Recipe::for_model(&config);
    let (rows, seq) = (recipe.batch, recipe.seq);
    neurollm::tune_allocator();
    let mut stream = Stream::new("bench", 0, &[]);
    let ids: Vec<u32> = (0..=rows * seq).map(|_| stream.below(config.vocab as u64) as u32).collect();

    let device = Device::flex().autodiff();
    let stock = Stock::new(&config, &device);
    let tensor = |ids: &[u32]| {
        let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
        Tensor::<1, Int>::from_data(TensorData::new(ids, [rows * seq]), &device)
    };
    let (inputs, targets) = (tensor(&ids[..rows * seq]), tensor(&ids[1..]));
    let mut ours = Stage::initialise(&config, &Span::whole(&config), 0, &neurollm::Device::cpu()).expect("a stage");

    let rate = |work: &mut dyn FnMut()| {
        work();
        let started = Instant::now();
        let mut count = 0;
        while count < 2 || started.elapsed().as_secs_f64() < 2.0 {
            work();
            count += 1;
        }
        (count * rows * seq) as f64 / started.elapsed().as_secs_f64()
    };
    let mut ratios = Vec::new();
    for round in 1..=rounds {
        let stock_rate = rate(&mut || {
            let loss = stock.loss(&config, inputs.clone().reshape([rows, seq]), targets.clone());
            std::hint::black_box(loss.backward());
        });
        let our_rate = rate(&mut || {
            let input = Input::Tokens(&ids[..rows * seq]);
            ours.forward(&MicroBatch { rows, seq, input, targets: Some(&ids[1..]) }).expect("a loss");
            ours.backward(None).expect("gradients");
            ours.discard();
        });
        ratios.push(our_rate / stock_rate);
        println!(
            "round {round}: stock modules {stock_rate:.0} tokens/s, ours {our_rate:.0}, ratio {:.2}",
            our_rate / stock_rate
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{preset}: median ratio {:.2} (least {:.2}, most {:.2})",
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1]
    );
}

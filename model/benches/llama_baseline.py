"""llama.cpp on the same model, for a ratio: one JSON object in, one JSON line out.

`neuroshard bench infer --against llama` runs this in turns with our own measurement (pip install llama-cpp-python gguf).
"path" names a GGUF file, which is what `--model` was exported to; without one, random weights of "shape" are written. It
reads half a context and then writes one token at a time, greedily.
"""

import json
import os
import resource
import sys
import tempfile
import time

import gguf
import numpy as np
from llama_cpp import Llama

KINDS = {"f32": gguf.GGMLQuantizationType.F32, "bf16": gguf.GGMLQuantizationType.BF16, "q8": gguf.GGMLQuantizationType.Q8_0}


def write(path, shape, dim, kind):
    random = np.random.default_rng(0)
    out = gguf.GGUFWriter(path, "llama")
    hidden, ffn, vocab = shape["hidden"], shape["ffn"], shape["vocab"]
    out.add_context_length(shape["seq"])
    out.add_embedding_length(hidden)
    out.add_block_count(shape["layers"])
    out.add_feed_forward_length(ffn)
    out.add_head_count(shape["heads"])
    out.add_head_count_kv(shape["kv_heads"])
    out.add_key_length(dim)
    out.add_value_length(dim)
    out.add_rope_dimension_count(dim)
    out.add_rope_freq_base(shape["rope_theta"])
    out.add_layer_norm_rms_eps(shape["norm_eps"])
    out.add_vocab_size(vocab)
    tokens = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % i for i in range(256)]
    tokens += [b"t%d" % i for i in range(vocab - len(tokens))]
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([0.0] * vocab)
    out.add_token_types([2, 3, 3] + [6] * 256 + [1] * (vocab - 259))
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_unk_token_id(0)

    def norm(name):
        out.add_tensor(name, np.ones(hidden, np.float32))

    def matrix(name, rows, columns):
        values = (random.standard_normal((rows, columns)) * 0.02).astype(np.float32)
        if kind == gguf.GGMLQuantizationType.F32:
            out.add_tensor(name, values)
        else:
            out.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    matrix("token_embd.weight", vocab, hidden)
    for layer in range(shape["layers"]):
        name = f"blk.{layer}."
        norm(name + "attn_norm.weight")
        norm(name + "ffn_norm.weight")
        matrix(name + "attn_q.weight", shape["heads"] * dim, hidden)
        matrix(name + "attn_k.weight", shape["kv_heads"] * dim, hidden)
        matrix(name + "attn_v.weight", shape["kv_heads"] * dim, hidden)
        matrix(name + "attn_output.weight", hidden, shape["heads"] * dim)
        matrix(name + "ffn_gate.weight", ffn, hidden)
        matrix(name + "ffn_up.weight", ffn, hidden)
        matrix(name + "ffn_down.weight", hidden, ffn)
    norm("output_norm.weight")
    if not shape["tied_embeddings"]:
        matrix("output.weight", vocab, hidden)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def main():
    request = json.loads(sys.argv[1])
    shape = request["shape"]
    context = min(shape["seq"], 1024)
    half = max(context // 2, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = request.get("path")
        if path is None:
            path = os.path.join(folder, "model.gguf")
            write(path, shape, request["head_dim"], KINDS[request["dtype"]])
        model = Llama(path, n_ctx=context, n_threads=request["threads"], n_threads_batch=request["threads"], verbose=False)
        prompt = [10 + i * 7 % 200 for i in range(half)]

        def text():
            model.reset()
            model.eval(prompt)
            began = time.perf_counter()
            for _ in range(context - half):
                model.eval([model.sample(temp=0.0)])
            return time.perf_counter() - began

        text()
        times, started = [], time.perf_counter()
        while len(times) < 3 or time.perf_counter() - started < request["seconds"]:
            times.append(text())
    seconds = sorted(times)[len(times) // 2]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rate = (context - half) / seconds
    print(json.dumps({"tokens_per_second": rate, "peak_memory": memory, "repetitions": len(times)}))


main()

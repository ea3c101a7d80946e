"""The same model in PyTorch, for a ratio: one JSON object in, one JSON line out.

  python pytorch_baseline.py '{"mode": "train", "threads": 2, "seconds": 10, "batch": 8, "head_dim": 32,
      "dtype": "f32", "compile": false, "shape": {"layers": 8, "hidden": 256, "heads": 8, "kv_heads": 4, "ffn": 704,
      "vocab": 4096, "seq": 256, "tied_embeddings": false, "rope_theta": 10000.0, "norm_eps": 1e-5}}'

`neuroshard bench train|infer --against pytorch` runs this in turns with our own measurement. A training step is forward,
cross-entropy, backward and fused AdamW; bf16 is autocast in training and bf16 weights in generation. Generation reads
half a context and then writes one token at a time with keys and values preallocated. Attention is PyTorch's own
scaled_dot_product_attention, norms its RMSNorm.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, shape, dim):
        super().__init__()
        hidden, ffn = shape["hidden"], shape["ffn"]
        linear = lambda a, b: nn.Linear(a, b, bias=False)
        self.attention_norm = nn.RMSNorm(hidden, eps=shape["norm_eps"])
        self.query = linear(hidden, shape["heads"] * dim)
        self.key = linear(hidden, shape["kv_heads"] * dim)
        self.value = linear(hidden, shape["kv_heads"] * dim)
        self.output = linear(shape["heads"] * dim, hidden)
        self.feed_forward_norm = nn.RMSNorm(hidden, eps=shape["norm_eps"])
        self.gate, self.up, self.down = linear(hidden, ffn), linear(hidden, ffn), linear(ffn, hidden)


class Model(nn.Module):
    def __init__(self, shape, dim):
        super().__init__()
        self.shape, self.dim = shape, dim
        self.embedding = nn.Embedding(shape["vocab"], shape["hidden"])
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(shape, dim) for _ in range(shape["layers"]))
        self.norm = nn.RMSNorm(shape["hidden"], eps=shape["norm_eps"])
        self.head = None if shape["tied_embeddings"] else nn.Linear(shape["hidden"], shape["vocab"], bias=False)
        half = torch.arange(dim // 2).float()
        angles = torch.arange(shape["seq"]).float()[:, None] / shape["rope_theta"] ** (2 * half / dim)[None]
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def turn(self, x, first):
        tokens = x.shape[-2]
        cos, sin = (table[first : first + tokens].to(x.dtype) for table in (self.cos, self.sin))
        low, high = x.chunk(2, -1)
        return torch.cat([low * cos - high * sin, high * cos + low * sin], -1)

    def mix(self, layer, x, first, memory):
        batch, tokens, _ = x.shape
        heads = lambda y, count: y.view(batch, tokens, count, self.dim).transpose(1, 2)
        query = self.turn(heads(layer.query(x), self.shape["heads"]), first)
        key = self.turn(heads(layer.key(x), self.shape["kv_heads"]), first)
        value = heads(layer.value(x), self.shape["kv_heads"])
        if memory is not None:
            memory[0][:, :, first : first + tokens], memory[1][:, :, first : first + tokens] = key, value
            key, value = memory[0][:, :, : first + tokens], memory[1][:, :, : first + tokens]
        if tokens == 1:
            # Query heads that share a key head stand side by side, so nothing is repeated.
            grouped = query.reshape(batch, self.shape["kv_heads"], -1, self.dim)
            mixed = F.scaled_dot_product_attention(grouped, key, value).reshape(batch, self.shape["heads"], 1, self.dim)
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
        return layer.output(mixed.transpose(1, 2).reshape(batch, tokens, -1))

    def hidden(self, ids, first=0, memories=None):
        x = self.embedding(ids)
        for index, layer in enumerate(self.layers):
            x = x + self.mix(layer, layer.attention_norm(x), first, memories and memories[index])
            normed = layer.feed_forward_norm(x)
            x = x + layer.down(F.silu(layer.gate(normed)) * layer.up(normed))
        return self.norm(x)

    def logits(self, hidden):
        return self.head(hidden) if self.head is not None else F.linear(hidden, self.embedding.weight)

    def loss(self, ids, targets):
        return F.cross_entropy(self.logits(self.hidden(ids)).flatten(0, 1).float(), targets.flatten())


def train(model, request):
    shape, batch = request["shape"], request["batch"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1, fused=True)
    ids = torch.randint(0, shape["vocab"], (batch, shape["seq"] + 1))
    inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    loss_of = torch.compile(model.loss) if request["compile"] else model.loss

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=request["dtype"] == "bf16"):
            loss = loss_of(inputs, targets)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    return inputs.numel(), 0.0, step


def generate(model, request):
    shape = request["shape"]
    context = min(shape["seq"], 1024)
    half = max(context // 2, 1)
    kind = torch.bfloat16 if request["dtype"] == "bf16" else torch.float32
    model = model.to(kind).eval()
    ids = torch.randint(0, shape["vocab"], (1, context))
    prefill = []

    @torch.inference_mode()
    def text():
        size = (1, shape["kv_heads"], context, model.dim)
        memories = [(torch.zeros(size, dtype=kind), torch.zeros(size, dtype=kind)) for _ in model.layers]
        began = time.perf_counter()
        token = model.logits(model.hidden(ids[:, :half], 0, memories)[:, -1:]).argmax(-1)
        token.item()
        prefill.append(time.perf_counter() - began)
        for position in range(half, context):
            token = model.logits(model.hidden(token, position, memories)).argmax(-1)
            token.item()

    return context - half, prefill, text


def main():
    request = json.loads(sys.argv[1])
    torch.set_num_threads(request["threads"])
    torch.manual_seed(1)
    model = Model(request["shape"], request["head_dim"])
    tokens, prefill, work = (train if request["mode"] == "train" else generate)(model, request)
    work()
    if request["compile"]:
        work()
    if prefill:
        prefill.clear()
    times, started = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - started < request["seconds"]:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    middle = lambda values: sorted(values)[len(values) // 2] if values else 0.0
    seconds = middle(times) - (middle(prefill) if prefill else 0.0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"tokens_per_second": tokens / seconds, "peak_memory": memory, "repetitions": len(times)}))


main()

// Every kernel's speed as a share of what this machine did a moment before: a Markdown table on standard output.
//
//     swift run -c release --package-path Packages/TensorCore/Benchmarks Benchmarks [GROUP …] [shape=N,K] [rows=M] [threads=T]
//
// Groups: product, float32, gradient, row, attention, score, pack, threads. Without a name, everything. ASSAY_PYTHON names a Python
// with PyTorch to measure beside it.
import TensorCore

@main
struct Benchmarks {
  static func main() {
    let groups = Selection.current
    let machine = Machine.measured()
    print(machine.description)
    if groups.contains("product") { ProductBenchmark(mode: .bfloat16).run(on: machine) }
    if groups.contains("float32") { ProductBenchmark(mode: .float32).run(on: machine) }
    if groups.contains("gradient") { GradientBenchmark().run(on: machine) }
    if groups.contains("row") { RowBenchmark().run(on: machine) }
    if groups.contains("attention") { AttentionBenchmark().run(on: machine) }
    if groups.contains("score") { ScoreBenchmark().run(on: machine) }
    if groups.contains("pack") { PackBenchmark().run(on: machine) }
    if groups.contains("threads") { ThreadPoolBenchmark().run() }
  }
}

// Every kernel's speed as a share of what this machine did a moment before: a Markdown table on standard output.
//
//     swift run -c release --package-path Packages/TensorCore/Benchmarks Benchmarks [product|float32|row|score|team] …
//
// Without a name, everything. ASSAY_PYTHON names a Python with PyTorch to measure beside it.
import TensorCore

@main
struct Benchmarks {
  static func main() {
    let names = CommandLine.arguments.dropFirst()
    func wanted(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
    let machine = Machine.measured()
    print(machine.description)
    if wanted("product") { ProductBenchmark(mode: .bfloat16).run(on: machine) }
    if wanted("float32") { ProductBenchmark(mode: .float32).run(on: machine) }
    if wanted("row") { RowBenchmark().run(on: machine) }
    if wanted("score") { ScoreBenchmark().run(on: machine) }
    if wanted("team") { TeamBenchmark().run() }
  }
}

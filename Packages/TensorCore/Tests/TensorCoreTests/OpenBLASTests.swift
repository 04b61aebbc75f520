import CKernels
import Testing

@testable import TensorCore

#if OpenBLAS
@Suite("OpenBLAS")
struct OpenBLASTests {
  @Test("Products by OpenBLAS are within the error bound of float64", arguments: ComputeMode.allCases)
  func agreeWithReference(mode: ComputeMode) {
    for (rows, outputs, inner) in PackedMatrixTests.shapes + [(200, 70, 130)] {
      var samples = ProductSamples(seed: rows + outputs + inner)
      let x = samples.tensor([rows, inner])
      let weight = samples.tensor([outputs, inner])
      let packed = PackedMatrix(weight, orientation: .outputsByInner, mode: mode)
      let y = packed.product(x, bias: nil, activation: .none, residual: nil, on: .openblas)
      let operand: ElementType = mode == .bfloat16 ? .bfloat16 : .float32
      let reference = ProductReference.product(x.converted(to: operand), weight.converted(to: operand))
      for (i, value) in y.floats.enumerated() {
        let bound = ProductReference.bound(inner: inner, magnitude: reference.magnitudes[i])
        #expect(abs(Double(value) - reference.values[i]) <= bound, "\(rows)×\(outputs)×\(inner) at \(i)")
      }
    }
  }

  @Test("Scores by OpenBLAS have no positive log-probability and count each better id once")
  func scores() {
    var samples = ProductSamples(seed: 9)
    let x = samples.tensor([40, 65])
    let packed = PackedMatrix(samples.tensor([1100, 65]), orientation: .outputsByInner, mode: .float32)
    let targets = TargetLists((0..<40).map { row in [Int32(row), Int32(1099 - row)] })
    let scores = packed.score(x, targets: targets, softcap: nil, on: .openblas)
    let ours = packed.score(x, targets: targets, softcap: nil, on: .scalar)
    #expect(scores.argmax == ours.argmax)
    #expect(scores.targetRanks == ours.targetRanks)
    #expect(scores.targetLogProbabilities.allSatisfy { $0 <= 0 })
  }

  @Test("OpenBLAS computes only where its name selects it")
  func selection() throws {
    #expect(try InstructionSet(named: "openblas") == .openblas)
    #expect(try InstructionSet.preferred(environment: [:]) != .openblas)
    #expect(InstructionSet.openblas.identity.hasPrefix("openblas 0."))
    #expect(!InstructionSet.openblas.isBatchInvariant)
  }
}

@Suite("Second opinion", .serialized)
struct SecondOpinionTests {
  @Test(
    "A second opinion on products and scores has OpenBLAS's bits, in every float mode",
    arguments: ComputeMode.allCases)
  func agrees(mode: ComputeMode) {
    var samples = ProductSamples(seed: 5)
    let x = samples.tensor([20, 67])
    let weight = PackedMatrix(samples.tensor([130, 67]), orientation: .outputsByInner, mode: mode)
    let gate = PackedMatrix(
      gate: samples.tensor([40, 67]), up: samples.tensor([40, 67]), orientation: .outputsByInner, mode: mode)
    let opinion = SecondOpinion.watching {
      _ = weight.multiply(x, activation: .silu)
      _ = gate.gated(x)
      _ = weight.score(x, targets: TargetLists((0..<20).map { [Int32($0)] }))
    }
    #expect(opinion.agrees && opinion.products >= 3 && opinion.logProbabilities >= 20)
    #expect(opinion.productShare < 1 && opinion.distance < 1e-5)
  }

  /// Short sums may be the library's, bit for bit.
  @Test(
    "A difference from OpenBLAS is stated as a share of what both may be off, in every float mode",
    arguments: ComputeMode.allCases)
  func measures(mode: ComputeMode) {
    var samples = ProductSamples(seed: 5)
    let x = samples.tensor([20, 1027])
    let weight = PackedMatrix(samples.tensor([130, 1027]), orientation: .outputsByInner, mode: mode)
    let opinion = SecondOpinion.watching { _ = weight.multiply(x) }
    #expect(opinion.agrees && opinion.productShare > 0 && opinion.productShare < 1)
  }

  @Test("A sum that is off by more than both may be fails the second opinion")
  func differs() throws {
    var samples = ProductSamples(seed: 6)
    let (rows, inner) = (7, 67)
    let x = samples.tensor([rows, inner]).aligned()
    let weight = PackedMatrix(samples.tensor([130, inner]), orientation: .outputsByInner, mode: .float32)
    var wrong = OpenBLAS.kernels.products.pointee
    wrong.multiply = { x, stride, rows, weights, units, adds, sums in
      OpenBLAS.kernels.products.pointee.multiply(x, stride, rows, weights, units - 1, adds, sums)
    }
    var panels = [tc_panel_distance](repeating: tc_panel_distance(), count: 3)
    weight.withPacked { packed in
      let scratch = Storage(byteCount: tc_compare_scratch(packed, rows))
      tc_compare_products(
        &wrong, OpenBLAS.kernels.products, packed, x.floatPointer, rows, scratch.address, &panels)
    }
    #expect(panels.allSatisfy { $0.share > 1 })
  }
}
#else
@Suite("OpenBLAS")
struct OpenBLASTests {
  @Test("A build without OpenBLAS refuses its kernels")
  func absent() {
    let error = #expect(throws: InstructionSetError.self) { try InstructionSet(named: "openblas") }
    #expect(error?.kind == .noOpenBLAS)
  }
}
#endif

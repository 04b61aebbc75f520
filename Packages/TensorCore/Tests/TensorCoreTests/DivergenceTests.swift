import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Divergence of logits")
struct DivergenceTests {
  /// Logits of a reference, and those of a candidate that differ by at most `noise`.
  private static func logits(_ width: Int, spread: Float, noise: Float) -> ([Float], [Float]) {
    var random = SeededGenerator(seed: UInt64(width))
    let reference = random.floats(width, in: -spread...spread)
    return (reference, zip(reference, random.floats(width, in: -noise...noise)).map { $0 + $1 })
  }

  /// Σ P (ln P − ln Q) as its equation reads, and Σ P |a − b|.
  private static func exact(_ a: [Float], _ b: [Float]) -> (divergence: Double, distance: Double) {
    let (a, b) = (a.map(Double.init), b.map(Double.init))
    let (first, second) = (Reference.logSumExp(a), Reference.logSumExp(b))
    var (divergence, distance) = (0.0, 0.0)
    for (a, b) in zip(a, b) {
      let probability = exp(a - first)
      divergence += probability * ((a - first) - (b - second))
      distance += probability * abs(a - b)
    }
    return (divergence, distance)
  }

  @Test(
    "Sums that stream over a vocabulary keep their error bound on every instruction set, and are within 1e-6 of float64",
    arguments: oddWidths + [4097], [(Float(2), Float(0.05)), (10, 1), (40, 8)])
  func bound(width: Int, scale: (spread: Float, noise: Float)) {
    let (a, b) = Self.logits(width, spread: scale.spread, noise: scale.noise)
    let (exact, distance) = Self.exact(a, b)
    let largest = (a + b).reduce(0) { max($0, abs($1)) }
    // The reference itself adds up `width` terms, one by one.
    let bound = Double(width + 32) * 0x1p-52 * (2 + distance + 2 * Double(largest))
    var first: tc_divergence?
    for set in InstructionSet.available {
      let found = set.kernels.rows.pointee.divergence(a, b, width)
      #expect(abs(found.divergence - exact) <= bound)
      if exact > 1e-6 { #expect(abs(found.divergence - exact) <= 1e-6 * exact) }
      for (sum, logits) in [(found.log_sum_exp.0, a), (found.log_sum_exp.1, b)] {
        #expect(abs(sum - Reference.logSumExp(logits.map(Double.init))) <= bound)
      }
      #expect(Int(found.argmax.0) == a.firstIndex(of: a.max()!))
      #expect(Int(found.argmax.1) == b.firstIndex(of: b.max()!))
      let scalar = first ?? found
      #expect(scalar.divergence.bitPattern == found.divergence.bitPattern, "\(set) differs from scalar")
      #expect(scalar.log_sum_exp.0 == found.log_sum_exp.0 && scalar.log_sum_exp.1 == found.log_sum_exp.1)
      first = scalar
    }
  }

  @Test("A model has no divergence from itself")
  func itself() {
    let (a, _) = Self.logits(1000, spread: 20, noise: 1)
    for set in InstructionSet.available {
      #expect(set.kernels.rows.pointee.divergence(a, a, a.count).divergence == 0)
    }
  }

  @Test(
    "A logit that is not a number makes the divergence not finite",
    arguments: [Float.nan, .infinity, -.infinity], [0, 20, 99])
  func notFinite(value: Float, place: Int) {
    let (a, b) = Self.logits(100, spread: 5, noise: 1)
    var spoilt = a
    spoilt[place] = value
    for set in InstructionSet.available {
      let kernel = set.kernels.rows.pointee.divergence!
      #expect(!kernel(spoilt, b, 100).divergence.isFinite)
      #expect(!kernel(b, spoilt, 100).divergence.isFinite)
    }
  }

  @Test("Rows of a padded and an unpadded vocabulary are compared over the ids of both")
  func padded() {
    let (a, b) = Self.logits(2 * 70, spread: 5, noise: 1)
    let reference = Tensor(a, shape: [2, 70])
    let candidate = Tensor(b, shape: [2, 70]).columns(0..<65)
    let targets = TargetLists([[64, 3], [0]])
    let found = reference.divergences(of: candidate, vocabulary: 65, targets: targets)
    for row in 0..<2 {
      let (a, b) = (Array(a[row * 70..<row * 70 + 65]), Array(b[row * 70..<row * 70 + 65]))
      #expect(abs(found.divergence[row] - Self.exact(a, b).divergence) < 1e-12)
      let sum = Reference.logSumExp(b.map(Double.init))
      for (place, id) in [[(0, 64), (1, 3)], [(2, 0)]][row] {
        #expect(abs(found.candidate.targetLogProbability[place] - (Double(b[id]) - sum)) < 1e-12)
      }
      #expect(Int(found.reference.argmax[row]) == a.firstIndex(of: a.max()!))
      #expect(abs(found.candidate.argmaxLogProbability[row] - (Double(b.max()!) - sum)) < 1e-12)
    }
  }
}

import CKernels
import Foundation
import TensorCoreTesting
import Testing

@testable import TensorCore

@Suite("Activations")
struct ActivationsTests {
  /// Small, large and special numbers around a random core; lengths that leave a tail.
  private static let inputs: [Float] = {
    var random = SeededGenerator(seed: 3)
    return random.floats(3001, in: -12...12) + random.floats(500, in: -1e-3...1e-3)
      + [0, -0.0, 1e-30, -1e-30, .leastNonzeroMagnitude, 50, -50, 87, -87, -88, 1e30, .infinity]
  }()

  @Test("Activations keep their error bounds on every instruction set")
  func bounds() {
    let x = Self.inputs
    var first: [[UInt32]]?
    for set in InstructionSet.available {
      let kernels = set.kernels.rows.pointee
      var tanh = [Float](repeating: .nan, count: x.count)
      var erf = tanh
      var silu = tanh
      kernels.gelu_tanh(x, &tanh, x.count)
      kernels.gelu_erf(x, &erf, x.count)
      kernels.silu(x, &silu, x.count)
      for (i, v) in x.enumerated() where v.isFinite {
        let wide = Double(v)
        let size = abs(wide)
        // With the spacing of subnormals as the floor.
        #expect(
          abs(Double(tanh[i]) - Reference.geluTanh(wide)) <= 0x1p-22 * size + 0x1p-149, "gelu tanh \(v)")
        #expect(abs(Double(erf[i]) - Reference.geluErf(wide)) <= 0x1p-23 * size + 0x1p-149, "gelu erf \(v)")
        let exact = Reference.silu(wide)
        if abs(exact) >= 0x1p-120 { #expect(ulps(silu[i], exact) <= 3, "silu \(v)") }
      }
      var (relu, squared, capped) = (tanh, tanh, tanh)
      kernels.relu(x, &relu, x.count)
      kernels.relu_squared(x, &squared, x.count)
      kernels.softcap(x, &capped, x.count, 3)
      for (i, v) in x.enumerated() {
        #expect(relu[i] == max(v, 0) && squared[i] == max(v, 0) * max(v, 0), "relu \(v)")
        #expect(
          abs(Double(capped[i]) - 3 * Foundation.tanh(Double(v) / 3)) <= 0x1p-22 * abs(Double(capped[i]))
            + 0x1p-149, "softcap \(v)")
      }
      let all = [bits(tanh), bits(erf), bits(silu), bits(relu), bits(squared), bits(capped)]
      #expect(all == first ?? all, "\(set) differs from scalar")
      first = first ?? all
    }
  }

  @Test(
    "Gated activations and fused sums have the bits of the functions that they are made of",
    arguments: [1, 15, 16, 17, 1000, 100_003])
  func gates(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let a = Tensor(random.floats(count, in: -5...5), shape: [count])
    let b = Tensor(random.floats(count, in: -5...5), shape: [count])
    #expect(a.siluGated(b).floats == zip(a.silu().floats, b.floats).map { $0 * $1 })
    #expect(a.geluGated(b).floats == zip(a.gelu(.tanh).floats, b.floats).map { $0 * $1 })
    let both = Tensor(a.floats + b.floats, shape: [1, 2 * count])
    #expect(both.halvesGated(by: .silu).floats == a.siluGated(b).floats)
    #expect(both.halvesGated(by: .geluTanh).floats == a.geluGated(b).floats)
    #expect(both.halvesGated(by: .geluErf).floats == zip(a.gelu(.erf).floats, b.floats).map { $0 * $1 })
    #expect(both.halvesGated(by: .relu).floats == zip(a.relu().floats, b.floats).map { $0 * $1 })
    #expect(
      both.halvesGated(by: .reluSquared).floats == zip(a.reluSquared().floats, b.floats).map { $0 * $1 })
    #expect(a.adding(b).floats == zip(a.floats, b.floats).map { $0 + $1 })
    var sum = a
    sum.add(b)
    #expect(sum.floats == a.adding(b).floats)
    #expect(a.rows(0..<count).silu().floats == a.silu().floats)
  }
}

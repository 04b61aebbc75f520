import CKernels
import TensorCoreTesting
import Testing

@testable import TensorCore

/// Vectors of JAX 0.4 and later with `jax_threefry_partitionable`, key 123.
@Suite("Random keys")
struct RandomKeyTests {
  private let key = RandomKey(seed: 123)

  @Test("Random numbers are those that JAX draws for the same key")
  func vectors() {
    #expect(key.folded(0).words == (969_380_169, 3_408_994_049))
    #expect(key.folded(1).words == (2_095_235_069, 2_959_038_751))
    #expect(key.folded(2).words == (1_896_456_402, 4_081_828_428))
    #expect(
      key.bits(6) == [4_076_244_552, 3_434_997_474, 2_185_388_702, 1_281_217_597, 1_057_220_581, 594_100_064])
    #expect(
      key.uniforms(5) == [
        0.9490746259689331, 0.7997726202011108, 0.508825421333313, 0.2983067035675049, 0.24615323543548584,
      ])
    let normals: [Float] = [
      1.6359468698501587, 0.8408094048500061, 0.022123929113149643, -0.5292768478393555,
    ]
    #expect(zip(key.normals(4), normals).allSatisfy { abs($0 - $1) <= 2 * $1.ulp })
  }

  @Test("Number i of a key is the same however many are drawn at once")
  func counters() {
    let all = key.bits(100)
    #expect(key.bits(17, from: 50) == Array(all[50..<67]))
    for set in InstructionSet.available {
      var drawn = [UInt32](repeating: 0, count: 77)
      // Across the carry into the counter's upper word.
      set.kernels.rows.pointee.random_bits([0, 123], (1 << 32) - 5, &drawn, 77)
      #expect(Array(drawn[5...]) == key.bits(72, from: 1 << 32))
      #expect(drawn[0] == key.bits(1, from: (1 << 32) - 5)[0])
    }
  }

  @Test("Normal numbers have mean 0 and variance 1")
  func moments() {
    let draws = key.folded(7).normals(20_000).map(Double.init)
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + $1 * $1 } / 20_000 - mean * mean
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
  }
}

@Suite("Dropout")
struct DropoutTests {
  @Test("Dropout chooses elements by their number and scales those that stay")
  func definition() {
    var random = SeededGenerator(seed: 1)
    let x = random.floats(40_007, in: 1...2)
    let key = RandomKey(seed: 0xC0FFEE)
    let tensor = Tensor(x, shape: [40_007])
    let uniforms = key.uniforms(x.count)
    let expected = zip(x, uniforms).map { $1 < 1 - Float(0.1) ? $0 / (1 - Float(0.1)) : 0 }
    #expect(tensor.dropout(rate: 0.1, key: key).floats == expected)
    for set in InstructionSet.available {
      var y = [Float](repeating: .nan, count: 103)
      set.kernels.rows.pointee.dropout(Array(x[100..<203]), [0, 0xC0FFEE], 100, 1 - 0.1, &y, 103)
      #expect(y == Array(expected[100..<203]))
    }
    #expect(tensor.dropout(rate: 0, key: key).floats == x)
  }

  /// Wide and long enough that threads share the rows.
  @Test("Dropout of a row depends on the row's number, not on the other rows", arguments: [19, 4096])
  func rows(width: Int) {
    let numbers = [7, 0, 3, 4, 1, 1 << 33, 2, 5, 6]
    let key = RandomKey(seed: 5)
    let ones = Tensor([Float](repeating: 1, count: numbers.count * width), shape: [numbers.count, width])
    let found = ones.dropout(rate: 0.25, key: key, rows: numbers)
    for (place, number) in numbers.enumerated() {
      let expected = key.uniforms(width, from: UInt64(number * width)).map {
        $0 < 1 - Float(0.25) ? 1 / (1 - Float(0.25)) : 0
      }
      #expect(found.rows(place..<place + 1).floats == expected, "row \(number)")
    }
    #expect(
      ones.dropout(rate: 0.25, key: key).floats
        == ones.dropout(rate: 0.25, key: key, rows: Array(0..<9)).floats)
  }
}

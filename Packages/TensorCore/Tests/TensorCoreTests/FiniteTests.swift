import Testing

@testable import TensorCore

@Suite("Numbers that are not finite")
struct FiniteTests {
  @Test(
    "A tensor of finite numbers has none", arguments: [ElementType.float32, .bfloat16, .float16, .float64])
  func finite(type: ElementType) {
    for count in [0, 1, 1023, 1024, 1025, 3 << 20] {
      let numbers = (0..<count).map { Float($0 % 251) * ($0 % 2 == 0 ? -1 : 200) }
      #expect(Tensor(numbers, shape: [count]).converted(to: type).firstNonFinite == nil)
    }
  }

  @Test(
    "The first number that is not finite is found, wherever it lies",
    arguments: [ElementType.float32, .bfloat16, .float16, .float64], [Float.nan, .infinity, -.infinity])
  func found(type: ElementType, value: Float) {
    let count = (1 << 21) + 3
    for place in [0, 1, 1023, 1024, 1 << 20, count - 2, count - 1] {
      var numbers = [Float](repeating: 1, count: count)
      numbers[place] = value
      numbers[count - 1] = value
      #expect(Tensor(numbers, shape: [count]).converted(to: type).firstNonFinite == place)
    }
  }

  @Test("Whole numbers are finite")
  func integers() {
    #expect(Tensor([Int32.max, -1, 0x7F80_0000], shape: [3]).firstNonFinite == nil)
  }
}
